/** The actions of one VSYS that are under way, with their locks, and what to remember of those that failed. */
import {
  DomainError,
  actionId,
  actionKey,
  locksOf,
  onlyWaits,
  type Action,
  type Activity,
  type ActionKey,
  type OpenAction,
  type VsysId,
  type VsysWork,
} from '@openvsys/vsys';
import { decideTurn, type Decision } from './decide-turn.js';
import type { EngineDeps } from './engine-deps.js';
import { Flight, type FlightEnd } from './flight.js';
import type { Journal } from './journal.js';
import { locateError } from './locate-error.js';
import { LockTable } from './lock-table.js';
import type { Pilot, SlotClaim } from './pilot.js';
import type { Insistence } from './retry.js';
import type { Fall } from './rollback.js';
import { slotPriority, tenantOf } from './slot-priority.js';
import { Troubles } from './troubles.js';

export interface DeckListeners {
  readonly journal: Journal;
  /** An action succeeded. */
  readonly stepDone: () => void;
  /** Something ended: the loop shall look again. */
  readonly news: () => void;
}

export class FlightDeck {
  readonly #flights = new Map<ActionKey, Flight>();
  readonly #landings = new Set<Promise<void>>();
  readonly #claims = new Map<Flight, SlotClaim>();
  readonly #locks = new LockTable();
  readonly #troubles: Troubles;
  /** What keeps flights from being settled, and since when, ms since the epoch. */
  readonly #hindrances = new Map<Flight, { readonly error: DomainError; readonly since: number }>();
  #fall: Fall | undefined;
  #generation = 0;
  #isAbandoned = false;

  constructor(
    private readonly vsysId: VsysId,
    private readonly deps: EngineDeps & { readonly pilot: Pilot },
    private readonly listeners: DeckListeners,
  ) {
    this.#troubles = new Troubles(deps.clock, deps.random);
  }

  get isEmpty(): boolean {
    return this.#flights.size === 0;
  }

  /** The right to act was lost while something was under way: its outcome is the next owner's to find out. */
  get isAbandoned(): boolean {
    return this.#isAbandoned;
  }

  /** Why the operations cannot go on; undefined while they can. */
  get fall(): Fall | undefined {
    return this.#fall;
  }

  decide(due: readonly Action[], mode: 'work' | 'hold'): Decision {
    return decideTurn({
      due,
      mode,
      flights: this.#flights,
      troubles: this.#troubles.byKey,
      locks: this.#locks,
      now: this.deps.clock.now().getTime(),
    });
  }

  /** A flight for an action whose locks `decide` took; it begins with `launch`, once its intent is stored. */
  prepare(action: Action, work: VsysWork): Flight {
    const key = actionKey(action);
    const plan = {
      id: actionId(this.deps.ids.uuid()),
      action,
      key,
      attempt: this.#troubles.nextAttempt(key),
      operationId: work.operations.at(-1)?.id ?? null,
      locks: locksOf(action),
      generation: work.spec.generation,
    };
    const flight = new Flight(plan, this.deps.clock.now(), 'waiting');
    this.#claims.set(flight, {
      vsysId: this.vsysId,
      tenant: tenantOf(this.vsysId),
      priority: slotPriority(work.spec, action),
      exclude: this.#troubles.excludedHosts(key),
    });
    return flight;
  }

  /** The intents were not stored: as if they had never been decided. */
  discard(flights: readonly Flight[]): void {
    for (const flight of flights) {
      this.#claims.delete(flight);
      this.#locks.give(flight.plan.locks);
    }
  }

  launch(flight: Flight): void {
    const claim = this.#claims.get(flight);
    if (claim === undefined) return;
    this.#claims.delete(flight);
    this.#flights.set(flight.plan.key, flight);
    flight.onHindered = (error) => this.#hinder(flight, error);
    this.#follow(this.deps.pilot.fly(flight, claim).then((end) => this.#land(flight, end)));
  }

  /** Settles intents that this loop did not begin; `ended` is called after each. */
  adopt(open: readonly OpenAction[], ended: () => void): void {
    const known = new Set([...this.#flights.values()].map((flight) => flight.plan.id));
    for (const intent of open) {
      const key = actionKey(intent.action);
      if (known.has(intent.id) || this.listeners.journal.has(intent.id) || this.#flights.has(key)) continue;
      const locks = locksOf(intent.action);
      const plan = {
        id: intent.id,
        action: intent.action,
        key,
        attempt: intent.attempt,
        operationId: null,
        locks,
        generation: this.#generation,
      };
      const flight = new Flight(plan, this.deps.clock.now(), 'settling');
      flight.host = intent.host;
      flight.onHindered = (error) => this.#hinder(flight, error);
      this.#locks.take(locks);
      this.#flights.set(key, flight);
      this.deps.log.info(
        { vsysId: this.vsysId, action: key, actionId: intent.id },
        'settling an open intent',
      );
      const landing = this.deps.pilot.adopt(flight).then((end) => this.#land(flight, end));
      this.#follow(landing.then(ended));
    }
  }

  /** Gives up what waits and resolves when nothing is under way any more. */
  async drain(): Promise<void> {
    for (const flight of this.#flights.values()) {
      flight.withdraw();
      if (flight.stage === 'performing' && onlyWaits(flight.plan.action)) flight.overtake();
    }
    await Promise.all(this.#landings);
  }

  cancel(): void {
    this.#fall ??= {
      error: new DomainError('cancelled', 'The operation was cancelled.'),
      because: 'cancelled',
    };
  }

  fallIsRecorded(): void {
    this.#fall = undefined;
  }

  /** A newer spec or a resumption: old errors no longer count. */
  startAnew(generation: number, insistence: Insistence): void {
    this.#generation = generation;
    this.#fall = undefined;
    this.#hindrances.clear();
    this.#troubles.startAnew(insistence);
  }

  activity(starting: readonly Flight[]): Activity {
    const inFlight = new Set([...this.#flights.keys(), ...starting.map((flight) => flight.plan.key)]);
    const errors = new Map(this.#troubles.errors());
    for (const [flight, { error }] of this.#hindrances) errors.set(flight.plan.action.part, error);
    return { inFlight, errors };
  }

  #follow(landing: Promise<void>): void {
    this.#landings.add(landing);
    void landing.then(() => this.#landings.delete(landing));
  }

  /** The pool cannot be asked: that is shown, and after a while it is a failure, although the flight goes on. */
  #hinder(flight: Flight, error: DomainError): void {
    const now = this.deps.clock.now().getTime();
    const known = this.#hindrances.get(flight);
    const since = known?.since ?? now;
    this.#hindrances.set(flight, { error, since });
    const isCurrent = flight.plan.generation === this.#generation;
    const hopeless = isCurrent && this.#troubles.isOutOfPatience(error, now - since);
    if (hopeless) this.#fall ??= { error: locateError(error, flight), because: 'failed' };
    if (hopeless || known?.error.message !== error.message) this.listeners.news();
  }

  #land(flight: Flight, end: FlightEnd): void {
    const { key, locks } = flight.plan;
    this.#flights.delete(key);
    this.#hindrances.delete(flight);
    this.#locks.give(locks);
    const now = this.deps.clock.now();
    this.listeners.journal.note(flight, end, now);
    if (end.outcome === 'abandoned') this.#isAbandoned = true;
    if (end.outcome === 'done') this.listeners.stepDone();
    const isCurrent = flight.plan.generation === this.#generation;
    const hopeless = isCurrent ? this.#troubles.note(flight, end) : undefined;
    if (hopeless !== undefined) this.#fall ??= { error: locateError(hopeless, flight), because: 'failed' };
    this.#report(flight, end, now);
    this.listeners.news();
  }

  #report(flight: Flight, end: FlightEnd, now: Date): void {
    const { plan, startedAt, bornAt, host } = flight;
    const fields = {
      vsysId: this.vsysId,
      actionId: plan.id,
      operationId: plan.operationId,
      action: plan.key,
      attempt: plan.attempt,
      host,
      outcome: end.outcome,
      ...(end.error === undefined ? {} : { code: end.error.code, error: end.error.message }),
    };
    if (end.outcome === 'failed') this.deps.log.warn(fields, 'action failed');
    else this.deps.log.info(fields, 'action ended');
    if (end.outcome === 'abandoned') return;
    const begun = startedAt ?? now;
    this.deps.observer.actionEnded({
      vsysId: this.vsysId,
      kind: plan.action.kind,
      key: plan.key,
      outcome: end.outcome,
      waitedMs: begun.getTime() - bornAt.getTime(),
      tookMs: now.getTime() - begun.getTime(),
    });
  }
}
