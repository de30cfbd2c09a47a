/** Runs a command to its end. */
import { execFile } from 'node:child_process';

export interface CommandOptions {
  readonly cwd?: string;
  readonly user?: { readonly uid: number; readonly gid: number };
  readonly timeoutMs?: number;
}

/** Two minutes: the slowest command here fetches package lists from a mirror. */
const DEFAULT_TIMEOUT_MS = 120_000;

/** Answers what was written to stdout; rejects with the command line and what it wrote to stderr. */
export async function runCommand(
  command: string,
  args: readonly string[],
  { cwd, user, timeoutMs = DEFAULT_TIMEOUT_MS }: CommandOptions = {},
): Promise<string> {
  return new Promise((resolve, reject) => {
    const settings = {
      encoding: 'utf8',
      timeout: timeoutMs,
      ...(cwd !== undefined && { cwd }),
      ...user,
    } as const;
    execFile(command, args, settings, (error, stdout, stderr) => {
      if (!error) return resolve(stdout);
      reject(new Error(`${command} ${args.join(' ')}: ${stderr.trim() || error.message}`, { cause: error }));
    });
  });
}

/** Whether a command can be run and ends with 0. */
export async function commandWorks(command: string, args: readonly string[]): Promise<boolean> {
  return runCommand(command, args, { timeoutMs: 10_000 }).then(
    () => true,
    () => false,
  );
}
