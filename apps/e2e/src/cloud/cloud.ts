/**
 * A whole installation of real processes: simulated pool, API, workers, on a PostgreSQL and a Redis that are given.
 *
 *   simulator ──► schema and demo data ──► API ──► workers ──► pool is served
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findFreePort } from '@openvsys/embedded';
import { Database, generateToken, readDescriptorFiles, SecretBox, seedDemo } from '@openvsys/persistence';
import { lookIntoPool, type PoolObjects } from '../pool/pool-objects.js';
import { PoolUser } from '../pool/pool-user.js';
import { POOL_PASSWORD, POOL_USER, Simulator } from '../pool/simulator.js';
import { certificateOf } from '../pool/certificate.js';
import { eventually, until } from '../process/eventually.js';
import { descriptorsFolder, Program, PROGRAMS } from '../process/program.js';
import { Tenant } from './tenant.js';

export interface CloudOptions {
  readonly databaseUrl: string;
  readonly redisUrl: string;
  /** Number of worker processes. */
  readonly workers?: number;
  /** XCP_SIM_… */
  readonly simulator?: Readonly<Record<string, string>>;
  /** Settings of the API on top of the usual ones. */
  readonly api?: Readonly<Record<string, string>>;
  /** Settings of workers on top of the usual ones. */
  readonly worker?: Readonly<Record<string, string>>;
  /** Built program of the second worker, when it is another version than the first. */
  readonly otherWorker?: string;
  /** What starts worker `number`, from 1 on, e.g. in a network of its own. */
  readonly workerWithin?: (number: number) => readonly string[];
}

/** 32 bytes. */
const SECRET_KEY = Buffer.alloc(32, 7);
/** Below the limit of a hook, so that the error names the logs. */
const START_LIMIT_MS = 45_000;
/** The shortest lease there is: a killed worker is missed for as long. */
export const LEASE_SECONDS = 3;

/** Latencies of a pool on NFS, twenty times faster. */
const SIMULATOR = { XCP_SIM_PROFILE: 'default-nfs', XCP_SIM_TIME_SCALE: '20', XCP_SIM_SEED: '7' } as const;

interface Parts {
  readonly logs: string;
  readonly simulator: Simulator;
  readonly database: Database;
  readonly api: Program;
  readonly apiUrl: string;
  readonly workers: readonly Program[];
  readonly providerToken: string;
  readonly tenantToken: string;
}

export class Cloud {
  readonly tenant: Tenant;
  readonly provider: Tenant;
  private images: ReadonlySet<string> = new Set();
  /** The pool before anything of ours was in it. */
  private empty: PoolObjects | undefined;

  /** What a person needs to use the installation by hand. */
  get access(): { readonly url: string; readonly token: string } {
    return { url: this.parts.apiUrl, token: this.parts.tenantToken };
  }

  private constructor(private readonly parts: Parts) {
    this.tenant = new Tenant(parts.apiUrl, parts.tenantToken);
    this.provider = new Tenant(parts.apiUrl, parts.providerToken);
  }

  static async start(options: CloudOptions): Promise<Cloud> {
    const logs = await mkdtemp(join(tmpdir(), 'openvsys-e2e-'));
    const simulator = await Simulator.start(join(logs, 'simulator.log'), {
      ...SIMULATOR,
      ...options.simulator,
    });
    const database = await Database.connect({ url: options.databaseUrl, poolSize: 4 });
    const tokens = { providerToken: generateToken(), tenantToken: generateToken() };
    await seed(database, simulator.urls, tokens);
    const port = await findFreePort();
    const common = {
      DATABASE_URL: options.databaseUrl,
      REDIS_URL: options.redisUrl,
      SECRET_KEY: SECRET_KEY.toString('base64'),
      LOG_LEVEL: 'info',
    };
    const api = new Program({
      name: 'api',
      path: PROGRAMS.api,
      environment: { ...common, API_PORT: String(port), ...options.api },
      logFile: join(logs, 'api.log'),
    });
    const workers = Array.from({ length: options.workers ?? 1 }, (_, index) =>
      workerOf(index + 1, logs, common, options),
    );
    const apiUrl = `http://127.0.0.1:${port}`;
    const cloud = new Cloud({ logs, simulator, database, api, apiUrl, workers, ...tokens });
    await cloud.bringUp();
    return cloud;
  }

  get providerToken(): string {
    return this.parts.providerToken;
  }

  /** Folder with one log a process. */
  get logs(): string {
    return this.parts.logs;
  }

  get simulator(): Simulator {
    return this.parts.simulator;
  }

  get database(): Database {
    return this.parts.database;
  }

  get api(): Program {
    return this.parts.api;
  }

  get folder(): string {
    return this.parts.logs;
  }

  get workers(): readonly Program[] {
    return this.parts.workers;
  }

  /** What the pool holds besides its own images and hosts. */
  async objects(): Promise<PoolObjects> {
    return lookIntoPool(this.simulator, this.images);
  }

  /** What the pool held before the first VSYS. */
  get emptyPool(): PoolObjects {
    if (this.empty === undefined) throw new Error('known once the cloud has started');
    return this.empty;
  }

  async poolUser(): Promise<PoolUser> {
    return PoolUser.login(this.simulator.urls[0] ?? '', POOL_USER, POOL_PASSWORD);
  }

  /** Starts the API (again) and waits until it answers. */
  async startApi(): Promise<void> {
    await this.api.start();
    await this.untilApiAnswers();
  }

  async untilApiAnswers(): Promise<void> {
    await until(async () => (await fetch(`${this.parts.apiUrl}/health/ready`)).ok, {
      for: `the API, see ${this.parts.logs}`,
      limitMs: START_LIMIT_MS,
    });
  }

  /** The worker that serves the pool now. */
  async owner(): Promise<Program> {
    return eventually(
      async () => {
        const { leaseOwner } = await this.provider.pool();
        return this.workers.find(({ name }) => name === leaseOwner);
      },
      { for: 'an owner of the pool', limitMs: START_LIMIT_MS },
    );
  }

  /** Ends everything, however broken. Logs stay when KEEP_LOGS is set. */
  async stop(): Promise<void> {
    const { api, workers, simulator, database, logs } = this.parts;
    await Promise.all([api, ...workers].map(async (each) => each.stop()));
    await simulator.stop();
    await database.close();
    if (process.env['KEEP_LOGS'] === undefined) await rm(logs, { recursive: true, force: true });
  }

  private async bringUp(): Promise<void> {
    const templates = (await this.simulator.table('VM')).filter((vm) => vm['is_a_template'] === true);
    this.images = new Set(templates.map((vm) => String(vm['name_label'])));
    this.empty = await this.objects();
    await Promise.all([this.startApi(), ...this.workers.map(async (worker) => worker.start())]);
    await until(async () => (await this.provider.pool()).hosts.length > 0, {
      for: `a worker that serves the pool, see ${this.parts.logs}`,
      limitMs: START_LIMIT_MS,
    });
  }
}

function workerOf(
  number: number,
  logs: string,
  common: Readonly<Record<string, string>>,
  { worker, otherWorker, workerWithin }: CloudOptions,
): Program {
  const name = `worker-${number}`;
  return new Program({
    name,
    path: number === 2 ? (otherWorker ?? PROGRAMS.worker) : PROGRAMS.worker,
    environment: {
      ...common,
      WORKER_ID: name,
      METRICS_PORT: '0',
      LEASE_SECONDS: String(LEASE_SECONDS),
      SWEEP_SECONDS: '1',
      ...worker,
    },
    logFile: join(logs, `${name}.log`),
    within: workerWithin?.(number) ?? [],
  });
}

async function seed(
  database: Database,
  urls: readonly string[],
  tokens: { readonly providerToken: string; readonly tenantToken: string },
): Promise<void> {
  await database.migrate();
  const [coordinator = null, ...members] = await Promise.all(urls.map(certificateOf));
  await seedDemo(database, {
    secrets: new SecretBox(SECRET_KEY),
    pool: { urls, username: POOL_USER, password: POOL_PASSWORD, certificateFingerprint: coordinator },
    tokens: { providerAdmin: tokens.providerToken, demoAdmin: tokens.tenantToken },
    descriptors: await readDescriptorFiles(descriptorsFolder),
    at: new Date(),
  });
  await database.transaction(async (session) =>
    session.change('UPDATE pool SET member_fingerprints = $1', [members.filter((each) => each !== null)]),
  );
}
