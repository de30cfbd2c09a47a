/**
 * What chaos happens to: a whole installation whose every line may be cut.
 *
 *   callers ─► API ──────────────────────────┬─► PostgreSQL (on a small disk where that may be made)
 *              workers ─── line ─────────────┘
 *                 └─────── lines ─► hosts of the simulated pool, over TLS
 *   workers have networks of their own where namespaces may be made, and their clocks are bent where libfaketime is there
 */
import { findFreePort } from '@openvsys/embedded';
import { Cloud } from '../cloud/cloud.js';
import { OwnServices } from '../cloud/own-services.js';
import { Line } from '../process/line.js';
import { BentClock } from './bent-clock.js';
import { SmallDisk } from './small-disk.js';
import { WorkerNetworks } from './worker-networks.js';

const HOSTS = 3;
const WORKERS = 2;
/** Where the simulator really listens; clients are told where the lines are. */
const BEHIND = '127.0.0.2';

export interface ChaosOptions {
  readonly timeScale: number;
  /** Built main.js of another version of the worker. */
  readonly otherWorker?: string | undefined;
}

/** What needs rights or packages. Undefined: this machine cannot have it, the reason is in `missing`. */
interface Equipment {
  readonly disk: SmallDisk | undefined;
  readonly clock: BentClock | undefined;
  readonly networks: WorkerNetworks | undefined;
  /** Faults that this machine cannot have, and why. */
  readonly missing: readonly string[];
}

interface Lines {
  readonly toDatabase: Line;
  readonly toRedis: Line;
  /** By host, at neighbouring ports. */
  readonly toPool: readonly Line[];
}

interface Parts extends Equipment, Lines {
  readonly services: OwnServices;
  readonly cloud: Cloud;
}

export class ChaosWorld implements Parts {
  readonly services: OwnServices;
  readonly cloud: Cloud;
  readonly toDatabase: Line;
  readonly toRedis: Line;
  readonly toPool: readonly Line[];
  readonly disk: SmallDisk | undefined;
  readonly clock: BentClock | undefined;
  readonly networks: WorkerNetworks | undefined;
  readonly missing: readonly string[];

  private constructor(parts: Parts) {
    this.services = parts.services;
    this.cloud = parts.cloud;
    this.toDatabase = parts.toDatabase;
    this.toRedis = parts.toRedis;
    this.toPool = parts.toPool;
    this.disk = parts.disk;
    this.clock = parts.clock;
    this.networks = parts.networks;
    this.missing = parts.missing;
  }

  static async open({ timeScale, otherWorker }: ChaosOptions): Promise<ChaosWorld> {
    const equipment = await findEquipment();
    const { disk, clock, networks } = equipment;
    const host = networks?.address ?? '127.0.0.1';
    const services = await OwnServices.start(disk?.folder);
    const lines = await openLines(services, host);
    const cloud = await Cloud.start({
      databaseUrl: services.databaseUrl,
      redisUrl: services.redisUrl,
      workers: WORKERS,
      simulator: {
        XCP_SIM_HOSTS: String(HOSTS),
        XCP_SIM_TIME_SCALE: String(timeScale),
        XCP_SIM_TLS: '1',
        XCP_SIM_BIND: BEHIND,
        XCP_SIM_ADVERTISE: host,
        XCP_SIM_BASE_PORT: String(lines.toPool[0]?.port),
      },
      worker: {
        DATABASE_URL: through(services.databaseUrl, lines.toDatabase, host),
        REDIS_URL: through(services.redisUrl, lines.toRedis, host),
        ...clock?.environment,
      },
      ...(networks !== undefined && { workerWithin: (number: number) => networks.within(number) }),
      ...(otherWorker !== undefined && { otherWorker }),
    });
    return new ChaosWorld({ services, cloud, ...lines, ...equipment });
  }

  /** Nothing is broken any more; what ended is started again. */
  async heal(): Promise<void> {
    this.toDatabase.mend();
    for (const line of this.toPool) line.mend();
    await this.networks?.mend();
    await this.disk?.empty();
    await this.clock?.bend(0);
    await this.services.revivePostgres();
    await this.raiseTheDead();
  }

  /** What a supervisor of processes does. */
  async raiseTheDead(): Promise<void> {
    const dead = [this.cloud.api, ...this.cloud.workers].filter(({ isRunning }) => !isRunning);
    await Promise.all(dead.map(async (program) => program.start()));
  }

  async close(): Promise<void> {
    for (const line of [this.toDatabase, this.toRedis, ...this.toPool]) line.close();
    await this.cloud.stop();
    await this.services.stop();
    await this.disk?.unmount();
    await this.clock?.remove();
    await this.networks?.close();
  }
}

async function findEquipment(): Promise<Equipment> {
  const missing: string[] = [];
  const without = (what: string) => (error: unknown) => void missing.push(`${what}: ${text(error)}`);
  return {
    disk: await SmallDisk.mount().catch(without('full disk')),
    clock: await BentClock.find().catch(without('clocks')),
    networks: await WorkerNetworks.open(WORKERS).catch(without('networks')),
    missing,
  };
}

async function openLines({ databaseUrl, redisUrl }: OwnServices, host: string): Promise<Lines> {
  const basePort = await freePorts(HOSTS);
  const pool = Array.from({ length: HOSTS }, (_, n) => basePort + n);
  return {
    toDatabase: await lineTo(new URL(databaseUrl), host),
    toRedis: await lineTo(new URL(redisUrl), host),
    toPool: await Promise.all(pool.map(async (port) => Line.open({ host: BEHIND, port }, { host, port }))),
  };
}

const lineTo = async ({ hostname, port }: URL, host: string): Promise<Line> =>
  Line.open({ host: hostname, port: Number(port) }, { host });

/** The same as seen by who goes through the line. */
function through(url: string, line: Line, host: string): string {
  const seen = new URL(url);
  seen.hostname = host;
  seen.port = String(line.port);
  return seen.href;
}

const text = (error: unknown): string => (error instanceof Error ? error.message : String(error)).trim();

/** That many in a row. The chance that another program takes one of them meanwhile is that of any free port. */
async function freePorts(count: number): Promise<number> {
  const first = await findFreePort();
  return first + count < 65_000 ? first : freePorts(count);
}
