import { Service } from '@openvsys/local';
import { Database } from '@openvsys/persistence';
import type { Servers } from './servers.js';
import { SimulatedPool, type PoolSettings } from './simulated-pool.js';
import { type Tenant } from './tenant.js';
export interface WorldSettings {
  readonly pool: PoolSettings;
  readonly workers: number;
  readonly leaseSeconds?: number;
}
export declare class World {
  private readonly servers;
  private readonly settings;
  readonly databaseUrl: string;
  readonly database: Database;
  readonly pool: SimulatedPool;
  private readonly environment;
  private readonly token;
  private readonly cleanup;
  readonly workers: Map<string, Service>;
  private api;
  private constructor();
  /** Resolves when the pool is served and the API answers; what was started is stopped when something fails. */
  static open(servers: Servers, settings: WorldSettings): Promise<World>;
  /** Starts an API process; answers a connection of the demo tenant. */
  startApi(): Promise<Tenant>;
  /** Of the API process that was started last. */
  get apiPid(): number;
  /** The worker that holds the pool's lease. */
  owner(): Promise<string | undefined>;
  stopWorkers(): Promise<void>;
  close(): Promise<void>;
  private startWorkers;
  private startWorker;
  /** Placement needs to have seen the pool's hosts once. */
  private waitForPool;
  private countHosts;
}
