/**
 * Did the uncertain thing happen? Asks the hypervisor until it knows. The one place of this decision.
 *
 *   unknown ──► done       the effect is there
 *           ──► absent     provably nothing happened: may be performed again
 *           ──► running    still going on: ask again after a pause
 *           ──► conflict   two objects for one part: a person must look
 *
 * Assumed, and explored to the last state in `test/model/create-once.model.ts`: a task that is pending is seen by every look at
 * the tasks (XenAPI task.get_all_records), and a call that was sent arrives before the next owner looks, or never. Were
 * the second one wrong, a template would be left that never ran; the survey of the pool tells it as a twin.
 */
import { DomainError, asDomainError, type Clock, type Hypervisor } from '@openvsys/vsys';
import { SETTLE_FIRST_PAUSE_MS, SETTLE_LIMIT_MS, SETTLE_LONGEST_PAUSE_MS } from './deadlines.js';
import type { EngineLog } from './engine-deps.js';
import { faultPoint } from './fault-points.js';
import type { Flight } from './flight.js';

export type Settled =
  | { readonly is: 'done' }
  | { readonly is: 'absent' }
  | { readonly is: 'failed'; readonly error: DomainError };

export interface SettleDeps {
  readonly hypervisor: Pick<Hypervisor, 'settle'>;
  readonly clock: Clock;
  readonly log: EngineLog;
}

/** Resolves when the outcome is decided. Rejects only when `signal` is aborted. */
export async function settle(flight: Flight, deps: SettleDeps, signal: AbortSignal): Promise<Settled> {
  const { action, key, id } = flight.plan;
  const until = deps.clock.now().getTime() + SETTLE_LIMIT_MS;
  let pause = SETTLE_FIRST_PAUSE_MS;
  while (deps.clock.now().getTime() < until) {
    signal.throwIfAborted();
    await faultPoint('action.before-settle', key);
    const found = await look();
    await faultPoint('action.after-settle', key);
    if (found !== undefined) return found;
    await deps.clock.sleep(pause, signal);
    pause = Math.min(pause * 2, SETTLE_LONGEST_PAUSE_MS);
  }
  return { is: 'failed', error: undecidable(key) };

  async function look(): Promise<Settled | undefined> {
    try {
      const settlement = await deps.hypervisor.settle(action, { actionId: id, host: flight.host, signal });
      switch (settlement.is) {
        case 'done':
        case 'absent':
          return settlement;
        case 'conflict':
          return { is: 'failed', error: conflict(key, settlement.message) };
        case 'running':
          return undefined;
      }
    } catch (thrown) {
      signal.throwIfAborted();
      // Not being able to look is no answer: the question stays open until the pool can be asked.
      const error = asDomainError(thrown);
      flight.onHindered(error);
      deps.log.warn({ action: key, actionId: id, error: error.message }, 'could not settle yet');
      return undefined;
    }
  }
}

function conflict(key: string, message: string): DomainError {
  return new DomainError('conflict', message, {
    retry: 'after-change',
    remedy: 'Look at the named objects in the pool, remove the one that is wrong, then resume.',
    details: { action: key },
  });
}

function undecidable(key: string): DomainError {
  return new DomainError('uncertain', `The outcome of ${key} could not be found out within a day.`, {
    retry: 'after-change',
    remedy: 'Look at the pool’s tasks and objects, then resume.',
    details: { action: key },
  });
}
