/**
 * What one measure runs on: a database, a simulated pool, an API and workers of its own, all real processes on the
 * servers of the run. Nothing of another measure is in it, and it is stopped before the next one begins.
 */
import { randomBytes, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { findFreePort } from '@openvsys/embedded';
import { PROGRAMS, seedDatabase, Service } from '@openvsys/local';
import { Database, generateToken } from '@openvsys/persistence';
import { raiseLimits } from './raise-limits.js';
import type { Servers } from './servers.js';
import { SimulatedPool, type PoolSettings } from './simulated-pool.js';
import { connectTenant, type Tenant } from './tenant.js';

export interface WorldSettings {
  readonly pool: PoolSettings;
  readonly workers: number;
  readonly leaseSeconds?: number;
}

const SECRET_KEY_BYTES = 32;
const POOL_LIMIT_MS = 60_000;
const LOOK_EVERY_MS = 50;

export class World {
  private readonly cleanup = new AsyncDisposableStack();
  readonly workers = new Map<string, Service>();
  private api: Service | undefined;

  private constructor(
    private readonly servers: Servers,
    private readonly settings: WorldSettings,
    readonly databaseUrl: string,
    readonly database: Database,
    readonly pool: SimulatedPool,
    private readonly environment: Readonly<Record<string, string>>,
    private readonly token: string,
  ) {}

  /** Resolves when the pool is served and the API answers; what was started is stopped when something fails. */
  static async open(servers: Servers, settings: WorldSettings): Promise<World> {
    await using cleanup = new AsyncDisposableStack();
    const name = `bench_${randomUUID().slice(0, 8)}`;
    const databaseUrl = await servers.createDatabase(name);
    const pool = await SimulatedPool.start(settings.pool, servers.folder);
    cleanup.defer(async () => pool.stop());
    const secretKey = randomBytes(SECRET_KEY_BYTES);
    const credentials = { providerToken: generateToken(), tenantToken: generateToken() };
    const { urls, password } = pool;
    const seeded = { databaseUrl, secretKey, credentials };
    await seedDatabase({ ...seeded, pool: { urls, user: 'root', password } });
    const database = await Database.connect({ url: databaseUrl, poolSize: 2, applicationName: 'bench' });
    cleanup.defer(async () => database.close());
    await raiseLimits(database);
    const environment = {
      DATABASE_URL: databaseUrl,
      REDIS_URL: servers.redisUrl,
      SECRET_KEY: secretKey.toString('base64'),
      // Servers without passwords are no production.
      NODE_ENV: 'test',
      LOG_LEVEL: 'warn',
      ...(settings.leaseSeconds === undefined ? {} : { LEASE_SECONDS: String(settings.leaseSeconds) }),
    };
    const world = new World(
      servers,
      settings,
      databaseUrl,
      database,
      pool,
      environment,
      credentials.tenantToken,
    );
    world.cleanup.use(cleanup.move());
    try {
      await world.startWorkers();
    } catch (error) {
      await world.close();
      throw error;
    }
    return world;
  }

  /** Starts an API process; answers a connection of the demo tenant. `settings` are on top of the usual ones. */
  async startApi(settings: Readonly<Record<string, string>> = {}): Promise<Tenant> {
    const port = await findFreePort();
    const url = `http://127.0.0.1:${port}`;
    const service = await Service.start({
      name: 'API',
      program: PROGRAMS.api,
      environment: { ...this.environment, API_HOST: '127.0.0.1', API_PORT: String(port), ...settings },
      logFile: join(this.servers.folder, 'logs', 'api.log'),
      readyUrl: `${url}/health/ready`,
    });
    this.cleanup.defer(async () => service.stop());
    this.api = service;
    return connectTenant(url, this.token);
  }

  /** Of the API process that was started last. */
  get apiPid(): number {
    if (this.api === undefined) throw new Error('the API was not started');
    return this.api.pid;
  }

  /** The worker that holds the pool's lease. */
  async owner(): Promise<string | undefined> {
    const row = await this.database.session(async (session) =>
      session.first<{ owner: string | null }>(
        'SELECT lease_owner AS owner FROM pool WHERE lease_until > now()',
      ),
    );
    return row?.owner ?? undefined;
  }

  async stopWorkers(): Promise<void> {
    await Promise.all([...this.workers.values()].map(async (worker) => worker.stop()));
    this.workers.clear();
  }

  async close(): Promise<void> {
    await this.cleanup.disposeAsync();
  }

  /** Of a worker process that runs. */
  get workerPid(): number {
    const [worker] = this.workers.values();
    if (worker === undefined) throw new Error('no worker runs');
    return worker.pid;
  }

  /** As many as there were, after `stopWorkers`. Resolves when the pool is served. */
  async startWorkers(): Promise<void> {
    this.cleanup.defer(async () => this.stopWorkers());
    const ids = Array.from({ length: this.settings.workers }, (_, index) => `worker-${index + 1}`);
    await Promise.all(ids.map(async (id) => this.startWorker(id)));
    await this.waitForPool();
  }

  private async startWorker(id: string): Promise<void> {
    const port = await findFreePort();
    const service = await Service.start({
      name: id,
      program: PROGRAMS.worker,
      environment: { ...this.environment, WORKER_ID: id, METRICS_PORT: String(port) },
      logFile: join(this.servers.folder, 'logs', `${id}.log`),
      readyUrl: `http://127.0.0.1:${port}/health/ready`,
    });
    this.workers.set(id, service);
  }

  /** Placement needs to have seen the pool's hosts once. */
  private async waitForPool(): Promise<void> {
    const deadline = Date.now() + POOL_LIMIT_MS;
    while ((await this.countHosts()) === 0 || (await this.owner()) === undefined) {
      if (Date.now() > deadline) throw new Error('no worker serves the pool');
      await delay(LOOK_EVERY_MS);
    }
  }

  private async countHosts(): Promise<number> {
    const row = await this.database.session(async (session) =>
      session.first<{ hosts: number }>('SELECT count(*)::integer AS hosts FROM pool_host'),
    );
    return row?.hosts ?? 0;
  }
}
