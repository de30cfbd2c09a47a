/**
 * Waits for tasks without asking: long polls over the objects `task/<ref>` (XenAPI event.from). Tasks that begin together
 * share a poll; a poll that runs is never cut for a new task, because the pool would keep a thread waiting for it.
 *
 *   wait ──► uncovered ──poll──► covered ──event──► finished: answered, then destroyed in the pool
 *                ▲                  │ poll ended, still pending
 *                └──────────────────┘
 */
import type { Clock } from '@openvsys/vsys';
import { decodeRecord } from '../codec/decode.js';
import type { PoolConnection } from '../session/pool-connection.js';
import { TransportError, XenApiError, xenError } from '../transport/transport.js';
import { parseBatch, POLL_SECONDS, POLL_TIMEOUT_MS, type PoolEvent } from '../cache/event-batch.js';

const PAUSE_AFTER_FAILURE_MS = 500;
/** A break of this length is not worth mentioning; after a longer one the outcome counts as unknown, ms. */
const AWAY_LIMIT_MS = 2_000;

/** The pool no longer knows the task: what became of it can only be seen at the objects. */
export class TaskVanishedError extends Error {
  override readonly name = 'TaskVanishedError';
}

/** The time limit of `wait` is over or the pool is away; the task goes on as far as anybody knows. */
export class TaskOverdueError extends Error {
  override readonly name = 'TaskOverdueError';
}

export interface WaitOptions {
  readonly signal?: AbortSignal;
  readonly timeoutMs?: number;
  /** The caller destroys the task, when it has noted what the result is good for. */
  readonly isKept?: boolean;
  /** From 0 to 1, as the pool reports it (XenAPI task.progress). */
  readonly onProgress?: ((progress: number) => void) | undefined;
}

interface Watched {
  readonly method: string;
  readonly onProgress: ((progress: number) => void) | undefined;
  readonly resolve: (result: string) => void;
  readonly reject: (error: Error) => void;
  covered: boolean;
  /** The pool has reported it at least once, so its end will be reported too. */
  seen: boolean;
  /** Where to go on reading; empty until a poll that covered it has ended. */
  token: string;
  /** Since when the pool could not be asked about it, ms since the epoch; undefined while it answers. */
  awaySince: number | undefined;
}

const TASK_FIELDS = ['status', 'result', 'error_info', 'progress'] as const;

export class TaskWatcher {
  private readonly watched = new Map<string, Watched>();
  private readonly chores = new Set<Promise<void>>();
  private readonly stop = new AbortController();
  private isPumpDue = false;

  constructor(
    private readonly connection: PoolConnection,
    private readonly clock: Clock,
  ) {}

  isWatching(ref: string): boolean {
    return this.watched.has(ref);
  }

  /**
   * The task's result as it is written in the task row. Throws XenApiError when the task failed, TaskVanishedError,
   * TaskOverdueError after `timeoutMs`, TransportError `aborted`.
   */
  async wait(ref: string, method: string, options: WaitOptions = {}): Promise<string> {
    const limit = new AbortController();
    const end = new Promise<string>((resolve, reject) => {
      const start = { covered: false, seen: false, token: '', awaySince: undefined };
      this.watched.set(ref, { method, resolve, reject, onProgress: options.onProgress, ...start });
    });
    const onAbort = (): void =>
      this.fail(ref, new TransportError('aborted', 'The wait for the pool was given up.'));
    if (options.timeoutMs !== undefined) this.startTimer(ref, options.timeoutMs, limit.signal);
    options.signal?.addEventListener('abort', onAbort, { once: true });
    if (options.signal?.aborted === true) onAbort();
    this.pumpSoon();
    try {
      return await end;
    } finally {
      this.watched.delete(ref);
      options.signal?.removeEventListener('abort', onAbort);
      limit.abort();
      if (options.signal?.aborted !== true && options.isKept !== true) this.discard(ref);
    }
  }

  /** Ends all waits and lets the last clean-ups finish. */
  async close(): Promise<void> {
    this.stop.abort();
    for (const ref of this.watched.keys()) {
      this.fail(ref, new TransportError('aborted', 'The connection to the pool was closed.'));
    }
    await Promise.allSettled(this.chores);
  }

  private startTimer(ref: string, ms: number, signal: AbortSignal): void {
    this.clock.sleep(ms, signal).then(
      () => this.fail(ref, new TaskOverdueError('The pool did not finish the task in time.')),
      () => undefined,
    );
  }

  // Destroying costs a call that nobody waits for; on a pending task it takes effect at its end.
  private discard(ref: string): void {
    if (this.stop.signal.aborted) return;
    const chore = this.connection
      .request('task.destroy', [ref])
      .then(
        () => undefined,
        () => undefined,
      )
      .finally(() => this.chores.delete(chore));
    this.chores.add(chore);
  }

  private fail(ref: string, error: Error): void {
    this.watched.get(ref)?.reject(error);
    this.watched.delete(ref);
  }

  private pumpSoon(): void {
    if (this.isPumpDue) return;
    this.isPumpDue = true;
    queueMicrotask(() => {
      this.isPumpDue = false;
      this.pump();
    });
  }

  private pump(): void {
    if (this.stop.signal.aborted) return;
    const uncovered = [...this.watched].filter(([, task]) => !task.covered);
    if (uncovered.length === 0) return;
    for (const [, task] of uncovered) task.covered = true;
    const tokens = new Set(uncovered.map(([, task]) => task.token));
    // Different positions: from the beginning, which reports the present state of each at once.
    const [token = ''] = tokens.size === 1 ? tokens : [];
    void this.poll(
      uncovered.map(([ref]) => ref),
      token,
    );
  }

  private async poll(refs: readonly string[], token: string): Promise<void> {
    let next = '';
    try {
      const raw = await this.connection.request(
        'event.from',
        [refs.map((ref) => `task/${ref}`), token, POLL_SECONDS],
        {
          timeoutMs: POLL_TIMEOUT_MS,
          // A signal of its own: one that many polls listen to looks like a leak to Node.
          signal: AbortSignal.any([this.stop.signal]),
        },
      );
      const batch = parseBatch(raw);
      next = batch.token;
      for (const event of batch.events) this.take(event);
      if (batch.events.length === 0) await this.look(refs);
    } catch {
      await this.recover(refs);
    }
    for (const ref of refs) {
      const task = this.watched.get(ref);
      if (task !== undefined) Object.assign(task, { covered: false, token: task.seen ? next : '' });
    }
    this.pumpSoon();
  }

  /** The poll failed: the pool may have restarted and forgotten the tasks, so each is looked at once. */
  private async recover(refs: readonly string[]): Promise<void> {
    if (this.stop.signal.aborted) return;
    await this.clock.sleep(PAUSE_AFTER_FAILURE_MS, this.stop.signal).catch(() => undefined);
    await this.look(refs);
  }

  private async look(refs: readonly string[]): Promise<void> {
    const open = refs.filter((ref) => this.watched.has(ref));
    await Promise.all(open.map((ref) => this.lookAt(ref)));
  }

  private async lookAt(ref: string): Promise<void> {
    try {
      this.report(ref, await this.connection.request('task.get_record', [ref], { signal: this.stop.signal }));
    } catch (error) {
      if (error instanceof XenApiError && error.code === 'HANDLE_INVALID') this.vanished(ref);
      else this.missed(ref);
    }
  }

  /** The pool is away: the next poll tries again, but whoever waits is told in time that nobody knows. */
  private missed(ref: string): void {
    const task = this.watched.get(ref);
    if (task === undefined) return;
    const now = this.clock.now().getTime();
    task.awaySince ??= now;
    if (now - task.awaySince >= AWAY_LIMIT_MS)
      this.fail(ref, new TaskOverdueError('The pool cannot be asked about the task.'));
  }

  private take(event: PoolEvent): void {
    if (event.operation === 'del') this.vanished(event.ref);
    else this.report(event.ref, event.snapshot);
  }

  private vanished(ref: string): void {
    this.fail(ref, new TaskVanishedError('The pool forgot the task before it told the outcome.'));
  }

  /** Status is the last field that the pool writes; progress 1 alone means nothing. */
  private report(ref: string, raw: unknown): void {
    const task = this.watched.get(ref);
    if (task === undefined) return;
    task.seen = true;
    task.awaySince = undefined;
    const { status, result, error_info, progress } = decodeRecord('task', raw, TASK_FIELDS);
    task.onProgress?.(progress);
    if (status === 'success') task.resolve(result);
    else if (status === 'cancelled') task.reject(new XenApiError('TASK_CANCELLED', [ref], task.method));
    else if (status === 'failure') task.reject(xenError(error_info, task.method));
    else return;
    this.watched.delete(ref);
  }
}
