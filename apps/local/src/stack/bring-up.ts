/**
 * Brings up everything that one machine needs, each part only when the environment does not name one.
 *
 *   PostgreSQL ─┐
 *   Redis ──────┼─► schema and demo data ─► API ─┬─► ready
 *   pool ───────┘                         worker ┘
 *
 * Stopping goes the other way round. Every process dies with this one, whatever kills it.
 */
import { findFreePort, startPostgres, startRedis } from '@openvsys/embedded';
import type { LocalConfig } from '@openvsys/config';
import { Listr } from 'listr2';
import { ensureSecretKey, openDataFolder, type DataFolder } from '../data/data-folder.js';
import { StickyPorts } from '../data/sticky-ports.js';
import { connectCloud } from '../deploy/connect-cloud.js';
import { waitForPool } from '../deploy/wait-for-pool.js';
import { ensureCredentials, type Credentials } from './credentials.js';
import { seedDatabase } from './seed-database.js';
import { cacheFolder, PROGRAMS } from './programs.js';
import { Service } from './service.js';
import { startSimulator, type RunningPool } from './start-simulator.js';

export interface StackOptions {
  readonly config: LocalConfig;
  readonly workers: number;
  /** Settings of API and workers on top of what the stack itself decides. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly simulatorEnvironment?: Readonly<Record<string, string>>;
  /** Told what happens after start: a process died and was started again. */
  readonly onNotice: (text: string) => void;
}

export interface Stack {
  readonly folder: DataFolder;
  readonly apiUrl: string;
  readonly pool: RunningPool;
  readonly credentials: Credentials;
  readonly workers: readonly { readonly id: string; readonly service: Service }[];
  /** Settles with a sentence when PostgreSQL or Redis ends by itself: nothing can go on then. */
  readonly broken: Promise<string>;
  /** Stops all, in order; idempotent. */
  stop(): Promise<void>;
}

/** The API's port when nobody has it. */
const PREFERRED_API_PORT = 3000;

/** Resolves when everything is ready; what was started is stopped when something fails. */
export async function bringUp(options: StackOptions): Promise<Stack> {
  const folder = await openDataFolder(options.config.dataDir);
  const cleanup = new AsyncDisposableStack();
  cleanup.defer(async () => folder.release());
  try {
    return await new StackBuilder(options, folder, cleanup).build();
  } catch (error) {
    await cleanup.disposeAsync();
    throw error;
  }
}

/** Facts that become known while the stack comes up. */
interface Draft {
  databaseUrl: string;
  redisUrl: string;
  pool: RunningPool;
  apiUrl: string;
  readonly workers: { readonly id: string; readonly service: Service }[];
}

class StackBuilder {
  private readonly draft: Partial<Draft> & Pick<Draft, 'workers'> = { workers: [] };
  private failure: Error | undefined;
  private announceBroken: (what: string) => void = () => undefined;
  private readonly broken = new Promise<string>((resolve) => (this.announceBroken = resolve));

  constructor(
    private readonly options: StackOptions,
    private readonly folder: DataFolder,
    private readonly cleanup: AsyncDisposableStack,
  ) {}

  async build(): Promise<Stack> {
    const ports = await StickyPorts.open(this.folder);
    const credentials = await ensureCredentials(this.folder);
    const secretKey =
      this.options.config.secretKey?.toString('base64') ?? (await ensureSecretKey(this.folder));
    await this.tasks(ports, credentials, secretKey).run();
    return {
      folder: this.folder,
      apiUrl: this.known('apiUrl'),
      pool: this.known('pool'),
      credentials,
      workers: this.draft.workers,
      broken: this.broken,
      stop: async () => this.cleanup.disposeAsync(),
    };
  }

  private tasks(ports: StickyPorts, credentials: Credentials, secretKey: string): Listr {
    return new Listr(
      [
        {
          title: 'Servers',
          task: (_context, task) =>
            task.newListr(
              [
                {
                  title: 'PostgreSQL',
                  task: async (_, row) => this.keepFailure(row, this.startPostgres(ports)),
                },
                { title: 'Redis', task: async (_, row) => this.keepFailure(row, this.startRedis(ports)) },
                { title: 'Pool', task: async (_, row) => this.keepFailure(row, this.startPool(ports)) },
              ],
              // A failure waits for the others: what is still starting could not be stopped.
              { concurrent: true, exitOnError: false },
            ),
        },
        {
          title: 'Schema and demo data',
          task: async (_, row) => void (row.title = await this.seed(credentials, secretKey)),
        },
        { title: 'API', task: async (_, row) => void (row.title = await this.startApi(ports, secretKey)) },
        { title: 'Worker', task: async (_, row) => void (row.title = await this.startWorkers(secretKey)) },
        {
          title: 'Pool is being looked at',
          task: async (_, row) => void (row.title = await this.awaitPool(credentials)),
        },
      ],
      // Signals are ours: Listr would exit at once and leave the order of stopping to chance.
      { rendererOptions: { collapseSubtasks: false }, registerSignalListeners: false },
    );
  }

  private known<Name extends keyof Draft>(name: Name): Draft[Name] {
    const value = this.draft[name];
    if (value === undefined) throw new Error(`${name} is not known yet`);
    return value as Draft[Name];
  }

  /** Shows how a part came up; a failure ends the start as soon as its neighbours are up or down. */
  private async keepFailure(row: { title?: string | undefined }, start: Promise<string>): Promise<void> {
    try {
      row.title = await start;
    } catch (error) {
      this.failure ??= error instanceof Error ? error : new Error('a part did not start', { cause: error });
      throw error;
    }
  }

  private async startPostgres(ports: StickyPorts): Promise<string> {
    const { databaseUrl, postgresPort } = this.options.config;
    if (databaseUrl !== undefined) {
      this.draft.databaseUrl = databaseUrl;
      return 'PostgreSQL: DATABASE_URL';
    }
    const port = await ports.get('postgres', postgresPort);
    const server = await startPostgres({ dataDir: this.folder.postgres, port });
    this.cleanup.defer(async () => server.stop());
    void server.exited.then(() => this.announceBroken(`PostgreSQL ended: see ${this.folder.postgres}.log`));
    this.draft.databaseUrl = server.url;
    return `PostgreSQL on port ${port}`;
  }

  private async startRedis(ports: StickyPorts): Promise<string> {
    const { redisUrl, redisPort } = this.options.config;
    if (redisUrl !== undefined) {
      this.draft.redisUrl = redisUrl;
      return 'Redis: REDIS_URL';
    }
    const port = await ports.get('redis', redisPort);
    const server = await startRedis({ dataDir: this.folder.redis, port, cacheDir: cacheFolder });
    this.cleanup.defer(async () => server.stop());
    void server.exited.then(() => this.announceBroken(`Redis ended: see ${this.folder.redis}.log`));
    this.draft.redisUrl = server.url;
    return `Redis on port ${port}`;
  }

  private async startPool(ports: StickyPorts): Promise<string> {
    const { pool } = this.options.config;
    if (pool) {
      this.draft.pool = { ...pool, urls: [pool.url] };
      return `Pool: ${pool.url}`;
    }
    const simulator = await startSimulator(
      this.folder,
      ports,
      this.options.simulatorEnvironment ?? {},
      this.noticeRestart('Simulator'),
    );
    this.cleanup.defer(async () => simulator.service.stop());
    this.draft.pool = simulator;
    return `Simulated pool of ${simulator.urls.length} hosts at ${simulator.urls[0] ?? ''}`;
  }

  private async seed(credentials: Credentials, secretKey: string): Promise<string> {
    if (this.failure !== undefined) throw this.failure;
    return seedDatabase({
      databaseUrl: this.known('databaseUrl'),
      secretKey: Buffer.from(secretKey, 'base64'),
      pool: this.known('pool'),
      credentials,
    });
  }

  private serviceEnvironment(secretKey: string): Record<string, string> {
    return {
      DATABASE_URL: this.known('databaseUrl'),
      REDIS_URL: this.known('redisUrl'),
      SECRET_KEY: secretKey,
      LOG_LEVEL: this.options.config.logLevel,
      SPOOL_FOLDER: `${this.folder.path}/spool`,
      ...this.options.environment,
    };
  }

  private async startApi(ports: StickyPorts, secretKey: string): Promise<string> {
    const { apiHost, apiPort } = this.options.config;
    const port = await ports.get('api', apiPort, PREFERRED_API_PORT);
    // 0.0.0.0 is where to listen, not where to connect to.
    const url = `http://${apiHost === '0.0.0.0' ? '127.0.0.1' : apiHost}:${port}`;
    const service = await Service.start({
      name: 'API',
      program: PROGRAMS.api,
      environment: { ...this.serviceEnvironment(secretKey), API_HOST: apiHost, API_PORT: String(port) },
      logFile: `${this.folder.logs}/api.log`,
      readyUrl: `${url}/health/ready`,
      onRestart: this.noticeRestart('API'),
    });
    this.cleanup.defer(async () => service.stop());
    this.draft.apiUrl = url;
    return `API at ${url}`;
  }

  private async startWorkers(secretKey: string): Promise<string> {
    const numbers = Array.from({ length: this.options.workers }, (_, index) => index + 1);
    await Promise.all(numbers.map(async (number) => this.startWorker(number, secretKey)));
    return numbers.length === 1 ? 'Worker' : `${numbers.length} workers`;
  }

  private async startWorker(number: number, secretKey: string): Promise<void> {
    const id = `worker-${number}`;
    const metricsPort = await findFreePort();
    const service = await Service.start({
      name: id,
      program: PROGRAMS.worker,
      environment: {
        ...this.serviceEnvironment(secretKey),
        WORKER_ID: id,
        METRICS_PORT: String(metricsPort),
      },
      logFile: `${this.folder.logs}/${id}.log`,
      readyUrl: `http://127.0.0.1:${metricsPort}/health/ready`,
      onRestart: this.noticeRestart(id),
    });
    this.cleanup.defer(async () => service.stop());
    this.draft.workers.push({ id, service });
  }

  /** Nothing can be placed before a worker has seen what the pool has. */
  private async awaitPool(credentials: Credentials): Promise<string> {
    const pool = await waitForPool(connectCloud(this.known('apiUrl'), credentials));
    return `${pool.name} is served by ${pool.owner ?? 'nobody'}: ${pool.hosts} hosts`;
  }

  private noticeRestart(name: string): (code: number) => void {
    return (code) => this.options.onNotice(`${name} ended with code ${code} and is being started again`);
  }
}
