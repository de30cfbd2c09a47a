/**
 * What the owner of a pool was asked to do with it: empty hosts, survey, remove orphans. Nothing is remembered but the
 * operation itself: the next owner begins it again and goes on from what it sees in the pool.
 *
 *   open operation ──► started ──► performed ──► ended        lease lost: left open for the next owner
 *                          ▲           │ pool away
 *                          └── pause ◄─┘
 */
import { settleImageOperation } from '@openvsys/persistence';
import {
  asDomainError,
  DomainError,
  isImageTask,
  reportOf,
  type Fence,
  type OpenPoolOperation,
  type PoolOperationEnd,
} from '@openvsys/vsys';
import type { ManagedPool, WorkerParts } from '../worker-parts.js';
import { performTask } from './perform-task.js';

/** Images that a pool brings in or gives out at once. */
const IMAGES_AT_ONCE = 2;
/** Between two tries at a pool that is away, ms. */
const PAUSE_MS = 5_000;
/** A pool that is away for longer is somebody's problem: the operation fails and says so, ms. */
const PATIENCE_MS = 15 * 60_000;

export interface OwnerTerm {
  readonly fence: Fence;
  readonly pool: ManagedPool;
  /** Aborted at the end of the term. */
  readonly signal: AbortSignal;
}

export class OwnerTasks {
  readonly #running = new Map<
    string,
    { readonly cancel: AbortController; readonly done: Promise<void>; readonly isLarge: boolean }
  >();
  #looking: Promise<void> = Promise.resolve();

  constructor(
    private readonly term: OwnerTerm,
    private readonly parts: WorkerParts,
  ) {}

  /** Takes up what is open and passes on what is to be cancelled. Never throws. */
  look(): void {
    this.#looking = this.#looking.then(async () => this.#takeUp());
  }

  /** Resolves when nothing runs any more; call it after the term's signal was aborted. */
  async settled(): Promise<void> {
    await this.#looking;
    await Promise.all([...this.#running.values()].map(({ done }) => done));
  }

  async #takeUp(): Promise<void> {
    if (this.term.signal.aborted) return;
    try {
      for (const operation of await this.parts.operations.listOwned(this.term.fence.poolId)) {
        const running = this.#running.get(operation.id);
        if (running !== undefined && operation.cancelRequested) running.cancel.abort();
        if (running === undefined && this.#hasRoomFor(operation)) this.#begin(operation);
      }
    } catch (error) {
      this.#complain(error);
    }
  }

  /** Images are large: the others wait until one of these is through. */
  #hasRoomFor({ task, cancelRequested }: OpenPoolOperation): boolean {
    if (!isImageTask(task) || cancelRequested) return true;
    return [...this.#running.values()].filter(({ isLarge }) => isLarge).length < IMAGES_AT_ONCE;
  }

  #begin(operation: OpenPoolOperation): void {
    const cancel = new AbortController();
    if (operation.cancelRequested) cancel.abort();
    const done = this.#run(operation, cancel.signal)
      .catch((error: unknown) => this.#complain(error))
      .finally(() => {
        this.#running.delete(operation.id);
        if (isImageTask(operation.task)) this.look();
      });
    this.#running.set(operation.id, { cancel, done, isLarge: isImageTask(operation.task) });
  }

  async #run(operation: OpenPoolOperation, cancelled: AbortSignal): Promise<void> {
    const { operations, clock } = this.parts;
    const { fence, signal } = this.term;
    await operations.start(fence, operation.id, clock.now());
    const end = await this.#insist(operation, cancelled);
    if (signal.aborted) return;
    const ended = { ...operation, at: clock.now(), metered: this.parts.config.meteredTime.now() };
    await operations.end(fence, operation.id, end, ended.at, async (session) =>
      settleImageOperation(session, ended, end),
    );
  }

  async #insist(operation: OpenPoolOperation, cancelled: AbortSignal): Promise<PoolOperationEnd> {
    const { clock } = this.parts;
    const { signal } = this.term;
    const until = clock.now().getTime() + PATIENCE_MS;
    for (;;) {
      if (cancelled.aborted) return { state: 'cancelled' };
      try {
        return await performTask(operation, this.term, this.parts, AbortSignal.any([signal, cancelled]));
      } catch (error) {
        if (signal.aborted || cancelled.aborted) return { state: 'cancelled' };
        if (!isPassing(error) || clock.now().getTime() > until) {
          const { id, task } = operation;
          const { code, message } = asDomainError(error);
          this.parts.log.info(
            { operationId: id, kind: task.kind, code, error: message, err: error },
            'work on a pool failed',
          );
          return { state: 'failed', error: reportOf(error) };
        }
        await clock.sleep(PAUSE_MS, AbortSignal.any([signal, cancelled])).catch(() => undefined);
      }
    }
  }

  #complain(error: unknown): void {
    if (this.term.signal.aborted) return;
    const { message } = asDomainError(error);
    this.parts.log.warn(
      { poolId: this.term.fence.poolId, error: message, err: error },
      'work on a pool was left',
    );
  }
}

const PASSING: ReadonlySet<string> = new Set(['pool-unreachable', 'pool-busy', 'uncertain', 'unavailable']);
const isPassing = (error: unknown): boolean => error instanceof DomainError && PASSING.has(error.code);
