/** Wake-ups through BullMQ: the sending side. */
import type { PoolId, VsysId } from '@openvsys/vsys';
import { Queue } from 'bullmq';
import { poolQueueName, QUEUE_PREFIX, WAKE_JOB } from './queue-names.js';
import { producerConnection } from './redis-connection.js';
import type { QueueLog, WakeJob, WakeQueue } from './wake-queue.js';

/** A caller is not held up longer than this by a queue server that is away, ms. */
const ADD_LIMIT_MS = 1_000;
/** Ended jobs are kept for a look on the queue board, by count and by age in seconds. */
const KEEP_DONE = { count: 500, age: 3_600 };
const KEEP_FAILED = { count: 500, age: 7 * 86_400 };
/** BullMQ's largest priority. */
const MAX_PRIORITY = 2_097_152;

export class BullWakeQueue implements WakeQueue {
  readonly #queues = new Map<PoolId, Queue<WakeJob>>();
  readonly #givenUp = new AbortController();
  #lastComplaint = 0;

  constructor(
    private readonly redisUrl: string,
    private readonly log: QueueLog,
  ) {}

  async wake(poolId: PoolId, vsysId: VsysId, priority?: number): Promise<void> {
    const options =
      priority === undefined ? {} : { priority: Math.min(Math.max(1, Math.trunc(priority)), MAX_PRIORITY) };
    try {
      await withinLimit(this.queueOf(poolId).add(WAKE_JOB, { vsysId }, options));
    } catch (error) {
      this.#complain(error, vsysId);
    }
  }

  /** The queue of one pool, for the queue board. */
  queueOf(poolId: PoolId): Queue<WakeJob> {
    const known = this.#queues.get(poolId);
    if (known !== undefined) return known;
    const queue = new Queue<WakeJob>(poolQueueName(poolId), {
      connection: producerConnection(this.redisUrl, this.#givenUp.signal),
      prefix: QUEUE_PREFIX,
      defaultJobOptions: { attempts: 1, removeOnComplete: KEEP_DONE, removeOnFail: KEEP_FAILED },
    });
    // Without a listener an absent Redis would end the process.
    queue.on('error', (error) => this.#complain(error, undefined));
    this.#queues.set(poolId, queue);
    return queue;
  }

  async close(): Promise<void> {
    const queues = [...this.#queues.values()];
    this.#queues.clear();
    await Promise.all(queues.map(async (queue) => await withinLimit(queue.close()).catch(() => {})));
    this.#givenUp.abort();
  }

  /** An absent Redis fails many times a second; one line every few seconds tells it as well. */
  #complain(error: unknown, vsysId: VsysId | undefined): void {
    const now = Date.now();
    if (this.#givenUp.signal.aborted) return;
    if (now - this.#lastComplaint < 5_000) return;
    this.#lastComplaint = now;
    this.log.warn({ vsysId, error: messageOf(error) }, 'wake-up not queued; the sweep will find it');
  }
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message || error.name : String(error);
}

/** Rejects when the work takes longer than `ADD_LIMIT_MS`; its own later rejection is not left unhandled. */
export async function withinLimit<T>(work: Promise<T>, limitMs = ADD_LIMIT_MS): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${limitMs} ms`)), limitMs);
  });
  try {
    return await Promise.race([work, limit]);
  } finally {
    clearTimeout(timer);
  }
}
