/**
 * Work of the pool that takes long and can be given up (XenAPI task.cancel). Cancelling is cooperative: the pool may be
 * through before it hears of it, and then the result must be cleaned up.
 *
 *   begun ──► done
 *     └─signal──► cancelled by us ──► cancelled, failed │ done all the same: `onLate`
 */
import type { Ref } from '../generated/records.js';
import type { AsyncMethod } from '../session/pool-calls.js';
import type { XenMethods } from '../generated/methods.js';
import { decodeTaskResult } from '../tasks/task-result.js';
import { TransportError } from '../transport/transport.js';
import type { PoolAccess } from '../actions/pool-access.js';

/** A copy looks for a cancellation every few seconds. */
const CANCEL_MS = 60_000;

export interface CancellableOptions<R> {
  readonly signal: AbortSignal;
  /** From 0 to 1. */
  readonly onProgress?: (progress: number) => void;
  /** The result of work that was done although it was given up. */
  readonly onLate: (result: R) => void;
}

/** Throws like `PoolCalls.task`; resolves or rejects only when the pool does nothing any more, as far as it tells. */
export async function cancellableTask<M extends AsyncMethod>(
  { connection, calls }: PoolAccess,
  method: M,
  params: XenMethods[M]['params'],
  { signal, onProgress, onLate }: CancellableOptions<XenMethods[M]['result']>,
): Promise<XenMethods[M]['result']> {
  const answer = await connection.request(`Async.${method}`, params, { signal });
  if (typeof answer !== 'string')
    throw new TransportError('protocol', `Async.${method} was answered with no task.`);
  const task = answer as Ref<'task'>;
  try {
    return decodeTaskResult(method, await calls.tasks.wait(task, method, { signal, onProgress }));
  } catch (error) {
    if (!signal.aborted) throw error;
    await connection.request('task.cancel', [task], { timeoutMs: CANCEL_MS }).catch(() => undefined);
    const end = await calls.tasks.wait(task, method, { timeoutMs: CANCEL_MS }).catch(() => undefined);
    if (end !== undefined) onLate(decodeTaskResult(method, end));
    throw error;
  }
}
