/**
 * What chaos happens to: a whole installation whose every line may be cut.
 *
 *   callers ─► API ──────────────────────────┬─► PostgreSQL (on a small disk where that may be made)
 *              workers ─── line ─────────────┘
 *                 └─────── lines ─► hosts of the simulated pool, over TLS
 *   workers' clocks are bent where libfaketime is there
 */
import { findFreePort } from '@openvsys/embedded';
import { Cloud } from '../cloud/cloud.js';
import { OwnServices } from '../cloud/own-services.js';
import { Line } from '../process/line.js';
import { BentClock } from './bent-clock.js';
import { SmallDisk } from './small-disk.js';

const HOSTS = 3;
/** Where the simulator really listens; clients are told 127.0.0.1, which is the lines. */
const BEHIND = '127.0.0.2';

export interface ChaosOptions {
  readonly timeScale: number;
  /** Built main.js of another version of the worker. */
  readonly otherWorker?: string | undefined;
}

interface Parts {
  readonly services: OwnServices;
  readonly cloud: Cloud;
  readonly toDatabase: Line;
  readonly toPool: readonly Line[];
  /** Undefined: this machine cannot have one, the reason is in `missing`. */
  readonly disk: SmallDisk | undefined;
  readonly clock: BentClock | undefined;
  /** Faults that this machine cannot have, and why. */
  readonly missing: readonly string[];
}

export class ChaosWorld implements Parts {
  readonly services: OwnServices;
  readonly cloud: Cloud;
  readonly toDatabase: Line;
  readonly toPool: readonly Line[];
  readonly disk: SmallDisk | undefined;
  readonly clock: BentClock | undefined;
  readonly missing: readonly string[];

  private constructor(parts: Parts) {
    this.services = parts.services;
    this.cloud = parts.cloud;
    this.toDatabase = parts.toDatabase;
    this.toPool = parts.toPool;
    this.disk = parts.disk;
    this.clock = parts.clock;
    this.missing = parts.missing;
  }

  static async open({ timeScale, otherWorker }: ChaosOptions): Promise<ChaosWorld> {
    const missing: string[] = [];
    const disk = await SmallDisk.mount().catch(
      (error: unknown) => void missing.push(`full disk: ${text(error)}`),
    );
    const clock = await BentClock.find().catch(
      (error: unknown) => void missing.push(`clocks: ${text(error)}`),
    );
    const services = await OwnServices.start(disk?.folder);
    const database = new URL(services.databaseUrl);
    const toDatabase = await Line.open({ host: database.hostname, port: Number(database.port) });
    database.port = String(toDatabase.port);
    const basePort = await freePorts(HOSTS);
    const toPool = await Promise.all(
      Array.from({ length: HOSTS }, async (_, n) =>
        Line.open({ host: BEHIND, port: basePort + n }, basePort + n),
      ),
    );
    const cloud = await Cloud.start({
      databaseUrl: services.databaseUrl,
      redisUrl: services.redisUrl,
      workers: 2,
      simulator: {
        XCP_SIM_HOSTS: String(HOSTS),
        XCP_SIM_TIME_SCALE: String(timeScale),
        XCP_SIM_TLS: '1',
        XCP_SIM_BIND: BEHIND,
        XCP_SIM_ADVERTISE: '127.0.0.1',
        XCP_SIM_BASE_PORT: String(basePort),
      },
      worker: { DATABASE_URL: database.href, ...clock?.environment },
      ...(otherWorker !== undefined && { otherWorker }),
    });
    return new ChaosWorld({ services, cloud, toDatabase, toPool, disk, clock, missing });
  }

  /** Nothing is broken any more; what ended is started again. */
  async heal(): Promise<void> {
    this.toDatabase.mend();
    for (const line of this.toPool) line.mend();
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
    for (const line of [this.toDatabase, ...this.toPool]) line.close();
    await this.cloud.stop();
    await this.services.stop();
    await this.disk?.unmount();
    await this.clock?.remove();
  }
}

const text = (error: unknown): string => (error instanceof Error ? error.message : String(error)).trim();

/** That many in a row. The chance that another program takes one of them meanwhile is that of any free port. */
async function freePorts(count: number): Promise<number> {
  const first = await findFreePort();
  return first + count < 65_000 ? first : freePorts(count);
}
