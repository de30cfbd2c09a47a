/**
 * What one turn of the loop starts and gives up, from the planner's next actions and what is under way. Pure but for
 * the locks it takes for what it starts.
 */
import { isDeepStrictEqual } from 'node:util';
import { actionKey, locksOf, onlyWaits, overtakes, type Action, type ActionKey } from '@openvsys/vsys';
import type { Flight } from './flight.js';
import type { LockTable } from './lock-table.js';
import type { Trouble } from './retry.js';

export interface Situation {
  /** The planner's answer, most urgent first. */
  readonly due: readonly Action[];
  readonly flights: ReadonlyMap<ActionKey, Flight>;
  readonly troubles: ReadonlyMap<ActionKey, Trouble>;
  readonly locks: LockTable;
  /** ms since the epoch. */
  readonly now: number;
  /** `hold`: parked, failing or stopping; nothing new is begun and what waits, for slots or for a server, is given up. */
  readonly mode: 'work' | 'hold';
}

export interface Decision {
  readonly start: readonly Action[];
  readonly withdraw: readonly Flight[];
  /** Under way, and a newer wish about the same part cannot wait for their end. */
  readonly overtake: readonly Flight[];
  /** When the first action that is backing off may be tried again, ms since the epoch; undefined when none is. */
  readonly nextTryAt: number | undefined;
}

export function decideTurn(situation: Situation): Decision {
  if (situation.mode === 'hold') {
    const overtake = overtakenOf(situation.flights, new Map());
    return { start: [], withdraw: waitingOf(situation.flights), overtake, nextTryAt: undefined };
  }
  const byKey = new Map(situation.due.map((action) => [actionKey(action), action]));
  const withdraw = waitingOf(situation.flights).filter(
    (flight) => !isDeepStrictEqual(byKey.get(flight.plan.key), flight.plan.action),
  );
  const start: Action[] = [];
  let nextTryAt: number | undefined;
  for (const action of situation.due) {
    const key = actionKey(action);
    if (situation.flights.has(key)) continue;
    const notBefore = situation.troubles.get(key)?.notBefore ?? 0;
    if (notBefore > situation.now) {
      nextTryAt = Math.min(nextTryAt ?? Infinity, notBefore);
      continue;
    }
    if (situation.locks.tryTake(locksOf(action))) start.push(action);
  }
  return { start, withdraw, overtake: overtakenOf(situation.flights, byKey), nextTryAt };
}

function overtakenOf(
  flights: ReadonlyMap<ActionKey, Flight>,
  due: ReadonlyMap<ActionKey, Action>,
): readonly Flight[] {
  return [...flights.values()].filter(({ stage, plan }) => {
    if (stage !== 'performing') return false;
    const next = due.get(plan.key);
    // Nothing in the pool goes on with it: it ends when it is not wished any more, as it is.
    if (onlyWaits(plan.action)) return !isDeepStrictEqual(next, plan.action);
    return next !== undefined && overtakes(next, plan.action);
  });
}

function waitingOf(flights: ReadonlyMap<ActionKey, Flight>): readonly Flight[] {
  return [...flights.values()].filter((flight) => flight.stage === 'waiting');
}
