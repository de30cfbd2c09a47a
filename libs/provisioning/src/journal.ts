/**
 * What a loop has to tell the database: results that came in since the last commit, and the turn made of them.
 * One turn is one commit; results that arrive while a commit is under way ride with the next one. After a commit of
 * unknown outcome they are told again, which changes nothing when they were stored.
 */
import { reportOf, type ActionId, type ActionResult, type Intent, type Turn } from '@openvsys/vsys';
import type { Flight, FlightEnd } from './flight.js';

export class Journal {
  #results: ActionResult[] = [];

  /** Notes a result; an abandoned flight has none, its intent stays open. */
  note(flight: Flight, end: FlightEnd, finishedAt: Date): void {
    if (end.outcome === 'abandoned') return;
    this.#results.push({
      id: flight.plan.id,
      outcome: end.outcome,
      startedAt: flight.startedAt,
      finishedAt,
      ...(end.error === undefined ? {} : { error: reportOf(end.error) }),
    });
  }

  get pending(): readonly ActionResult[] {
    return this.#results;
  }

  has(id: ActionId): boolean {
    return this.#results.some((result) => result.id === id);
  }

  /** These results are stored now. */
  confirm(results: readonly ActionResult[]): void {
    const stored = new Set(results.map((result) => result.id));
    this.#results = this.#results.filter((result) => !stored.has(result.id));
  }
}

export function intentOf(flight: Flight): Intent {
  const { id, operationId, action, key, attempt } = flight.plan;
  // The host is decided when the start gets its slot, from the pool's state of that moment.
  return { id, operationId, action, key, attempt, host: null };
}

/** A turn that says nothing need not be written. */
export function saysNothing(turn: Turn): boolean {
  const lists = [turn.intents, turn.results, turn.parts, turn.operations];
  return (
    lists.every((list) => list === undefined || list.length === 0) &&
    turn.phase === undefined &&
    turn.converged === undefined &&
    turn.parked === undefined &&
    turn.newSpec === undefined
  );
}
