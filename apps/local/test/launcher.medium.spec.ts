import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';

const root = join(import.meta.dirname, '../../..');
const LIMIT_MS = 240_000;
const WAIT = { timeout: LIMIT_MS, interval: 100 } as const;
/** Servers get a stop signal and time to follow it. */
const GONE = { timeout: 30_000, interval: 50 } as const;

let folder: string;
const launchers: Launcher[] = [];

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'openvsys-launcher-'));
  const projects = ['local', 'api', 'worker', 'xcp-sim'].map((name) => `apps/${name}/tsconfig.lib.json`);
  const run = spawnSync(process.execPath, ['node_modules/typescript-7/bin/tsc', '-b', ...projects], {
    cwd: root,
    encoding: 'utf8',
  });
  if (run.status !== 0) throw new Error(run.stdout);
}, LIMIT_MS);

afterEach(() => {
  for (const { child } of launchers.splice(0)) child.kill('SIGKILL');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Launcher {
  readonly child: ChildProcess;
  output(): string;
}

function launch(command: 'start' | 'demo', environment: Readonly<Record<string, string>>): Launcher {
  const child = spawn(process.execPath, ['apps/local/dist/main.js', command], {
    cwd: root,
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  // Colours depend on the environment (CI has them): the words are what counts.
  const launcher = { child, output: () => stripVTControlCharacters(output) };
  launchers.push(launcher);
  return launcher;
}

/** Resolves when the launcher has printed the text; fails at once with what it said when it ended before. */
async function untilPrinted(launcher: Launcher, text: string): Promise<void> {
  await vi.waitUntil(() => {
    if (launcher.output().includes(text)) return true;
    if (launcher.child.exitCode !== null) throw new Error(`the launcher ended:\n${launcher.output()}`);
    return false;
  }, WAIT);
}

/** Every process whose environment or command line has to do with this data folder. */
function listProcesses(dataDir: string): readonly string[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid);
  return pids.flatMap((pid) => {
    try {
      const commandLine = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
      const environment = readFileSync(`/proc/${pid}/environ`, 'utf8');
      return commandLine.includes(dataDir) || environment.includes(dataDir) ? [`${pid} ${commandLine}`] : [];
    } catch {
      // It ended while we looked.
      return [];
    }
  });
}

async function ended(launcher: Launcher): Promise<number | null> {
  if (launcher.child.exitCode === null && launcher.child.signalCode === null)
    await once(launcher.child, 'exit');
  return launcher.child.exitCode;
}

function valueOf(launcher: Launcher, name: string): string {
  return new RegExp(`^  ${name} {2,}(\\S+)`, 'm').exec(launcher.output())?.[1] ?? '';
}

describe('npm start', () => {
  it(
    'deploys the example, leaves nothing running when killed, finds its data again, stops cleanly',
    async () => {
      const dataDir = join(folder, 'start');
      const environment = { OPENVSYS_DATA_DIR: dataDir, XCP_SIM_TIME_SCALE: '4' };
      const first = launch('start', environment);
      await untilPrinted(first, 'Ctrl-C stops everything');
      expect(first.output()).toContain('operation succeeded');
      const id = await findShop(first);
      expect(listProcesses(dataDir).length).toBeGreaterThanOrEqual(5);

      first.child.kill('SIGKILL');
      await vi.waitUntil(() => listProcesses(dataDir).length === 0, GONE);

      const second = launch('start', environment);
      await untilPrinted(second, 'Ctrl-C stops everything');
      expect(second.output()).toContain(`${id} of an earlier start: ready`);
      expect(await findShop(second)).toBe(id);

      const third = launch('start', environment);
      expect(await ended(third)).toBe(1);
      expect(third.output()).toContain('is in use by another OpenVSYS');

      second.child.kill('SIGTERM');
      expect(await ended(second)).toBe(0);
      expect(second.output()).toContain('Stopped.');
      // A guard may be in the middle of its last tenth of a second.
      await vi.waitUntil(() => listProcesses(dataDir).length === 0, GONE);
    },
    2 * LIMIT_MS,
  );

  it('says all that is wrong with its configuration and starts nothing', async () => {
    const dataDir = join(folder, 'wrong');
    const launcher = launch('start', { OPENVSYS_DATA_DIR: dataDir, API_PORT: 'x', DATABASE_URL: 'nowhere' });
    expect(await ended(launcher)).toBe(1);
    expect(launcher.output()).toMatch(
      /DATABASE_URL must be a URL[^]*API_PORT|API_PORT[^]*DATABASE_URL must be/,
    );
    expect(listProcesses(dataDir)).toEqual([]);
  });
});

async function findShop(launcher: Launcher): Promise<string> {
  const answer = await fetch(`${valueOf(launcher, 'API')}/vsys?name=shop`, {
    headers: { authorization: `Bearer ${valueOf(launcher, 'Tenant token')}` },
  });
  const { items } = (await answer.json()) as { items: { id: string; phase: string }[] };
  expect(items).toEqual([expect.objectContaining({ phase: 'ready' })]);
  return items[0]?.id ?? '';
}

describe('npm run demo', () => {
  it(
    'goes the whole way, finds everything as expected and leaves nothing behind',
    async () => {
      const demo = launch('demo', { TMPDIR: folder });
      const code = await ended(demo);
      expect(demo.output()).toMatch(/Report: (\d+) of \1 checks passed/);
      expect(demo.output()).toContain('the other worker took over');
      expect(code).toBe(0);
      expect(readdirSync(folder).filter((name) => name.startsWith('openvsys-demo-'))).toEqual([]);
      await vi.waitUntil(() => listProcesses(join(folder, 'openvsys-demo-')).length === 0, GONE);
    },
    LIMIT_MS,
  );
});
