/** Steps that the commands are made of. Each runs one tool of node_modules under the current Node. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';

export const root = join(import.meta.dirname, '../..');

export const TOOLS = {
  tsc: 'node_modules/typescript-7/bin/tsc',
  oxlint: 'node_modules/oxlint/bin/oxlint',
  prettier: 'node_modules/prettier/bin/prettier.cjs',
  vitest: 'node_modules/vitest/vitest.mjs',
} as const;

interface StepOptions {
  readonly env?: Readonly<Record<string, string>>;
}

/** Ctrl-C reaches the child by itself (same process group): this process only waits for it. */
const ignore = () => undefined;

/** Runs a Node script of the workspace with inherited output; answers its exit code (1 when killed). */
export async function runScript(
  path: string,
  args: readonly string[],
  options: StepOptions = {},
): Promise<number> {
  const child = spawn(process.execPath, [join(root, path), ...args], {
    cwd: root,
    env: { ...process.env, ...options.env },
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  });
  const forward = () => child.kill('SIGTERM');
  // SIGTERM and the death of the parent do not reach it.
  process.on('SIGINT', ignore).on('SIGTERM', forward).on('disconnect', forward);
  try {
    return await new Promise<number>((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', (code) => resolve(code ?? 1));
    });
  } finally {
    process.off('SIGINT', ignore).off('SIGTERM', forward).off('disconnect', forward);
  }
}

/** What `npm start`, the demo and the benchmarks run; without tests, which need not compile for that. */
export const PROGRAMS = ['local', 'api', 'worker', 'xcp-sim'].map((app) => `apps/${app}/tsconfig.lib.json`);

/** Compiles the given projects and what they need; all when none is given. Incremental: some 0.3 s when nothing changed. */
export async function build(...projects: readonly string[]): Promise<number> {
  return runScript(TOOLS.tsc, ['-b', ...projects]);
}

/** Builds the given projects, then becomes a built program. */
export async function buildAndRun(
  projects: readonly string[],
  program: string,
  args: readonly string[],
): Promise<never> {
  const built = await build(...projects);
  if (built !== 0) process.exit(built);
  process.exit(await runScript(program, args));
}
