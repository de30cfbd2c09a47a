/**
 * What the loop of one VSYS remembers about actions that failed, or that were done and are due again.
 * Memory only: after a take-over every action starts with a clean record.
 */
import { DomainError, type ActionKey, type Clock, type HostUuid, type PartId } from '@openvsys/vsys';
import type { Flight, FlightEnd } from './flight.js';
import {
  isOutOfPatience,
  judgeFailure,
  pauseMs,
  USUAL_INSISTENCE,
  type Insistence,
  type Trouble,
} from './retry.js';

/** Done this often without lasting effect: pauses begin. */
const REPEATS_BEFORE_PAUSE = 3;
/** Done this often without lasting effect: somebody or something undoes it, a person must look. */
const REPEATS_BEFORE_GIVING_UP = 12;

export class Troubles {
  readonly #byKey = new Map<ActionKey, Trouble>();
  readonly #partOf = new Map<ActionKey, PartId>();
  readonly #doneCount = new Map<ActionKey, number>();
  readonly #hopeless = new Map<PartId, DomainError>();
  #insistence: Insistence = USUAL_INSISTENCE;

  constructor(
    private readonly clock: Pick<Clock, 'now'>,
    private readonly random: () => number,
  ) {}

  get byKey(): ReadonlyMap<ActionKey, Trouble> {
    return this.#byKey;
  }

  /** The error that each troubled part suffers from. */
  errors(): ReadonlyMap<PartId, DomainError> {
    const errors = new Map(this.#hopeless);
    for (const [key, trouble] of this.#byKey) {
      const part = this.#partOf.get(key);
      if (part !== undefined) errors.set(part, trouble.error);
    }
    return errors;
  }

  excludedHosts(key: ActionKey): readonly HostUuid[] {
    return this.#byKey.get(key)?.excluded ?? [];
  }

  /** Which attempt the next one is, from 1. */
  nextAttempt(key: ActionKey): number {
    return (this.#byKey.get(key)?.failures ?? 0) + (this.#doneCount.get(key) ?? 0) + 1;
  }

  /** Notes how a flight ended; answers the error when the action is to be given up. */
  note(flight: Flight, end: FlightEnd): DomainError | undefined {
    const { key } = flight.plan;
    const { part } = flight.plan.action;
    this.#partOf.set(key, part);
    const hopeless = end.outcome === 'done' ? this.#noteDone(key) : this.#noteFailure(flight, end);
    if (hopeless !== undefined) this.#hopeless.set(part, hopeless);
    return hopeless;
  }

  /** Is it given up to find out what became of an action, after asking in vain for so long? */
  isOutOfPatience(error: DomainError, ms: number): boolean {
    return isOutOfPatience(error, ms, this.#insistence);
  }

  /** A newer spec or a resumption: everything may be tried anew, and as long as is said. */
  startAnew(insistence: Insistence): void {
    this.#insistence = insistence;
    this.#byKey.clear();
    this.#partOf.clear();
    this.#doneCount.clear();
    this.#hopeless.clear();
  }

  #noteFailure(flight: Flight, end: FlightEnd): DomainError | undefined {
    if (end.outcome !== 'failed' || end.error === undefined) return undefined;
    const { key } = flight.plan;
    const failure = { error: end.error, host: flight.host, at: this.clock.now().getTime() };
    const verdict = judgeFailure(this.#byKey.get(key), failure, this.random, this.#insistence);
    if (verdict.is === 'give-up') return verdict.error;
    this.#byKey.set(key, verdict.trouble);
    return undefined;
  }

  #noteDone(key: ActionKey): DomainError | undefined {
    this.#byKey.delete(key);
    const count = (this.#doneCount.get(key) ?? 0) + 1;
    this.#doneCount.set(key, count);
    if (count < REPEATS_BEFORE_PAUSE) return undefined;
    const error = new DomainError(
      'conflict',
      `${key} was done ${count} times, but the pool does not keep it.`,
      {
        retry: 'after-change',
        remedy: 'Find out who or what changes the object in the pool, then resume.',
        details: { action: key, times: count },
      },
    );
    if (count >= REPEATS_BEFORE_GIVING_UP) return error;
    const now = this.clock.now().getTime();
    const pause = pauseMs(count, this.random);
    this.#byKey.set(key, { failures: 0, since: now, notBefore: now + pause, error, excluded: [] });
    return undefined;
  }
}
