/**
 * Holds running VMs still, all at once, for as long as something is done to them, and lets them go on whatever happens.
 *
 *   pause all ──► all stand still ──► work, bounded ──► let all go on
 *                      └─ one cannot be paused: let the others go on, nothing was done
 *
 * When this process dies in between, the VMs are observed as paused although they shall run, and are brought back by the plan.
 */
import { DomainError } from '@openvsys/vsys';
import type { Located } from '../cache/pool-cache.js';
import type { PoolAccess } from './pool-access.js';

/** Longer than this and guests lose their clients: TCP gives up a silent peer after minutes, clusters after 30 s or more. */
export const BARRIER_MS = 30_000;

export interface Held<T> {
  readonly result: T;
  /** From the moment that the last VM stood still to the moment that the last went on, ms. */
  readonly pausedMs: number;
}

/** Throws what `work` throws, and `pool-busy` when it takes longer than the bound; then too all VMs go on. */
export async function whileHeld<T>(
  vms: readonly Located<'VM'>[],
  pool: PoolAccess,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<Held<T>> {
  const running = vms.filter(({ record }) => record.power_state === 'Running');
  const now = (): number => pool.clock.now().getTime();
  let begun = now();
  const held: Located<'VM'>[] = [];
  try {
    const pauses = running.map(async (vm) => {
      await pool.calls.task('VM.pause', [vm.ref], { signal });
      held.push(vm);
    });
    const ends = await Promise.allSettled(pauses);
    for (const end of ends) if (end.status === 'rejected') throw end.reason;
    begun = now();
    const result = running.length === 0 ? await work(signal) : await inTime(pool, signal, work);
    await letGo(held, pool, signal);
    return { result, pausedMs: running.length === 0 ? 0 : now() - begun };
  } catch (error) {
    await letGo(held, pool, signal);
    throw error;
  }
}

/** Each one is tried, also when another one does not go on; the first error is told when all were tried. */
async function letGo(vms: Located<'VM'>[], pool: PoolAccess, signal: AbortSignal): Promise<void> {
  const held = vms.splice(0);
  const ends = await Promise.allSettled(
    held.map(async ({ ref }) => pool.calls.task('VM.unpause', [ref], { signal })),
  );
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
}

async function inTime<T>(
  pool: PoolAccess,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const done = new AbortController();
  const late = pool.clock.sleep(BARRIER_MS, AbortSignal.any([signal, done.signal])).then(
    () => {
      throw tooLong();
    },
    () => new Promise<never>(() => {}),
  );
  try {
    return await Promise.race([work(signal), late]);
  } finally {
    done.abort();
  }
}

const tooLong = (): DomainError =>
  new DomainError(
    'pool-busy',
    `The servers could not be held still for longer than ${BARRIER_MS / 1000} s.`,
    {
      retry: 'same',
      remedy: 'Take the snapshot when the storage is less busy, or of fewer servers at once.',
    },
  );
