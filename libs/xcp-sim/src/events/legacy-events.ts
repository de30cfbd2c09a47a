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
  classes: Set<string>;
  subscription: Subscription;
  queue: XenMap[];
  lost: boolean;
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
    sim.sessions.onEnd((session) => this.registrations.delete(session));
  }

  register(session: string, classes: readonly string[]): void {
    const known = this.registrations.get(session);
    const all = new Set([...(known?.classes ?? []), ...classes]);
    const subscription = new Subscription([...all], this.sim.db.model);
    if (known !== undefined) {
      Object.assign(known, { classes: all, subscription });
      return;
    }
    this.registrations.set(session, {
      classes: all,
      subscription,
      queue: [],
      lost: false,
      wake: undefined,
    });
  }

  unregister(session: string, classes: readonly string[]): void {
    const known = this.registrations.get(session);
    if (known === undefined) return;
    for (const cls of classes) known.classes.delete(cls);
    if (classes.includes('*') || known.classes.size === 0) this.registrations.delete(session);
    else known.subscription = new Subscription([...known.classes], this.sim.db.model);
  }

  /** Blocks until there is an event. @throws XenFailure SESSION_NOT_REGISTERED, EVENTS_LOST */
  async next(call: CallScope, session: string): Promise<readonly XenMap[]> {
    for (;;) {
      const known = this.registrations.get(session);
      if (known === undefined) throw new XenFailure('SESSION_NOT_REGISTERED', session);
      if (known.lost) {
        known.lost = false;
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
