/** The workers of a run: each is the real one on its own connections, its own way to the pool and its own clock. */
import { loadWorkerConfig } from '@openvsys/config';
import { createLogger, createMetrics } from '@openvsys/observability';
import {
  CapacityStore,
  createTextSealer,
  Database,
  MetricStore,
  PgPoolLeaseStore,
  PgProvisioningStore,
  PgUsageStore,
  PoolFindingStore,
  PoolOperationStore,
  PoolStore,
} from '@openvsys/persistence';
import { DomainError } from '@openvsys/vsys';
import { createWorker, type WorkerParts } from '@openvsys/worker';
import type { InProcessPool } from '@openvsys/xcp-sim';
import { Registry } from 'prom-client';
import type { SeededRandom } from '../chance/seeded-random.js';
import type { WorldClock } from '../time/world-clock.js';
import { URL_OF_DATABASE, type Installation } from './installation.js';
import type { MessageBus } from './message-bus.js';
import { EmptySpool, NOBODY_OUTSIDE } from './nowhere.js';
import { connectPool } from './pool-way.js';
import type { EngineMonitor } from '../judge/engine-monitor.js';
import type { Strikes } from './strikes.js';
import { WorkerProcess } from './worker-process.js';

export interface WorkerWorld {
  readonly installation: Installation;
  readonly sim: InProcessPool;
  readonly clock: WorldClock;
  readonly bus: MessageBus;
  readonly random: SeededRandom;
  readonly strikes: Strikes;
  readonly monitor: EngineMonitor;
  readonly skews: readonly number[];
  /** Deliberate mistakes, see `sabotage/`. */
  readonly altered: (parts: WorkerParts) => WorkerParts;
}

/** Default metrics watch the whole process for as long as it lives, so they are made once. */
const PROCESS_METRICS = createMetrics('worker');
export const LEASE_SECONDS = 15;
/** There are no webhooks in the stories, and nobody follows the events. */
const FEED_MS = 60_000;
const SETTINGS = {
  DATABASE_URL: URL_OF_DATABASE,
  REDIS_URL: 'redis://nowhere:1',
  SECRET_KEY: Buffer.alloc(32, 9).toString('base64'),
  LEASE_SECONDS: String(LEASE_SECONDS),
  SWEEP_SECONDS: '10',
};

/** Metered time passes as time does. */
const asItIs = (real: Date): Date => real;

export class Workers {
  readonly #processes: WorkerProcess[] = [];
  readonly #databases: Database[] = [];
  #started = 0;

  constructor(private readonly world: WorkerWorld) {}

  get alive(): readonly WorkerProcess[] {
    return this.#processes.filter(({ isAlive }) => isAlive);
  }

  find(name: string | null): WorkerProcess | undefined {
    return this.alive.find((process) => process.name === name);
  }

  async start(): Promise<void> {
    this.#started += 1;
    const { skews, installation } = this.world;
    const process = new WorkerProcess(`worker-${this.#started}`, skews[this.#started % skews.length] ?? 0);
    this.#processes.push(process);
    const openStream = () => installation.server.openStream(process.name);
    await this.#untilStarted(async () => {
      const database = await Database.connect({ url: URL_OF_DATABASE, openStream });
      this.#databases.push(database);
      await createWorker(this.world.altered(this.#partsOf(process, database))).start();
    }, process);
  }

  /** The process ends at once; nothing that it had begun goes on outside of the pool. */
  kill(process: WorkerProcess): void {
    process.kill();
    this.world.monitor.forget(process.name);
    this.world.installation.server.drop(process.name);
  }

  killAll(): void {
    for (const process of this.alive) this.kill(process);
    // Their clients wait for answers that never come; nobody waits for them.
    for (const database of this.#databases) void database.close().catch(() => undefined);
  }

  /** A worker ends when the database is away at its start; whatever keeps it running starts it again. */
  async #untilStarted(start: () => Promise<void>, process: WorkerProcess): Promise<void> {
    try {
      await start();
    } catch {
      await this.world.clock.sleep(1_000);
      if (process.isAlive) await this.#untilStarted(start, process);
    }
  }

  #partsOf(process: WorkerProcess, database: Database): WorkerParts {
    const { installation, sim, bus, random, strikes, monitor } = this.world;
    const clock = process.clockOn(this.world.clock);
    const config = loadWorkerConfig({ ...SETTINGS, WORKER_ID: process.name });
    const { secrets } = installation;
    return {
      config: { ...config, meteredTime: { scale: 1, at: asItIs, now: () => clock.now() } },
      log: createLogger({ name: process.name, level: 'silent' }),
      database,
      // Only gauges of pools are a worker's own; what measures the process is there once.
      metrics: { ...PROCESS_METRICS, registry: new Registry() },
      clock,
      provisioning: monitor.watch(new PgProvisioningStore(database)),
      leases: new PgPoolLeaseStore(database),
      pools: new PoolStore(database, secrets),
      operations: new PoolOperationStore(database, secrets),
      findings: new PoolFindingStore(database),
      metricStore: new MetricStore(database, asItIs),
      probe: { probe: async () => Promise.reject(new DomainError('pool-unreachable', 'nobody probes here')) },
      sealer: createTextSealer(secrets),
      spool: new EmptySpool(),
      outbound: NOBODY_OUTSIDE,
      capacity: new CapacityStore(database),
      usage: new PgUsageStore(database),
      wakes: bus.wakesOf(process),
      listen: bus.listenOf(process),
      startProbes: async () => await Promise.resolve({ port: 0, close: async () => {} }),
      feedMs: FEED_MS,
      random: () => random.next(),
      connect: () => connectPool({ sim, process, clock, random: () => random.next(), strikes, monitor }),
    };
  }
}
