// Purpose: `event.from`: what changed since a token, one coalesced event an object, waiting until there is something.
//
//   call ──► grouping delay ──► changes? ──yes──► answer
//                                  │no
//                                  ▼
//                  wake on the first matching change, on the timeout, or when the session ends
import { sleep } from '../clock/sim-clock.js';
import { XenFailure } from '../core/failure.js';
import { formatToken, parseToken, Subscription } from './subscription.js';
import type { CallScope, EventService } from '../core/pool-services.js';
import type { Row } from '../database/row.js';
import type { SimPool } from '../core/sim-pool.js';
import type { XenMap, XenValue } from '../datamodel/xen-value.js';

interface Waiter {
  subscription: Subscription;
  wake: () => void;
}

export class EventSource implements EventService {
  private readonly waiters = new Set<Waiter>();

  constructor(private readonly sim: SimPool) {
    sim.db.onChange((row) => this.wake(row));
  }

  /** XenAPI event.from. `timeout` in seconds; a negative one never returns. */
  async from(call: CallScope, classes: readonly string[], token: string, timeout: number): Promise<XenMap> {
    const { db, clock, latency } = this.sim;
    const since = parseToken(token);
    const subscription = new Subscription(classes, db.model);
    const deadline = timeout < 0 ? Number.POSITIVE_INFINITY : clock.now() + timeout * 1000;
    const ended = this.watchSession(call);
    try {
      if (!subscription.tasksOnly && timeout !== 0) await call.pass(latency.profile.eventBatchMs);
      let rows = this.changedRows(subscription, since);
      while (rows.length === 0 && clock.now() < deadline) {
        await this.waitForChange(call, subscription, deadline);
        rows = this.changedRows(subscription, since);
      }
      return this.batch(rows, since);
    } finally {
      ended();
    }
  }

  /** XenAPI event.inject: a token from just before a change of the object. */
  inject(row: Row): string {
    const token = formatToken(this.sim.db.generation);
    this.sim.db.touch(row);
    return token;
  }

  /** One event in the form of both `event.from` and `event.next`. */
  static describe(row: Row, operation: string, timestamp: string): XenMap {
    const event: Record<string, XenValue> = {
      id: String(row.modified),
      timestamp,
      class: row.cls.toLowerCase(),
      operation,
      ref: row.ref,
    };
    if (operation !== 'del') event['snapshot'] = row.record();
    return event;
  }

  private changedRows(subscription: Subscription, since: number): Row[] {
    const named = subscription.namedObjects;
    if (named !== undefined) return this.changedNamed(named, subscription, since);
    const rows: Row[] = [];
    for (const row of this.sim.db.changes.since(since)) {
      if (subscription.matches(row) && (row.alive || (row.created <= since && since > 0))) rows.push(row);
    }
    return rows;
  }

  // Watching a few objects must not cost a walk over everybody else's changes; a deleted object is in no table any
  // more, so only then the change list is read.
  private changedNamed(
    named: readonly (readonly [string, string])[],
    subscription: Subscription,
    since: number,
  ): Row[] {
    const found = named.map(([cls, ref]) => this.sim.db.find(cls, ref));
    if (found.every((row) => row !== undefined)) return found.filter((row) => row.modified > since);
    const rows: Row[] = [];
    for (const row of this.sim.db.changes.since(since)) {
      if (subscription.matches(row) && (row.alive || (row.created <= since && since > 0))) rows.push(row);
    }
    return rows;
  }

  private batch(rows: readonly Row[], since: number): XenMap {
    const { db } = this.sim;
    const events = rows.map((row) => EventSource.describe(row, operationOf(row, since), '0.0'));
    const counts: Record<string, number> = {};
    for (const name of db.model.classes.keys()) counts[name.toLowerCase()] = db.count(name);
    // Messages lie in files of their own, so their table is empty however many there are.
    if ('message' in counts) counts['message'] = 0;
    // A class the server counts although it publishes none of it.
    counts['diagnostics'] = 0;
    return { events, valid_ref_counts: counts, token: formatToken(db.generation) };
  }

  private async waitForChange(call: CallScope, subscription: Subscription, deadline: number): Promise<void> {
    const { clock } = this.sim;
    let waiter: Waiter | undefined;
    const change = new Promise<void>((resolve) => {
      waiter = { subscription, wake: resolve };
      this.waiters.add(waiter);
    });
    const timer = new AbortController();
    const limit = Number.isFinite(deadline) ? deadline - clock.now() : 10 * 365 * 86_400_000;
    const stopTimer = (): void => timer.abort(call.signal.reason);
    call.signal.addEventListener('abort', stopTimer, { once: true });
    try {
      await Promise.race([change, sleep(clock, limit, timer.signal, 'timeout')]);
    } finally {
      if (waiter !== undefined) this.waiters.delete(waiter);
      call.signal.removeEventListener('abort', stopTimer);
      // The losing timer would otherwise keep the clock busy; its rejection is expected.
      timer.abort(new Error('no longer needed'));
    }
    call.signal.throwIfAborted();
  }

  private watchSession(call: CallScope): () => void {
    const { session } = call;
    if (session === undefined) return () => undefined;
    return this.sim.sessions.onEnd((ref) => {
      if (ref === session.ref) call.stop(new XenFailure('SESSION_INVALID', ref));
    });
  }

  private wake(row: Row): void {
    for (const waiter of this.waiters) {
      if (!waiter.subscription.matches(row)) continue;
      this.waiters.delete(waiter);
      waiter.wake();
    }
  }
}

function operationOf(row: Row, since: number): string {
  if (!row.alive) return 'del';
  return row.created > since ? 'add' : 'mod';
}
