/**
 * Keeps the cache true: one long poll over all cached classes (XenAPI event.from).
 *
 *   start ──► dump (token "") ──► follow (token) ──► follow …
 *               ▲                    │ token refused, events lost, new session
 *               └────────────────────┘ object counts differ twice: only that class is dumped again
 *
 * Without contact it keeps trying with growing pauses; `health` tells since when the picture is old.
 */
import type { Clock, PoolHealth } from '@openvsys/vsys';
import type { PoolConnection } from '../session/pool-connection.js';
import { XenApiError } from '../transport/transport.js';
import { toDomainError } from '../xapi-error.map.js';
import { CACHED_CLASSES, type CachedClass } from './cached-classes.js';
import {
  parseBatch,
  DUMP_TIMEOUT_MS,
  POLL_SECONDS,
  POLL_TIMEOUT_MS,
  type EventBatch,
} from './event-batch.js';
import type { PoolCache } from './pool-cache.js';

const FIRST_PAUSE_MS = 500;
/** A pool that was away for long is found again within this time. */
const LONGEST_PAUSE_MS = 5_000;
const RESYNC_CODES = new Set(['EVENT_FROM_TOKEN_PARSE_FAILURE', 'EVENTS_LOST', 'SESSION_NOT_REGISTERED']);

export class EventFeed {
  private readonly stop = new AbortController();
  private token = '';
  private generation = 0;
  private suspects: readonly CachedClass[] = [];
  private lastBatchAt: number | undefined;
  private trouble: string | undefined = 'not connected yet';
  private running: Promise<void> | undefined;
  /** Sequence number under which the last applied batch was requested. */
  private appliedRequest = 0;
  private batches = 0;

  constructor(
    private readonly connection: PoolConnection,
    private readonly cache: PoolCache,
    private readonly clock: Clock,
  ) {}

  /** Fills the cache, then follows. Throws what prevented the first fill. */
  async start(signal: AbortSignal): Promise<void> {
    await this.turn(AbortSignal.any([signal, this.stop.signal]));
    this.running = this.follow();
  }

  async close(): Promise<void> {
    this.stop.abort();
    await this.running;
    this.trouble = 'closed';
  }

  health(): PoolHealth {
    const eventAgeMs = this.lastBatchAt === undefined ? null : this.clock.now().getTime() - this.lastBatchAt;
    return this.trouble === undefined
      ? { connected: true, eventAgeMs }
      : { connected: false, reason: this.trouble, eventAgeMs };
  }

  /**
   * Resolves when everything that happened in the pool before the call is in the cache: when a batch that was requested
   * after the call has been applied. Touching the pool object (XenAPI event.inject) ends the polls that are waiting.
   */
  async barrier(signal: AbortSignal): Promise<void> {
    const asked = this.cache.nextSequence();
    while (this.appliedRequest <= asked) {
      const seen = this.batches;
      const [pool] = this.cache.all('pool');
      if (pool !== undefined) await this.connection.request('event.inject', ['pool', pool[0]], { signal });
      await this.cache.when(() => (this.batches > seen ? true : undefined), signal);
    }
  }

  private async follow(): Promise<void> {
    let pause = FIRST_PAUSE_MS;
    while (!this.stop.signal.aborted) {
      try {
        await this.turn(this.stop.signal);
        pause = FIRST_PAUSE_MS;
      } catch (error) {
        this.note(error);
        await this.clock.sleep(pause, this.stop.signal).catch(() => undefined);
        pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
      }
    }
  }

  private note(error: unknown): void {
    if (this.stop.signal.aborted) return;
    if (error instanceof XenApiError && RESYNC_CODES.has(error.code)) this.token = '';
    this.trouble = toDomainError(error).message;
  }

  private async turn(signal: AbortSignal): Promise<void> {
    // A new session may mean another server process, whose tokens mean something else.
    const generation = this.connection.generation;
    if (generation !== this.generation) this.token = '';
    const isFull = this.token === '';
    const requestedAt = this.cache.nextSequence();
    // With counts in doubt the poll must not wait: perhaps the missing events are just arriving.
    const seconds = this.suspects.length > 0 ? 0 : POLL_SECONDS;
    const batch = await this.poll(CACHED_CLASSES, this.token, seconds, signal);
    this.generation = isFull ? this.connection.generation : generation;
    if (isFull) this.cache.applyFull(batch, requestedAt);
    else this.cache.applyBatch(batch, requestedAt);
    this.token = batch.token;
    this.noteBatch(requestedAt);
    await this.reconcile(batch, signal);
  }

  private noteBatch(requestedAt: number): void {
    this.lastBatchAt = this.clock.now().getTime();
    this.trouble = undefined;
    this.appliedRequest = requestedAt;
    this.batches += 1;
    for (const [, host] of this.cache.all('host')) this.learnMember(host.address);
    this.cache.wakeWaiters();
  }

  private learnMember(address: string): void {
    const [current] = this.connection.members.list();
    if (current !== undefined) this.connection.members.learn(address, current);
  }

  /** Deletions are kept by the pool for a bounded time only; counts that stay different show that some were missed. */
  private async reconcile(batch: EventBatch, signal: AbortSignal): Promise<void> {
    const differing = this.cache.miscounted(batch.counts);
    const confirmed = differing.filter((cls) => this.suspects.includes(cls));
    this.suspects = confirmed.length > 0 ? [] : differing;
    if (confirmed.length === 0) return;
    const requestedAt = this.cache.nextSequence();
    const dump = await this.poll(confirmed, '', 0.1, signal);
    this.cache.applyFull(dump, requestedAt, confirmed);
  }

  private async poll(
    classes: readonly CachedClass[],
    token: string,
    seconds: number,
    signal: AbortSignal,
  ): Promise<EventBatch> {
    const raw = await this.connection.request('event.from', [classes, token, seconds], {
      signal,
      timeoutMs: token === '' ? DUMP_TIMEOUT_MS : POLL_TIMEOUT_MS,
    });
    return parseBatch(raw);
  }
}
