/** A private Redis server on 127.0.0.1 that keeps its data in an append-only file. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { Redis } from 'ioredis';
import type { EmbeddedServer } from '../embedded-server.js';
import { ensurePortFree, findFreePort } from '../process/find-free-port.js';
import { startGuarded } from '../process/guarded-process.js';
import { endProcess, findCommandLine } from '../process/running-process.js';
import { waitUntilReady } from '../process/wait-until.js';
import { ensureSecretFile } from '../secret-file.js';
import { getRedisCommand } from './redis-command.js';

export interface RedisOptions {
  /** Made when missing; holds the append-only file, the configuration and the password. */
  readonly dataDir: string;
  /** A free one when absent. */
  readonly port?: number;
  /** Where an unpacked server program is kept between starts; the parent of `dataDir` when absent. */
  readonly cacheDir?: string;
  /** Number of logical databases (`SELECT n`); Redis' own default when absent. */
  readonly databases?: number;
}

/** What Redis itself takes when nothing is configured. */
const DEFAULT_DATABASES = 16;

/** Reading back a large append-only file takes a while before the server answers. */
const READY_LIMIT_MS = 30_000;

/** Starts the server of a data folder; rejects with what to install when there is no server program. */
export async function startRedis(options: RedisOptions): Promise<EmbeddedServer> {
  const dataDir = resolve(options.dataDir);
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const program = await getRedisCommand(options.cacheDir ?? resolve(dataDir, '..'));
  await clearStaleRedis(dataDir);
  const port = await (options.port === undefined ? findFreePort() : ensurePortFree(options.port));
  const password = await ensureSecretFile(join(dataDir, 'password'));
  const config = join(dataDir, 'redis.conf');
  await writeFile(
    config,
    renderConfig({ dataDir, port, password, databases: options.databases ?? DEFAULT_DATABASES }),
    { mode: 0o600 },
  );
  const logFile = `${dataDir}.log`;
  const environment = program.libraryPath === undefined ? [] : [`LD_LIBRARY_PATH=${program.libraryPath}`];
  const server = await startGuarded({
    command: 'env',
    args: [...environment, program.command, config],
    logFile,
  });
  const url = `redis://:${password}@127.0.0.1:${port}`;
  try {
    await waitUntilReady(server, async () => answers(url), {
      limitMs: READY_LIMIT_MS,
      name: 'Redis',
      logFile,
    });
  } catch (error) {
    await server.stop();
    throw error;
  }
  return { url, port, pid: server.pid, exited: server.exited, stop: async () => server.stop() };
}

interface ConfigValues {
  readonly dataDir: string;
  readonly port: number;
  readonly password: string;
  readonly databases: number;
}

function renderConfig({ dataDir, port, password, databases }: ConfigValues): string {
  return [
    'bind 127.0.0.1',
    `port ${port}`,
    `dir "${dataDir}"`,
    `pidfile "${join(dataDir, 'redis.pid')}"`,
    `requirepass ${password}`,
    `databases ${databases}`,
    'appendonly yes',
    'save ""',
    // BullMQ loses jobs when keys are evicted.
    'maxmemory-policy noeviction',
    '',
  ].join('\n');
}

/** PING is answered with an error until the append-only file is read, so an answer means ready. */
async function answers(url: string): Promise<boolean> {
  const client = new Redis(url, { lazyConnect: true, retryStrategy: () => null, enableReadyCheck: false });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return (await client.ping()) === 'PONG';
  } catch {
    return false;
  } finally {
    client.disconnect();
  }
}

/** Stops the server of an earlier launcher whose guard was killed too. */
async function clearStaleRedis(dataDir: string): Promise<void> {
  const pid = Number.parseInt(await readFile(join(dataDir, 'redis.pid'), 'utf8').catch(() => ''), 10);
  if (!Number.isInteger(pid)) return;
  const commandLine = await findCommandLine(pid);
  if (commandLine && /(redis|valkey)-server/.test(commandLine))
    await endProcess(pid, 'SIGTERM', READY_LIMIT_MS);
}
