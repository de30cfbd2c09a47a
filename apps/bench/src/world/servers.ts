/** PostgreSQL and Redis of one run: real servers in a folder that goes away with it. */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgres, startRedis } from '@openvsys/embedded';
import { cacheFolder } from '@openvsys/local';
import { Client } from 'pg';

export interface Servers {
  /** Logs of all processes. */
  readonly folder: string;
  readonly redisUrl: string;
  /** A new, empty database; answers its URL. */
  createDatabase(name: string): Promise<string>;
  /** `keep` leaves the folder with the logs. */
  stop(logs: 'keep' | 'remove'): Promise<void>;
}

/** Durable servers, as in production: a commit that is not on the disk would measure nothing. */
export async function startServers(): Promise<Servers> {
  const folder = await mkdtemp(join(tmpdir(), 'openvsys-bench-'));
  await mkdir(join(folder, 'logs'));
  const postgres = await startPostgres({ dataDir: join(folder, 'postgres') });
  try {
    const redis = await startRedis({ dataDir: join(folder, 'redis'), cacheDir: cacheFolder });
    return {
      folder,
      redisUrl: redis.url,
      createDatabase: async (name) => createDatabase(postgres.url, name),
      async stop(logs) {
        await Promise.all([redis.stop(), postgres.stop()]);
        if (logs === 'remove') await rm(folder, { recursive: true, force: true });
      },
    };
  } catch (error) {
    await postgres.stop();
    throw error;
  }
}

async function createDatabase(serverUrl: string, name: string): Promise<string> {
  const client = new Client({ connectionString: serverUrl });
  await client.connect();
  try {
    await client.query(`CREATE DATABASE ${client.escapeIdentifier(name)}`);
  } finally {
    await client.end();
  }
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return url.toString();
}
