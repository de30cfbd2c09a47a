/**
 * Everything that `vsysctl` works with, for real: API, worker, PostgreSQL, Redis, and a simulated pool behind sockets.
 *
 *   vsysctl ──HTTP──► API ──► PostgreSQL ◄── worker ──XenAPI──► simulated pool
 */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startApi } from '@openvsys/api';
import { loadApiConfig, loadWorkerConfig } from '@openvsys/config';
import { createLogger, createMetrics } from '@openvsys/observability';
import {
  CapacityStore,
  Database,
  MetricStore,
  PgPoolLeaseStore,
  PgProvisioningStore,
  PgUsageStore,
  PoolFindingStore,
  PoolOperationStore,
  PoolStore,
  readDescriptorFiles,
  KeyRing,
  SecretBox,
  createTextSealer,
  seedDemo,
} from '@openvsys/persistence';
import { createOutboundClient } from '@openvsys/outbound';
import { BullWakeSource } from '@openvsys/queue';
import { SpoolFolder } from '@openvsys/spool';
import { useTestDatabase, useTestRedis } from '@openvsys/testing';
import { createWorker } from '@openvsys/worker';
import { createXcpHypervisor, probePool } from '@openvsys/xcp-driver';
import { startSimServer, type SimServer } from '@openvsys/xcp-sim';
import { afterAll, beforeAll } from 'vitest';

const SECRET_KEY = Buffer.alloc(32, 7);
const DESCRIPTORS = join(import.meta.dirname, '../../../descriptors');
/** The worker looks at its pool right after its start; more than this is a failure, ms. */
const CAPACITY_LIMIT_MS = 20_000;

export interface CliWorld {
  readonly url: string;
  readonly tenantToken: string;
  readonly providerToken: string;
  readonly sim: SimServer;
}

/** Registers set-up and tear-down; `world()` answers from `beforeAll` on. */
export function useCliWorld(): () => CliWorld {
  const test = useTestDatabase();
  const redis = useTestRedis();
  const cleanup: (() => Promise<void>)[] = [];
  let world: CliWorld | undefined;
  beforeAll(async () => {
    world = await openWorld(test.url, redis.url, cleanup);
  });
  afterAll(async () => {
    for (const clean of cleanup.toReversed()) await clean();
  });
  return () => {
    if (world === undefined) throw new Error('the world exists from beforeAll on');
    return world;
  };
}

async function openWorld(
  databaseUrl: string,
  redisUrl: string,
  cleanup: (() => Promise<void>)[],
): Promise<CliWorld> {
  const database = await Database.connect({ url: databaseUrl });
  cleanup.push(async () => database.close());
  await database.migrate();
  const sim = await startSimServer({ seed: 11 });
  cleanup.push(async () => sim.close());
  const demo = await seed(database, sim);
  const environment = {
    DATABASE_URL: databaseUrl,
    REDIS_URL: redisUrl,
    SECRET_KEY: SECRET_KEY.toString('base64'),
    LOG_LEVEL: 'silent',
    API_PORT: '0',
    METRICS_PORT: '0',
    WORKER_ID: 'cli-test',
    LEASE_SECONDS: '3',
    SWEEP_SECONDS: '1',
  };
  await startWorker(environment, database, cleanup);
  const api = await startApi(loadApiConfig(environment));
  cleanup.push(async () => api.close());
  await seeCapacity(database);
  const { demoToken, providerToken } = demo;
  if (demoToken === null || providerToken === null) throw new Error('the tokens were given before');
  return { url: api.url, tenantToken: demoToken, providerToken, sim };
}

async function seed(database: Database, sim: SimServer) {
  return seedDemo(database, {
    secrets: new SecretBox(SECRET_KEY),
    pool: {
      urls: sim.hosts.map(({ url }) => url),
      username: 'root',
      password: 'secret',
      certificateFingerprint: null,
    },
    descriptors: await readDescriptorFiles(DESCRIPTORS),
    at: new Date(),
  });
}

async function startWorker(
  environment: Readonly<Record<string, string>>,
  database: Database,
  cleanup: (() => Promise<void>)[],
): Promise<void> {
  const config = loadWorkerConfig(environment);
  const keys = await KeyRing.open(database, config);
  cleanup.push(async () => keys.close());
  const secrets = new SecretBox(keys);
  const log = createLogger({ name: 'worker', level: 'silent' });
  const worker = createWorker({
    config,
    log,
    database,
    metrics: createMetrics('cli-test-worker'),
    clock: { now: () => new Date(), sleep: async (ms, signal) => sleep(ms, undefined, { signal }) },
    provisioning: new PgProvisioningStore(database),
    leases: new PgPoolLeaseStore(database),
    pools: new PoolStore(database, secrets),
    operations: new PoolOperationStore(database, secrets),
    findings: new PoolFindingStore(database),
    metricStore: new MetricStore(database),
    probe: { probe: async (login, signal) => probePool(login, { originator: 'cli-probe' }, signal) },
    sealer: createTextSealer(secrets),
    spool: new SpoolFolder(config.spoolFolder),
    outbound: createOutboundClient({ namedRanges: config.outboundRanges, userAgent: 'openvsys-cli-test' }),
    capacity: new CapacityStore(database),
    usage: new PgUsageStore(database),
    wakes: new BullWakeSource(config.redisUrl, log),
    connect: ({ urls, username, password }) =>
      createXcpHypervisor({ urls, username, password, originator: 'openvsys-cli-test' }),
  });
  await worker.start();
  cleanup.push(async () => worker.stop());
}

/** Until the pool was seen there is no room anywhere. */
async function seeCapacity(database: Database): Promise<void> {
  const until = Date.now() + CAPACITY_LIMIT_MS;
  while (Date.now() < until) {
    const hosts = await database.session(async (session) => session.rows('SELECT 1 FROM pool_host'));
    if (hosts.length > 0) return;
    await sleep(50);
  }
  throw new Error('the worker did not see its pool');
}
