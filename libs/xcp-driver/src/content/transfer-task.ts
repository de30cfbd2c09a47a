/**
 * The task of an HTTP transfer. It is made by us and given to the handler, which completes it (XenAPI task.create,
 * `task_id`); the true outcome of a transfer is in the task, not in the HTTP status.
 *
 *   created ──handler──► pending ──► success, failure: read, destroyed
 *      └── the handler never took it, the transfer was given up: cancelled, destroyed
 */
import type { Ref } from '../generated/records.js';
import type { HandlerAnswer } from '../transport/handler-way.js';
import { TransportError, XenApiError } from '../transport/transport.js';
import type { PoolAccess } from '../actions/pool-access.js';

/** How long the task may take to tell why a handler refused, ms. */
const REASON_PATIENCE_MS = 1_500;
/** Limit for cleaning up after a transfer that was given up, ms. */
const CLEAN_UP_MS = 10_000;
/** What the pool still does when all bytes are there: flush, detach, ms. */
const COMPLETION_MS = 30 * 60_000;

export class TransferTask {
  private constructor(
    private readonly pool: PoolAccess,
    readonly ref: Ref<'task'>,
    private readonly signal: AbortSignal,
    private readonly isKept: boolean,
  ) {}

  /** `name` is what the pool's task list shows. A task that `isKept` is destroyed by its maker, not at its success. */
  static async create(
    pool: PoolAccess,
    name: string,
    signal: AbortSignal,
    { isKept = false }: { readonly isKept?: boolean } = {},
  ): Promise<TransferTask> {
    const ref = await pool.calls.call('task.create', [name, 'OpenVSYS'], signal);
    return new TransferTask(pool, ref, signal, isKept);
  }

  /** Never throws: the pool forgets finished tasks by itself after an hour. */
  async destroy(): Promise<void> {
    await this.pool.connection
      .request('task.destroy', [this.ref], { timeoutMs: CLEAN_UP_MS })
      .catch(() => undefined);
  }

  /**
   * Does the transfer and waits for the task. The task's result, as XML text. An import is answered before its body is
   * read, so the connection stays until the task has ended.
   */
  async during(method: string, transfer: () => Promise<HandlerAnswer>): Promise<string> {
    const over = new AbortController();
    const { outcome, isEnded } = this.watch(method, over.signal);
    let answer: HandlerAnswer | undefined;
    try {
      answer = await transfer();
      if (answer.status !== 200) throw await this.refusal(method, answer.status, outcome);
      return await this.limited(outcome, COMPLETION_MS);
    } catch (error) {
      throw await this.betterReason(error, outcome);
    } finally {
      answer?.discard();
      if (!isEnded()) await this.abandon();
      over.abort();
    }
  }

  /** The body of an answer; when it is read to its end the task decides whether it was complete. */
  async *read(method: string, open: () => Promise<HandlerAnswer>): AsyncGenerator<Uint8Array> {
    const over = new AbortController();
    const { outcome, isEnded } = this.watch(method, over.signal);
    let answer: HandlerAnswer | undefined;
    try {
      answer = await open();
      if (answer.status !== 200) throw await this.refusal(method, answer.status, outcome);
      yield* answer.body;
      await this.limited(outcome, COMPLETION_MS);
    } catch (error) {
      throw await this.betterReason(error, outcome);
    } finally {
      answer?.discard();
      if (!isEnded()) await this.abandon();
      over.abort();
    }
  }

  private watch(
    method: string,
    over: AbortSignal,
  ): { readonly outcome: Promise<string>; readonly isEnded: () => boolean } {
    let ended = false;
    const signal = AbortSignal.any([this.signal, over]);
    const outcome = this.pool.calls.tasks.wait(this.ref, method, { signal, isKept: this.isKept }).then(
      (result) => {
        ended = true;
        return result;
      },
      (error: unknown) => {
        ended = error instanceof XenApiError;
        throw error;
      },
    );
    // Looked at when the transfer is over.
    outcome.catch(() => undefined);
    return { outcome, isEnded: () => ended };
  }

  private async refusal(method: string, status: number, outcome: Promise<string>): Promise<Error> {
    const told = await this.reasonOf(outcome);
    if (told !== undefined) return told;
    if (status === 401 || status === 403) return new XenApiError('RBAC_PERMISSION_DENIED', ['http'], method);
    return new TransportError('protocol', `The pool answered ${method} with HTTP ${status}.`);
  }

  /** A connection that the pool cut says less than the task that the pool failed. */
  private async betterReason(error: unknown, outcome: Promise<string>): Promise<unknown> {
    const isCut = error instanceof TransportError && error.kind === 'lost';
    return isCut ? ((await this.reasonOf(outcome)) ?? error) : error;
  }

  private async reasonOf(outcome: Promise<string>): Promise<XenApiError | undefined> {
    try {
      await this.limited(outcome, REASON_PATIENCE_MS);
      return undefined;
    } catch (error) {
      return error instanceof XenApiError ? error : undefined;
    }
  }

  private async limited(outcome: Promise<string>, ms: number): Promise<string> {
    const end = new AbortController();
    const late = this.pool.clock.sleep(ms, end.signal).then(
      () => {
        throw new TransportError('lost', 'The pool does not tell the end of a transfer.');
      },
      async () => outcome,
    );
    try {
      return await Promise.race([outcome, late]);
    } finally {
      end.abort();
      late.catch(() => undefined);
    }
  }

  /** Nobody completes it any more, or somebody must stop doing so. Also when our own signal has fired. */
  private async abandon(): Promise<void> {
    await abandonTask(this.pool, this.ref);
  }
}

/**
 * Cancels and destroys a task of a transfer. A task that no handler took stays pending for ever and cannot be destroyed
 * while it is, so it is ended by hand; older pools cannot do that and forget it after a day. Never throws.
 */
export async function abandonTask({ connection }: PoolAccess, task: Ref<'task'>): Promise<void> {
  const options = { timeoutMs: CLEAN_UP_MS };
  await connection.request('task.cancel', [task], options).catch(() => undefined);
  await connection.request('task.set_status', [task, 'cancelled'], options).catch(() => undefined);
  await connection.request('task.destroy', [task], options).catch(() => undefined);
}
