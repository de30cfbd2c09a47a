/**
 * One term of owning a pool: connect, run the engine, take wake-ups, until the lease is lost or the worker ends.
 *
 *   open pool ──► snapshot capacity ──► engine + queue + schedules ──► stop: no new work, finish what is under way ──► close
 */
import { v7 as uuidv7 } from 'uuid';
import { PoolEngine, type Authority } from '@openvsys/provisioning';
import type { WakeConsumer } from '@openvsys/queue';
import { loginOf, PgServiceProber, type StoredPool } from '@openvsys/persistence';
import type { ConsoleAccess, PoolId, VsysId } from '@openvsys/vsys';
import { recordMetrics } from '../care/metric-recorder.js';
import { OwnerTasks } from '../care/owner-tasks.js';
import { engineObserver } from '../observability/engine-observer.js';
import type { PoolGauges } from '../observability/pool-gauges.js';
import { runSchedules } from '../schedules/schedule.js';
import { poolSchedules } from '../schedules/schedules.js';
import type { ManagedPool, WorkerParts } from '../worker-parts.js';

/** Actions under way get this long at an orderly end; the rest is settled by the next owner, ms. */
const STOP_GRACE_MS = 10_000;
/** Wake-ups handled at once; each mostly waits for its VSYS to be reached. */
const CONCURRENT_WAKES = 200;

export interface PoolTerm {
  readonly authority: Authority;
  readonly gauges: PoolGauges;
  /** Aborted when the worker shall end. */
  readonly stop: AbortSignal;
}

/** What takes notifications about a pool, for as long as it is served. */
export interface Serving {
  readonly engine: PoolEngine;
  readonly tasks: OwnerTasks;
  readonly consoles: ConsoleAccess | undefined;
  /** The pool may be logged in to in another way from now on. */
  loginChanged(): Promise<void>;
}

export type ServingListener = (serving: Serving | undefined) => void;

/** Resolves at the end of the term. Rejects when the pool cannot be opened. */
export async function servePool(
  term: PoolTerm,
  parts: WorkerParts,
  onServing: ServingListener,
): Promise<void> {
  const { authority, gauges } = term;
  const { poolId } = authority.fence;
  const pool = await parts.pools.get(poolId);
  const hypervisor = parts.connect(pool);
  gauges.owned(authority.fence);
  try {
    await openOrTell(hypervisor, term, parts);
    await parts.capacity.replace(authority.fence, hypervisor.capacity(), parts.clock.now());
    parts.log.info({ poolId, name: pool.name, epoch: authority.fence.epoch }, 'serving the pool');
    await work({ hypervisor, stored: pool }, term, parts, onServing);
  } finally {
    gauges.lost();
    await hypervisor.close();
  }
}

async function openOrTell(
  hypervisor: ManagedPool,
  { authority, stop }: PoolTerm,
  parts: WorkerParts,
): Promise<void> {
  const { poolId } = authority.fence;
  try {
    const signal = AbortSignal.any([authority.signal, stop]);
    await hypervisor.open(signal);
    await parts.pools.describe(poolId, await hypervisor.care.describe(signal), parts.clock.now());
    await parts.pools.setReason(poolId, null);
  } catch (thrown) {
    const reason = thrown instanceof Error ? thrown.message : String(thrown);
    await parts.pools.setReason(poolId, reason).catch(() => {});
    throw thrown;
  }
}

async function work(
  { hypervisor, stored }: { readonly hypervisor: ManagedPool; readonly stored: StoredPool },
  term: PoolTerm,
  parts: WorkerParts,
  onServing: ServingListener,
): Promise<void> {
  const { authority, gauges, stop } = term;
  const engine = makeEngine(hypervisor, authority, parts);
  void engine.followChanges();
  const ending = AbortSignal.any([authority.signal, stop]);
  const ownerTerm = { fence: authority.fence, pool: hypervisor, signal: ending };
  const tasks = new OwnerTasks(ownerTerm, parts);
  const recording = recordMetrics(ownerTerm, parts);
  const login = new KnownLogin(hypervisor, stored, parts);
  const { consoles } = hypervisor;
  onServing({ engine, tasks, consoles, loginChanged: async () => login.look() });
  tasks.look();
  const consumer = takeWakeUps(engine, authority.fence.poolId, parts);
  const schedules = runSchedules(
    poolSchedules({ fence: authority.fence, hypervisor, engine, gauges, tasks, login }, parts),
    parts.clock,
    parts.log,
  );
  await untilAborted(authority.signal, stop);
  onServing(undefined);
  await Promise.all([tasks.settled(), recording]);
  await engine.stop(authority.signal.aborted ? 0 : STOP_GRACE_MS);
  await Promise.all([schedules.stop(), consumer.close()]);
}

/** Passes a changed login on to a pool that is being served. */
class KnownLogin {
  readonly #id: PoolId;
  #version: number;

  constructor(
    private readonly pool: ManagedPool,
    stored: StoredPool,
    private readonly parts: WorkerParts,
  ) {
    this.#id = stored.id;
    this.#version = stored.loginVersion;
  }

  async look(): Promise<void> {
    const stored = await this.parts.pools.get(this.#id);
    if (stored.loginVersion === this.#version) return;
    this.#version = stored.loginVersion;
    this.pool.care.useLogin(loginOf(stored));
    this.parts.log.info({ poolId: this.#id, version: stored.loginVersion }, 'the pool is logged in to anew');
  }
}

function makeEngine(hypervisor: ManagedPool, authority: Authority, parts: WorkerParts): PoolEngine {
  const deps = {
    store: parts.provisioning,
    hypervisor,
    clock: parts.clock,
    meteredTime: parts.config.meteredTime,
    ids: { uuid: () => uuidv7() },
    sealer: parts.sealer,
    prober: new PgServiceProber(parts),
    random: parts.random ?? Math.random,
    log: parts.log.child({ poolId: authority.fence.poolId }),
    observer: engineObserver(parts.metrics),
    insistence: { unreachablePoolMs: parts.config.unreachablePoolSeconds * 1000 },
  };
  return new PoolEngine(deps, authority);
}

function takeWakeUps(engine: PoolEngine, queue: PoolId, parts: WorkerParts): WakeConsumer {
  const handler = {
    handle: async (vsysId: VsysId) => void (await engine.wake(vsysId)),
    taken: (waitedMs: number) => parts.metrics.queueWait.observe({ queue }, waitedMs / 1000),
  };
  return parts.wakes.consume(queue, handler, { concurrency: CONCURRENT_WAKES });
}

async function untilAborted(...signals: readonly AbortSignal[]): Promise<void> {
  const any = AbortSignal.any([...signals]);
  if (any.aborted) return;
  await new Promise<void>((resolve) => {
    any.addEventListener('abort', () => resolve(), { once: true });
  });
}
