/**
 * The Hypervisor port on an XCP, XCP-ng or XenServer pool through XenAPI.
 *
 *   observe, capacity, inventory, slots ◄── cache ◄── event feed ◄──┐
 *   perform ──► actions ──► calls, tasks ──────────────────────► connection ──► pool
 *   settle  ──► tasks, fresh cache
 */
import { tmpdir } from 'node:os';
import {
  DomainError,
  type Action,
  type ActionContext,
  type Clock,
  type ConsoleAccess,
  type HostUuid,
  type Hypervisor,
  type ImageDepot,
  type MetricsSource,
  type ObservedVsys,
  type OwnedObject,
  type PoolCapacity,
  type PoolCare,
  type PoolHealth,
  type Settlement,
  type Slot,
  type VServerId,
  type VsysId,
} from '@openvsys/vsys';
import type { PoolAccess } from './actions/pool-access.js';
import { bind } from './actions/registry.js';
import { EventFeed } from './cache/event-feed.js';
import { PoolCache } from './cache/pool-cache.js';
import { AdaptiveLimit } from './limits/adaptive-limit.js';
import { PoolConsoles } from './consoles/pool-consoles.js';
import { DEFAULT_SLOT_SIZES, slotsOf, type SlotSizes } from './limits/slots.js';
import { PoolImages } from './images/pool-images.js';
import { PoolMetrics } from './metrics/pool-metrics.js';
import { listInventory } from './observe/inventory.js';
import { observeCapacity } from './observe/observe-capacity.js';
import { observeVsys } from './observe/observe-vsys.js';
import { XcpPoolCare } from './care/xcp-pool-care.js';
import { realTime } from './real-time.js';
import { PoolCalls } from './session/pool-calls.js';
import { PoolConnection } from './session/pool-connection.js';
import { wayFor } from './care/probe-pool.js';
import { settleAction } from './settle-action.js';
import { HttpTransport } from './transport/http-transport.js';
import type { TransportFactory } from './transport/transport.js';
import { toDomainError, toReadError } from './xapi-error.map.js';

export interface XcpHypervisorOptions {
  /** Base URLs of pool members; the others are learnt. `http:` is for loopback only. */
  readonly urls: readonly string[];
  readonly username: string;
  readonly password: string;
  /** SHA-256 of the members' certificates (one or several); replaces the check of the chain. */
  readonly fingerprint?: string | readonly string[];
  /** Certificate authority in PEM. */
  readonly ca?: string;
  /** XenAPI `pool.uuid` of the only pool that is accepted. */
  readonly poolUuid?: string;
  /** Names this driver instance in the pool's session list. */
  readonly originator: string;
  /** Device that carries the VLANs, e.g. `eth1`; default: the coordinator's first suitable interface. */
  readonly vlanDevice?: string;
  /** Default two minutes. */
  readonly cleanShutdownMs?: number;
  /** Where images are kept while they are read; default the system's folder for temporary files. */
  readonly workFolder?: string;
  readonly slotSizes?: Partial<SlotSizes>;
  readonly clock?: Clock;
  /** Numbers in [0, 1) for pauses; tests give a seeded one. */
  readonly random?: () => number;
  /** Way to a host; default HTTP(S). */
  readonly transportFor?: TransportFactory;
}

const CLEAN_SHUTDOWN_MS = 120_000;
/** A request whose connection broke may still reach the pool within this time; before, nothing can be said about it. */
const GRACE_MS = 500;

/** A pool with everything that is offered on it. */
export interface XcpPool extends Hypervisor {
  readonly care: PoolCare;
  readonly consoles: ConsoleAccess;
  readonly images: ImageDepot;
  readonly metrics: MetricsSource;
}

interface Memo {
  readonly version: string;
  readonly observed: ObservedVsys;
}

export class XcpHypervisor implements XcpPool {
  readonly care: PoolCare;
  readonly consoles: ConsoleAccess;
  readonly images: ImageDepot;
  readonly metrics: MetricsSource;
  private readonly cache = new PoolCache();
  private readonly connection: PoolConnection;
  /** What the other ports of the driver share with this one. */
  readonly pool: PoolAccess;
  private readonly clock: Clock;
  private readonly slotSizes: SlotSizes;
  private readonly memos = new Map<VsysId, Memo>();
  /** Attempts that have not answered yet, by action id. */
  private readonly performing = new Set<string>();
  private readonly starting = new Set<VServerId>();
  /** When the answers to actions were lost, by action id. */
  private readonly lostAt = new Map<string, number>();

  constructor(options: XcpHypervisorOptions) {
    this.clock = options.clock ?? realTime;
    this.slotSizes = { ...DEFAULT_SLOT_SIZES, ...options.slotSizes };
    this.connection = new PoolConnection({
      ...options,
      clock: this.clock,
      transportFor: options.transportFor ?? httpFactory(options),
    });
    this.pool = {
      cache: this.cache,
      calls: new PoolCalls(this.connection, this.clock, options.random ?? Math.random),
      connection: this.connection,
      feed: new EventFeed(this.connection, this.cache, this.clock),
      clock: this.clock,
      provisioning: new AdaptiveLimit(1),
      vlanDevice: options.vlanDevice,
      cleanShutdownMs: options.cleanShutdownMs ?? CLEAN_SHUTDOWN_MS,
    };
    this.consoles = new PoolConsoles(this.pool);
    this.images = new PoolImages(this.pool, options.workFolder ?? tmpdir());
    this.metrics = new PoolMetrics(this.pool);
    this.care = new XcpPoolCare(this.pool, ({ urls, username, password, fingerprints, ca }) => ({
      urls,
      username,
      password,
      transportFor: options.transportFor ?? wayFor({ fingerprints, ca }),
    }));
  }

  async open(signal: AbortSignal): Promise<void> {
    try {
      await this.connection.open(signal);
      await this.pool.feed.start(signal);
    } catch (error) {
      await this.close();
      throw toReadError(error);
    }
  }

  async close(): Promise<void> {
    await this.pool.feed.close();
    await this.pool.calls.tasks.close();
    await this.connection.close();
    this.cache.changes.close();
  }

  observe(vsys: VsysId): ObservedVsys {
    const version = this.cache.versionOf(vsys);
    const memo = this.memos.get(vsys);
    if (memo?.version === version) return memo.observed;
    const observed = observeVsys(this.cache, vsys, this.pool.vlanDevice);
    this.memos.set(vsys, { version, observed });
    return observed;
  }

  async perform(action: Action, context: ActionContext): Promise<void> {
    if (context.signal.aborted) throw givenUp();
    this.performing.add(context.actionId);
    if (action.kind === 'vserver.start') this.starting.add(action.part);
    try {
      await bind(action, this.pool, ownSignal(context)).perform();
    } catch (error) {
      const translated = toDomainError(error);
      if (translated.code === 'uncertain') this.lostAt.set(context.actionId, this.clock.now().getTime());
      throw translated;
    } finally {
      this.performing.delete(context.actionId);
      if (action.kind === 'vserver.start') this.starting.delete(action.part);
    }
  }

  async settle(action: Action, context: ActionContext): Promise<Settlement> {
    if (this.performing.has(context.actionId)) return { is: 'running' };
    try {
      const own = ownSignal(context);
      await this.letArrive(own);
      const settlement = await settleAction(action, this.pool, own);
      if (settlement.is !== 'running') this.lostAt.delete(context.actionId);
      return settlement;
    } catch (error) {
      if (context.signal.aborted) throw givenUp();
      throw toReadError(error);
    }
  }

  slots(action: Action, host: HostUuid | null): readonly Slot[] {
    return slotsOf(action, host, this.cache, this.slotSizes);
  }

  capacity(): PoolCapacity {
    return observeCapacity(this.cache, this.starting);
  }

  changes(): AsyncIterable<VsysId> {
    return this.cache.changes.listen();
  }

  inventory(): readonly OwnedObject[] {
    return listInventory(this.cache);
  }

  health(): PoolHealth {
    return this.pool.feed.health();
  }

  private async letArrive({ actionId, signal }: ActionContext): Promise<void> {
    const lostAt = this.lostAt.get(actionId);
    const left = lostAt === undefined ? 0 : lostAt + GRACE_MS - this.clock.now().getTime();
    if (left > 0) await this.clock.sleep(left, signal);
  }
}

const givenUp = (): DomainError =>
  new DomainError('cancelled', 'The work on the pool was given up before it began.');

/** All actions share the signal of the lease; many listeners on one signal look like a leak to Node. */
const ownSignal = (context: ActionContext): ActionContext => ({
  ...context,
  signal: AbortSignal.any([context.signal]),
});

function httpFactory({ fingerprint, ca }: XcpHypervisorOptions): TransportFactory {
  const fingerprints = fingerprint === undefined ? [] : [fingerprint].flat();
  return (url) => new HttpTransport(url, { fingerprints, ...(ca === undefined ? {} : { ca }) });
}

/** A pool behind the Hypervisor port; nothing is opened before `open`. Throws `invalid-request` for an unusable URL. */
export const createXcpHypervisor = (options: XcpHypervisorOptions): XcpPool => new XcpHypervisor(options);
