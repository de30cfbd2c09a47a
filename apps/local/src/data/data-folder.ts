/**
 * The folder that everything local lives in: database files, logs, ports, keys. One launcher at a time may use it.
 *
 *   .openvsys/  postgres/ redis/ simulator.json   data of the parts
 *               logs/                             one file a process
 *               ports.json                        so that a second start finds the same URLs
 *               secret-key credentials.json       readable by the owner only
 *               launcher.json                     who uses it now
 */
import { randomBytes } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findCommandLine } from '@openvsys/embedded';

const OWNER_ONLY = 0o600;

/** AES-256 takes a key of this length. */
const SECRET_KEY_BYTES = 32;

export interface DataFolder {
  readonly path: string;
  readonly logs: string;
  readonly postgres: string;
  readonly redis: string;
  readonly simulatorState: string;
  readonly secretKeyFile: string;
  readonly credentialsFile: string;
  readonly portsFile: string;
  /** Lets the next launcher in. */
  release(): Promise<void>;
}

/** Makes the folder and takes it. Rejects when a running launcher has it. */
export async function openDataFolder(path: string): Promise<DataFolder> {
  const logs = join(path, 'logs');
  await mkdir(logs, { recursive: true, mode: 0o700 });
  const lock = join(path, 'launcher.json');
  await ensureUnused(path, lock);
  await writeFile(lock, JSON.stringify({ pid: process.pid }), { mode: OWNER_ONLY });
  return {
    path,
    logs,
    postgres: join(path, 'postgres'),
    redis: join(path, 'redis'),
    simulatorState: join(path, 'simulator.json'),
    secretKeyFile: join(path, 'secret-key'),
    credentialsFile: join(path, 'credentials.json'),
    portsFile: join(path, 'ports.json'),
    release: async () => rm(lock, { force: true }),
  };
}

async function ensureUnused(path: string, lock: string): Promise<void> {
  const owner = await readJson<{ pid?: number }>(lock);
  if (owner?.pid === undefined || owner.pid === process.pid) return;
  // The pid may belong to another program by now: only a launcher counts.
  const commandLine = await findCommandLine(owner.pid);
  if (!commandLine?.includes('apps/local')) return;
  throw new Error(`${path} is in use by another OpenVSYS (process ${owner.pid}): stop that one first`);
}

/** The content of a JSON file, or undefined when there is none that can be read. */
export async function readJson<T>(path: string): Promise<T | undefined> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as T;
  } catch {
    return undefined;
  }
}

/** Replaces the file at once: a launcher killed in between leaves the old one. */
export async function writeJson(path: string, content: unknown): Promise<void> {
  const draft = `${path}.${process.pid}`;
  await writeFile(draft, `${JSON.stringify(content, undefined, 2)}\n`, { mode: OWNER_ONLY });
  await rename(draft, path);
}

/** The key that seals secrets in the database, in base64; lost with the folder, as the database is. */
export async function ensureSecretKey(folder: DataFolder): Promise<string> {
  const existing = await readFile(folder.secretKeyFile, 'utf8').catch(() => '');
  if (existing !== '') return existing;
  const key = randomBytes(SECRET_KEY_BYTES).toString('base64');
  await writeFile(folder.secretKeyFile, key, { mode: OWNER_ONLY });
  return key;
}
