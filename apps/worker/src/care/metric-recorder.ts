/**
 * Records what servers do, minute by minute: one stream a host, gone on with where the last owner of the pool stopped.
 * Figures are worth less than work, so nothing waits for them: what cannot be stored is told again at the next turn.
 */
import { asDomainError, type HostUuid } from '@openvsys/vsys';
import type { ManagedPool, WorkerParts } from '../worker-parts.js';
import type { OwnerTerm } from './owner-tasks.js';

/** The finest step that is kept. */
const STEP_SECONDS = 60;
/** After a failure of ours, ms. */
const PAUSE_MS = 30_000;

interface Recorded extends Omit<OwnerTerm, 'pool'> {
  readonly pool: Pick<ManagedPool, 'metrics'>;
}

interface Recorder extends Pick<WorkerParts, 'clock' | 'log'> {
  readonly metricStore: Pick<WorkerParts['metricStore'], 'readProgress' | 'store'>;
}

/** Runs until the term ends. Never throws. */
export async function recordMetrics(term: Recorded, parts: Recorder): Promise<void> {
  const { signal, fence } = term;
  while (!signal.aborted) {
    try {
      await followOnce(term, parts);
    } catch (error) {
      if (signal.aborted) return;
      const { message } = asDomainError(error);
      parts.log.warn({ poolId: fence.poolId, error: message, err: error }, 'figures could not be recorded');
      await parts.clock.sleep(PAUSE_MS, signal).catch(() => undefined);
    }
  }
}

async function followOnce({ pool, fence, signal }: Recorded, parts: Recorder): Promise<void> {
  const { poolId } = fence;
  const since: ReadonlyMap<HostUuid, Date> = await parts.metricStore.readProgress(poolId);
  // Ended with the loop: after a failure the stream is begun anew from what is stored.
  const ending = new AbortController();
  const own = AbortSignal.any([signal, ending.signal]);
  try {
    for await (const batch of pool.metrics.follow({ stepSeconds: STEP_SECONDS, since, signal: own })) {
      const { host, until, samples, problem } = batch;
      if (problem === undefined) await parts.metricStore.store({ poolId, host, until, samples });
      else parts.log.debug({ poolId, host, problem }, 'a host does not tell its figures');
    }
  } finally {
    ending.abort();
  }
}
