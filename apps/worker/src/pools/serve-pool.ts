/**
 * One term of owning a pool: connect, run the engine, take wake-ups, until the lease is lost or the worker ends.
 *
 *   open pool ──► snapshot capacity ──► engine + queue + schedules ──► stop: no new work, finish what is under way ──► close
 */
import { v7 as uuidv7 } from 'uuid';
import { PoolEngine, type Authority } from '@openvsys/provisioning';
import type { WakeConsumer } from '@openvsys/queue';
import type { Hypervisor, PoolId, VsysId } from '@openvsys/vsys';
import { engineObserver } from '../observability/engine-observer.js';
import type { PoolGauges } from '../observability/pool-gauges.js';
import { runSchedules } from '../schedules/schedule.js';
import { poolSchedules } from '../schedules/schedules.js';
import type { WorkerParts } from '../worker-parts.js';

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

/** Told which engine takes notifications for this pool's systems, for as long as there is one. */
export type EngineListener = (engine: PoolEngine | undefined) => void;

/** Resolves at the end of the term. Rejects when the pool cannot be opened. */
export async function servePool(term: PoolTerm, parts: WorkerParts, onEngine: EngineListener): Promise<void> {
  const { authority, gauges } = term;
  const { poolId } = authority.fence;
  const pool = await parts.pools.get(poolId);
  const hypervisor = parts.connect(pool);
  gauges.owned(authority.fence);
  try {
    await openOrTell(hypervisor, term, parts);
    await parts.capacity.replace(authority.fence, hypervisor.capacity(), parts.clock.now());
    parts.log.info({ poolId, name: pool.name, epoch: authority.fence.epoch }, 'serving the pool');
    await work(hypervisor, term, parts, onEngine);
  } finally {
    gauges.lost();
    await hypervisor.close();
  }
}

async function openOrTell(
  hypervisor: Hypervisor,
  { authority, stop }: PoolTerm,
  parts: WorkerParts,
): Promise<void> {
  const { poolId } = authority.fence;
  try {
    await hypervisor.open(AbortSignal.any([authority.signal, stop]));
    await parts.pools.setReason(poolId, null);
  } catch (thrown) {
    const reason = thrown instanceof Error ? thrown.message : String(thrown);
    await parts.pools.setReason(poolId, reason).catch(() => {});
    throw thrown;
  }
}

async function work(
  hypervisor: Hypervisor,
  term: PoolTerm,
  parts: WorkerParts,
  onEngine: EngineListener,
): Promise<void> {
  const { authority, gauges, stop } = term;
  const engine = makeEngine(hypervisor, authority, parts);
  void engine.followChanges();
  onEngine(engine);
  const consumer = takeWakeUps(engine, authority.fence.poolId, parts);
  const schedules = runSchedules(
    poolSchedules({ fence: authority.fence, hypervisor, engine, gauges }, parts),
    parts.clock,
    parts.log,
  );
  await untilAborted(authority.signal, stop);
  onEngine(undefined);
  await engine.stop(authority.signal.aborted ? 0 : STOP_GRACE_MS);
  await Promise.all([schedules.stop(), consumer.close()]);
}

function makeEngine(hypervisor: Hypervisor, authority: Authority, parts: WorkerParts): PoolEngine {
  const deps = {
    store: parts.provisioning,
    hypervisor,
    clock: parts.clock,
    meteredTime: parts.config.meteredTime,
    ids: { uuid: () => uuidv7() },
    sealer: parts.sealer,
    random: Math.random,
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
