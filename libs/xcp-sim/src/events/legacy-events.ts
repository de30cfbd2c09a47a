// Purpose: the older event interface: register, next, unregister. Each session has a queue with a limit.
import { EventSource } from './event-source.js';
import { sleep } from '../clock/sim-clock.js';
import { Subscription } from './subscription.js';
import { XenFailure } from '../core/failure.js';
import type { CallScope, LegacyEventService } from '../core/pool-services.js';
import type { Row } from '../database/row.js';
import type { SimPool } from '../core/sim-pool.js';
import type { XenMap } from '../datamodel/xen-value.js';

interface Registration {
  classes: readonly string[];
  subscription: Subscription;
  queue: XenMap[];
  lost: boolean;
  /** Its session is gone; whoever still waits is told. */
  ended: boolean;
  wake: (() => void) | undefined;
}

/** About 10 MB of records: beyond that the server drops events and says so. */
const LONGEST_QUEUE = 5000;
/** A quiet listener hears of the pool this often, so that it can tell silence from a broken connection. */
const HEARTBEAT_MS = 30_000;
/** Events are gathered four times as long as by `event.from` (200 ms instead of 50). */
const GATHERING = 4;

export class LegacyEvents implements LegacyEventService {
  private readonly registrations = new Map<string, Registration>();

  constructor(private readonly sim: SimPool) {
    sim.db.onChange((row) => this.offer(row));
    sim.sessions.onEnd((session) => this.end(session));
  }

  register(session: string, classes: readonly string[]): void {
    const known = this.registrationOf(session);
    this.subscribe(known, [...known.classes, ...classes.map(normalised)]);
  }

  /** Takes back what was registered in the same words: "*" does not stand for single classes here. */
  unregister(session: string, classes: readonly string[]): void {
    const known = this.registrationOf(session);
    const ended = new Set(classes.map(normalised));
    this.subscribe(
      known,
      known.classes.filter((cls) => !ended.has(cls)),
    );
  }

  /** A session that once registered or unregistered stays known, with or without classes. */
  private registrationOf(session: string): Registration {
    const known = this.registrations.get(session);
    if (known !== undefined) return known;
    const made: Registration = {
      classes: [],
      subscription: new Subscription([], this.sim.db.model),
      queue: [],
      lost: false,
      ended: false,
      wake: undefined,
    };
    this.registrations.set(session, made);
    return made;
  }

  private subscribe(registration: Registration, classes: readonly string[]): void {
    registration.classes = classes;
    registration.subscription = new Subscription(classes, this.sim.db.model);
  }

  private end(session: string): void {
    const known = this.registrations.get(session);
    if (known === undefined) return;
    this.registrations.delete(session);
    known.ended = true;
    known.wake?.();
  }

  /** Blocks until there is an event. @throws XenFailure SESSION_NOT_REGISTERED, SESSION_INVALID, EVENTS_LOST */
  async next(call: CallScope, session: string): Promise<readonly XenMap[]> {
    const known = this.registrations.get(session);
    if (known === undefined) throw new XenFailure('SESSION_NOT_REGISTERED', session);
    for (;;) {
      if (known.ended) throw new XenFailure('SESSION_INVALID', session);
      if (known.lost) {
        // The listener goes on from here, whatever came in between.
        Object.assign(known, { lost: false, queue: [] });
        throw new XenFailure('EVENTS_LOST');
      }
      if (known.queue.length > 0) return await this.gathered(call, known);
      if ((await this.waitFor(call, known)) === 'silence') this.beat(known);
    }
  }

  /** What has come and what comes along in a moment. */
  private async gathered(call: CallScope, known: Registration): Promise<readonly XenMap[]> {
    await call.pass(this.sim.latency.profile.eventBatchMs * GATHERING);
    return known.queue.splice(0);
  }

  private beat(known: Registration): void {
    const { pool } = this.sim;
    if (known.subscription.matches(pool)) known.queue.push(this.describe(pool, 'mod'));
  }

  private describe(row: Row, operation: string): XenMap {
    return EventSource.describe(row, operation, (this.sim.clock.now() / 1000).toFixed(3));
  }

  private async waitFor(call: CallScope, known: Registration): Promise<'woken' | 'silence'> {
    const woken = new AbortController();
    known.wake = () => woken.abort(undefined);
    const stop = (): void => woken.abort(undefined);
    call.signal.addEventListener('abort', stop, { once: true });
    await sleep(this.sim.clock, HEARTBEAT_MS, woken.signal, 'timeout').catch(() => undefined);
    call.signal.removeEventListener('abort', stop);
    call.signal.throwIfAborted();
    return woken.signal.aborted ? 'woken' : 'silence';
  }

  private offer(row: Row): void {
    for (const known of this.registrations.values()) {
      if (!known.subscription.matches(row)) continue;
      if (known.queue.length >= LONGEST_QUEUE) {
        known.queue = [];
        known.lost = true;
      }
      const operation = row.alive ? (row.created === row.modified ? 'add' : 'mod') : 'del';
      known.queue.push(this.describe(row, operation));
      known.wake?.();
      known.wake = undefined;
    }
  }
}

/** Classes in any case are the same; references are not touched. */
function normalised(text: string): string {
  const slash = text.indexOf('/');
  return slash < 0 ? text.toLowerCase() : text.slice(0, slash).toLowerCase() + text.slice(slash);
}
