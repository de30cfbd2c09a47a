/**
 * Global set-up of the vitest projects: one PostgreSQL and one Redis for a whole run, brought up only when a project
 * with `*.medium.spec.ts` takes part. TEST_DATABASE_URL and TEST_REDIS_URL replace them.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgres, startRedis, type EmbeddedServer } from '@openvsys/embedded';
import type { TestProject } from 'vitest/node';
import './provided-context.js';

interface Services {
  readonly databaseUrl: string;
  readonly redisUrl: string;
  stop(): Promise<void>;
}

/** Enough logical databases that parallel suites never share one. */
const REDIS_DATABASES = 4096;

/** Unpacked server programs survive the run: fetching them is the slow part. */
const CACHE_DIR = join(import.meta.dirname, '../../../../.openvsys/cache');

/** Every project loads this module anew, so what they share hangs on the process. */
const KEY = Symbol.for('openvsys.test-services');
const shared = globalThis as { [KEY]?: { services: Promise<Services>; users: number } };

async function startServices(): Promise<Services> {
  const folder = mkdtempSync(join(tmpdir(), 'openvsys-services-'));
  const started: EmbeddedServer[] = [];
  const keep = (server: EmbeddedServer) => {
    started.push(server);
    return server.url;
  };
  const [databaseUrl, redisUrl] = await Promise.all([
    process.env['TEST_DATABASE_URL'] ??
      startPostgres({ dataDir: join(folder, 'postgres'), durability: 'disposable' }).then(keep),
    process.env['TEST_REDIS_URL'] ??
      startRedis({ dataDir: join(folder, 'redis'), cacheDir: CACHE_DIR, databases: REDIS_DATABASES }).then(
        keep,
      ),
  ]);
  return {
    databaseUrl,
    redisUrl,
    async stop() {
      await Promise.all(started.map(async (server) => server.stop()));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function needsServices(project: TestProject): Promise<boolean> {
  const { testFiles } = await project.globTestFiles();
  return testFiles.some((file) => file.endsWith('.medium.spec.ts'));
}

/** vitest calls it once a project; answers the tear-down. */
export default async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  if (!(await needsServices(project))) return undefined;
  const entry = (shared[KEY] ??= { services: startServices(), users: 0 });
  entry.users += 1;
  const services = await entry.services;
  project.provide('databaseUrl', services.databaseUrl);
  project.provide('redisUrl', services.redisUrl);
  return async () => {
    entry.users -= 1;
    if (entry.users > 0) return;
    delete shared[KEY];
    await services.stop();
  };
}
