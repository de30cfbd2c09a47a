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
  seen: Set<string>;
}

/** About 10 MB of records: beyond that the server drops events and says so. */
const LONGEST_QUEUE = 5000;
const POLL_MS = 3_600_000;

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
      seen: new Set(),
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
      if (known.queue.length > 0) return known.queue.splice(0);
      await this.waitFor(call, known);
    }
  }

  private async waitFor(call: CallScope, known: Registration): Promise<void> {
    const woken = new AbortController();
    known.wake = () => woken.abort(undefined);
    const stop = (): void => woken.abort(undefined);
    call.signal.addEventListener('abort', stop, { once: true });
    await sleep(this.sim.clock, POLL_MS, woken.signal, 'timeout').catch(() => undefined);
    call.signal.removeEventListener('abort', stop);
    call.signal.throwIfAborted();
  }

  private offer(row: Row): void {
    for (const known of this.registrations.values()) {
      if (!known.subscription.matches(row)) continue;
      if (known.queue.length >= LONGEST_QUEUE) {
        known.queue = [];
        known.lost = true;
      }
      const operation = row.alive ? (row.created === row.modified ? 'add' : 'mod') : 'del';
      known.queue.push(EventSource.describe(row, operation, (this.sim.clock.now() / 1000).toFixed(3)));
      known.wake?.();
      known.wake = undefined;
    }
  }
}
