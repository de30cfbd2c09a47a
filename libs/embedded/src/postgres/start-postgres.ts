/**
 * A private PostgreSQL server on 127.0.0.1.
 *
 *   no folder ──initdb──► folder ──clear what a killed launcher left──► start ──► ready ──stop()──► stopped
 */
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { Client } from 'pg';
import type { EmbeddedServer } from '../embedded-server.js';
import { ensurePortFree, findFreePort } from '../process/find-free-port.js';
import { startGuarded, type GuardedProcess } from '../process/guarded-process.js';
import { runCommand } from '../process/run-command.js';
import { waitUntilReady } from '../process/wait-until.js';
import { ensureSecretFile } from '../secret-file.js';
import { getPostgresBinaries } from './postgres-binaries.js';
import { clearStalePostmaster, isPostmasterReady } from './stale-postmaster.js';
import { getRunner, type Runner } from './unprivileged.js';

export interface PostgresOptions {
  /** Made when missing. The password and the log lie beside it (`<dataDir>.password`, `<dataDir>.log`). */
  readonly dataDir: string;
  /** A free one when absent. */
  readonly port?: number;
  /** Database to make and to put into the URL. */
  readonly database?: string;
  /** `disposable` skips fsync: for tests only, a power cut may destroy the folder. */
  readonly durability?: 'durable' | 'disposable';
  /** How to run as root; found out when absent. */
  readonly runner?: Runner;
}

const USER = 'openvsys';

/** Crash recovery replays the log since the last checkpoint before the server answers. */
const READY_LIMIT_MS = 60_000;

/** Small enough for a laptop that runs everything, enough connections for API, workers and tests. */
const SETTINGS = {
  max_connections: '200',
  shared_buffers: '128MB',
  unix_socket_directories: '',
  listen_addresses: '127.0.0.1',
  timezone: 'UTC',
  log_timezone: 'UTC',
} as const;

const DISPOSABLE_SETTINGS = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' } as const;

/** Starts the server of a data folder, making the folder and the database when they are missing. */
export async function startPostgres(options: PostgresOptions): Promise<EmbeddedServer> {
  const dataDir = resolve(options.dataDir);
  const logFile = `${dataDir}.log`;
  const runner = options.runner ?? (await getRunner());
  const password = await ensureCluster(dataDir, runner);
  await clearStalePostmaster(dataDir);
  const port = await (options.port === undefined ? findFreePort() : ensurePortFree(options.port));
  const server = await launch({
    dataDir,
    port,
    runner,
    logFile,
    durability: options.durability ?? 'durable',
  });
  try {
    const isReady = async () => isPostmasterReady(dataDir, server.pid);
    await waitUntilReady(server, isReady, { limitMs: READY_LIMIT_MS, name: 'PostgreSQL', logFile });
    const base = `postgresql://${USER}:${password}@127.0.0.1:${port}`;
    const database = options.database ?? 'openvsys';
    await ensureDatabase(`${base}/postgres`, database);
    return {
      url: `${base}/${database}`,
      port,
      pid: server.pid,
      exited: server.exited,
      stop: async () => server.stop(),
    };
  } catch (error) {
    await server.stop();
    throw error;
  }
}

/** Answers the password. initdb works on a folder beside, renamed when complete: a killed initdb leaves no half. */
async function ensureCluster(dataDir: string, runner: Runner): Promise<string> {
  await mkdir(resolve(dataDir, '..'), { recursive: true });
  const password = await ensureSecretFile(`${dataDir}.password`);
  if (existsSync(join(dataDir, 'PG_VERSION'))) return password;
  const { initdb } = await getPostgresBinaries();
  const draft = `${dataDir}.${randomUUID().slice(0, 8)}`;
  const passwordFile = `${draft}.pw`;
  await mkdir(draft, { mode: 0o700 });
  await writeFile(passwordFile, password, { mode: 0o600 });
  try {
    await runner.own(draft);
    await runner.own(passwordFile);
    const [command, args] = runner.wrap(initdb, initdbArguments(draft, passwordFile));
    await runCommand(command, args, { ...(runner.user && { user: runner.user }) });
    await rename(draft, dataDir);
  } finally {
    await rm(draft, { recursive: true, force: true });
    await rm(passwordFile, { force: true });
  }
  return password;
}

function initdbArguments(folder: string, passwordFile: string): readonly string[] {
  return [
    `--pgdata=${folder}`,
    `--username=${USER}`,
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    // The same order of strings on every machine, whatever locales it has.
    '--locale=C',
    // The server syncs what matters; a power cut during initdb leaves only a draft.
    '--no-sync',
  ];
}

interface Launch {
  readonly dataDir: string;
  readonly port: number;
  readonly runner: Runner;
  readonly logFile: string;
  readonly durability: 'durable' | 'disposable';
}

async function launch({ dataDir, port, runner, logFile, durability }: Launch): Promise<GuardedProcess> {
  const { postgres } = await getPostgresBinaries();
  const settings = {
    ...SETTINGS,
    port: String(port),
    ...(durability === 'disposable' && DISPOSABLE_SETTINGS),
  };
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const [command, args] = runner.wrap(postgres, ['-D', dataDir, ...flags]);
  return startGuarded({
    command,
    args,
    logFile,
    // SIGINT is PostgreSQL's fast shutdown: open transactions are rolled back, sessions ended.
    stopSignal: 'INT',
    ...(runner.user && { user: runner.user }),
  });
}

async function ensureDatabase(adminUrl: string, name: string): Promise<void> {
  const client = new Client({ connectionString: adminUrl });
  await client.connect();
  try {
    const found = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [name]);
    if (found.rowCount === 0) await client.query(`CREATE DATABASE ${client.escapeIdentifier(name)}`);
  } finally {
    await client.end();
  }
}
