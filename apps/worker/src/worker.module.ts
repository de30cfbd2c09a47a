/** Makes the parts of a worker from its configuration. The only file that knows which adapter is behind which port. */
import { Module, type DynamicModule, type Provider } from '@nestjs/common';
import type { WorkerConfig } from '@openvsys/config';
import { createMetrics, type Logger } from '@openvsys/observability';
import { createOutboundClient } from '@openvsys/outbound';
import {
  CapacityStore,
  Database,
  KeyRing,
  loginOf,
  MetricStore,
  PgPoolLeaseStore,
  PgProvisioningStore,
  PgUsageStore,
  PoolFindingStore,
  PoolOperationStore,
  PoolStore,
  SecretBox,
  createTextSealer,
  type StoredPool,
} from '@openvsys/persistence';
import { BullWakeSource } from '@openvsys/queue';
import { SpoolFolder } from '@openvsys/spool';
import { createXcpHypervisor, probePool } from '@openvsys/xcp-driver';
import { realClock } from './real-clock.js';
import type { ManagedPool, WorkerParts } from './worker-parts.js';
import { createWorker } from './worker.js';

export const WORKER = Symbol('worker');
const PARTS = Symbol('worker parts');
const DATABASE = Symbol('database');
const KEYS = Symbol('keys');

/** Commits of many loops at once; more would only queue inside PostgreSQL. */
const DATABASE_CONNECTIONS = 16;

@Module({})
export class WorkerModule {
  static from(config: WorkerConfig, log: Logger): DynamicModule {
    return { module: WorkerModule, providers: providersOf(config, log) };
  }
}

function providersOf(config: WorkerConfig, log: Logger): Provider[] {
  return [
    { provide: DATABASE, useFactory: async () => await connectDatabase(config, log) },
    {
      provide: KEYS,
      useFactory: async (database: Database) => await KeyRing.open(database, config),
      inject: [DATABASE],
    },
    {
      provide: PARTS,
      useFactory: (database: Database, keys: KeyRing) => makeParts(config, log, { database, keys }),
      inject: [DATABASE, KEYS],
    },
    { provide: WORKER, useFactory: (parts: WorkerParts) => createWorker(parts), inject: [PARTS] },
    {
      provide: DatabaseCloser,
      useFactory: (database: Database, keys: KeyRing) => new DatabaseCloser(database, keys),
      inject: [DATABASE, KEYS],
    },
  ];
}

/** Closes the database when Nest closes the application: after the worker has stopped. */
class DatabaseCloser {
  constructor(
    private readonly database: Database,
    private readonly keys: KeyRing,
  ) {}

  async onApplicationShutdown(): Promise<void> {
    this.keys.close();
    await this.database.close();
  }
}

async function connectDatabase(config: WorkerConfig, log: Logger): Promise<Database> {
  const database = await Database.connect({
    url: config.databaseUrl,
    poolSize: DATABASE_CONNECTIONS,
    applicationName: `openvsys-worker ${config.workerId}`.slice(0, 63),
    onPoolError: (error) => log.warn({ err: error }, 'an idle database connection broke'),
  });
  await database.migrate();
  return database;
}

interface Store {
  readonly database: Database;
  readonly keys: KeyRing;
}

function makeParts(config: WorkerConfig, log: Logger, { database, keys }: Store): WorkerParts {
  const secrets = new SecretBox(keys);
  return {
    config,
    log,
    database,
    metrics: createMetrics('worker'),
    clock: realClock,
    provisioning: new PgProvisioningStore(database),
    leases: new PgPoolLeaseStore(database),
    pools: new PoolStore(database, secrets),
    operations: new PoolOperationStore(database, secrets),
    findings: new PoolFindingStore(database),
    metricStore: new MetricStore(database, config.meteredTime.at),
    probe: {
      probe: async (login, signal) => probePool(login, { originator: originatorOf(config) }, signal),
    },
    sealer: createTextSealer(secrets),
    spool: new SpoolFolder(config.spoolFolder),
    outbound: createOutboundClient({ namedRanges: config.outboundRanges, userAgent: USER_AGENT }),
    capacity: new CapacityStore(database),
    usage: new PgUsageStore(database),
    wakes: new BullWakeSource(config.redisUrl, log),
    connect: (pool) => connectPool(pool, config),
  };
}

/** What targets of webhooks and images see of us. */
const USER_AGENT = 'OpenVSYS';

/** Names us in the pools' session lists. */
const originatorOf = (config: WorkerConfig): string => `openvsys-${config.workerId}`;

function connectPool(pool: StoredPool, config: WorkerConfig): ManagedPool {
  const { urls, username, password, fingerprints, ca } = loginOf(pool);
  return createXcpHypervisor({
    urls,
    username,
    password,
    originator: originatorOf(config),
    ...(fingerprints.length === 0 ? {} : { fingerprint: fingerprints }),
    ...(ca === null ? {} : { ca }),
    ...(pool.xapiUuid === null ? {} : { poolUuid: pool.xapiUuid }),
  });
}
