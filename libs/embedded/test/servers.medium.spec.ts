import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Redis } from 'ioredis';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { findFreePort } from '../src/process/find-free-port.js';
import { isAlive } from '../src/process/running-process.js';
import { startPostgres } from '../src/postgres/start-postgres.js';
import { getPostgresUserRunner } from '../src/postgres/unprivileged.js';
import { startRedis } from '../src/redis/start-redis.js';

const root = join(import.meta.dirname, '../../..');
/** Unpacked servers are shared by all runs: the download is the slow part. */
const cacheDir = join(root, '.openvsys/cache');
const GONE = { timeout: 10_000, interval: 20 } as const;
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'openvsys-embedded-'));
  const tsc = join(root, 'node_modules/typescript-7/bin/tsc');
  const project = join(root, 'libs/embedded/tsconfig.lib.json');
  expect(spawnSync(process.execPath, [tsc, '-b', project], { encoding: 'utf8' }).stdout).toBe('');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Whether every user may pass a folder and all above it: below a 0700 home the user `postgres` cannot. */
function isPassable(path: string): boolean {
  const parent = dirname(path);
  return (statSync(path).mode & 0o001) !== 0 && (parent === path || isPassable(parent));
}

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

/** Starts the fixture and answers it with the pids of its servers. */
async function startLauncher(data: string) {
  const script = join(import.meta.dirname, 'launcher.fixture.mjs');
  const launcher: ChildProcess = spawn(process.execPath, [script, data, cacheDir], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const [line] = (await once(launcher.stdout!, 'data')) as [Buffer];
  return { launcher, ...(JSON.parse(line.toString()) as { postgres: number; redis: number }) };
}

describe('embedded PostgreSQL', () => {
  it('keeps its data over a restart and is gone after stop()', async () => {
    const dataDir = join(folder, 'kept/postgres');
    const first = await startPostgres({ dataDir });
    await query(first.url, 'CREATE TABLE kept AS SELECT 42 AS answer');
    await first.stop();
    expect(isAlive(first.pid)).toBe(false);

    const second = await startPostgres({ dataDir });
    expect(await query(second.url, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
    expect(await query(second.url, 'SHOW fsync')).toEqual([{ fsync: 'on' }]);
    await second.stop();
  });

  it('listens on the port it is given, and refuses a port that is taken', async () => {
    const port = await findFreePort();
    const first = await startPostgres({ dataDir: join(folder, 'port/a'), port });
    expect(first.port).toBe(port);
    await expect(startPostgres({ dataDir: join(folder, 'port/b'), port })).rejects.toThrow(/EADDRINUSE/);
    await first.stop();
  });

  it('refuses a wrong password', async () => {
    const server = await startPostgres({ dataDir: join(folder, 'password/postgres') });
    const wrong = server.url.replace(/:[^:@]+@/, ':guess@');
    await expect(query(wrong, 'SELECT 1')).rejects.toThrow(/password/);
    await server.stop();
  });

  it('starts although its pid file names the pid of another program', async () => {
    const dataDir = join(folder, 'reused/postgres');
    await (await startPostgres({ dataDir })).stop();
    writeFileSync(join(dataDir, 'postmaster.pid'), `${process.pid}\n${dataDir}\n`);
    const server = await startPostgres({ dataDir });
    expect(await query(server.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    await server.stop();
  });

  it.runIf(process.getuid?.() === 0 && isPassable(root))(
    'runs as the user postgres where user namespaces are off',
    async () => {
      const parent = mkdtempSync(join(tmpdir(), 'openvsys-user-'));
      chmodSync(parent, 0o755);
      const server = await startPostgres({
        dataDir: join(parent, 'data'),
        runner: await getPostgresUserRunner(),
      });
      const status = readFileSync(`/proc/${server.pid}/status`, 'utf8');
      expect(status).not.toMatch(/^Uid:\s+0\s/m);
      expect(await query(server.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
      await server.stop();
      rmSync(parent, { recursive: true });
    },
  );
});

describe('embedded Redis', () => {
  it('keeps its data over a restart, refuses strangers and is gone after stop()', async () => {
    const dataDir = join(folder, 'kept/redis');
    const first = await startRedis({ dataDir, cacheDir });
    const client = new Redis(first.url);
    await client.set('answer', '42');
    await client.quit();
    await first.stop();
    expect(isAlive(first.pid)).toBe(false);

    const second = await startRedis({ dataDir, cacheDir });
    const again = new Redis(second.url);
    expect(await again.get('answer')).toBe('42');
    expect(await again.config('GET', 'maxmemory-policy')).toEqual(['maxmemory-policy', 'noeviction']);
    await again.quit();
    const stranger = new Redis(second.url.replace(/:[^:@]+@/, ':guess@'), { retryStrategy: () => null });
    stranger.on('error', () => undefined);
    await expect(stranger.ping()).rejects.toThrow();
    await second.stop();
  });
});

describe('a launcher killed with -9', () => {
  it('leaves no server behind, and the next start finds the data folders usable', async () => {
    const data = join(folder, 'killed');
    const { launcher, postgres, redis } = await startLauncher(data);
    expect([isAlive(postgres), isAlive(redis)]).toEqual([true, true]);
    launcher.kill('SIGKILL');
    await vi.waitUntil(() => !isAlive(postgres) && !isAlive(redis), GONE);

    const next = await startLauncher(data);
    expect([isAlive(next.postgres), isAlive(next.redis)]).toEqual([true, true]);
    next.launcher.kill('SIGKILL');
    await vi.waitUntil(() => !isAlive(next.postgres) && !isAlive(next.redis), GONE);
  });

  it('is recovered from even when the guards were killed too', async () => {
    const data = join(folder, 'orphans');
    const { launcher, postgres, redis } = await startLauncher(data);
    for (const guard of [parentOf(postgres), parentOf(redis)]) killGuard(guard);
    launcher.kill('SIGKILL');
    await vi.waitUntil(() => launcher.signalCode === 'SIGKILL', GONE);
    expect([isAlive(postgres), isAlive(redis)]).toEqual([true, true]);

    const next = await startLauncher(data);
    expect([isAlive(postgres), isAlive(redis)]).toEqual([false, false]);
    expect([isAlive(next.postgres), isAlive(next.redis)]).toEqual([true, true]);
    next.launcher.kill('SIGKILL');
    await vi.waitUntil(() => !isAlive(next.postgres) && !isAlive(next.redis), GONE);
  });
});

function parentOf(pid: number): number {
  return Number(/^PPid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
}

/** The whole session of a guard but the server itself: the shell, its subshell and the reader of the pipe. */
function killGuard(shell: number): void {
  const children = readFileSync(`/proc/${shell}/task/${shell}/children`, 'utf8')
    .trim()
    .split(' ')
    .map(Number);
  const names = (pid: number) => readFileSync(`/proc/${pid}/comm`, 'utf8').trim();
  for (const pid of children.filter((candidate) =>
    ['sh', 'dash', 'bash', 'cat'].includes(names(candidate)),
  )) {
    killTree(pid);
  }
  process.kill(shell, 'SIGKILL');
}

function killTree(pid: number): void {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
  process.kill(pid, 'SIGKILL');
  for (const child of children.split(' ').filter(Boolean)) process.kill(Number(child), 'SIGKILL');
}
