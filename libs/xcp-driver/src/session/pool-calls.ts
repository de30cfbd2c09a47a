/**
 * Typed calls with the pool's limits: few at once, fewer when it says that it has too much to do. That answer is
 * digested here and never shown to anybody.
 */
import type { Clock } from '@openvsys/vsys';
import { decodeResult, type MethodName } from '../codec/decode.js';
import type { XenMethods } from '../generated/methods.js';
import { AdaptiveLimit } from '../limits/adaptive-limit.js';
import { decodeTaskResult } from '../tasks/task-result.js';
import { TaskWatcher } from '../tasks/task-watcher.js';
import { TransportError, XenApiError } from '../transport/transport.js';
import type { PoolConnection } from './pool-connection.js';

/** xapi has one runtime lock: more calls at once only queue. */
const CALLS_IN_FLIGHT = 20;
/** Well below the 100 sleeping calls at which the pool refuses more. */
const TASKS_IN_FLIGHT = 64;
const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 5_000;
/** About three minutes with the pauses above; a pool that is full for longer is somebody else's problem to solve. */
const MAX_TRIES = 40;

/** Methods with an asynchronous form. */
export type AsyncMethod = { [M in MethodName]: XenMethods[M]['async'] extends true ? M : never }[MethodName];
type Params<M extends MethodName> = XenMethods[M]['params'];

export interface TaskOptions {
  readonly signal?: AbortSignal;
  readonly timeoutMs?: number;
  /** From 0 to 1. */
  readonly onProgress?: (progress: number) => void;
}

export class PoolCalls {
  readonly tasks: TaskWatcher;
  private readonly calls = new AdaptiveLimit(CALLS_IN_FLIGHT);
  private readonly running = new AdaptiveLimit(TASKS_IN_FLIGHT);

  constructor(
    private readonly connection: PoolConnection,
    private readonly clock: Clock,
    private readonly random: () => number,
  ) {
    this.tasks = new TaskWatcher(connection, clock);
  }

  /** One call and its result. Throws XenApiError, TransportError. */
  async call<M extends MethodName>(
    method: M,
    params: Params<M>,
    signal?: AbortSignal,
  ): Promise<XenMethods[M]['result']> {
    const raw = await this.patiently(this.calls, signal, () => this.request(method, params, signal));
    return decodeResult(method, raw);
  }

  /** Starts the method as a task and waits for its end. Also throws TaskVanishedError, TaskOverdueError. */
  async task<M extends AsyncMethod>(
    method: M,
    params: Params<M>,
    options: TaskOptions = {},
  ): Promise<XenMethods[M]['result']> {
    const text = await this.patiently(this.running, options.signal, async () => {
      const ref = await this.calls.run(
        () => this.request(`Async.${method}`, params, options.signal),
        options.signal,
      );
      if (typeof ref !== 'string')
        throw new TransportError('protocol', `Async.${method} was answered with no task.`);
      return this.tasks.wait(ref, method, options);
    });
    return decodeTaskResult(method, text);
  }

  private request(
    method: string,
    params: readonly unknown[],
    signal: AbortSignal | undefined,
  ): Promise<unknown> {
    return this.connection.request(method, params, { signal });
  }

  private async patiently<T>(
    limit: AdaptiveLimit,
    signal: AbortSignal | undefined,
    work: () => Promise<T>,
  ): Promise<T> {
    let pause = FIRST_PAUSE_MS;
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await limit.run(work, signal);
      } catch (error) {
        if (!isOverload(error) || attempt >= MAX_TRIES) throw error;
        limit.shrink();
        await this.pause(pause * (0.5 + this.random() / 2), signal);
        pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
      }
    }
  }

  private async pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
    await this.clock.sleep(ms, signal).catch((error: unknown) => {
      throw new TransportError('withdrawn', 'The call was given up before it was made again.', error);
    });
  }
}

/** The pool did nothing and asks to come back (XenAPI TOO_MANY_PENDING_TASKS). */
const isOverload = (error: unknown): boolean =>
  error instanceof XenApiError && error.code === 'TOO_MANY_PENDING_TASKS';
