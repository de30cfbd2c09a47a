/** Wake-ups through BullMQ: the receiving side. */
import { vsysId, type PoolId } from '@openvsys/vsys';
import { Worker } from 'bullmq';
import { messageOf, withinLimit } from './bull-wake-queue.js';
import { poolQueueName, QUEUE_PREFIX } from './queue-names.js';
import { consumerConnection } from './redis-connection.js';
import type {
  QueueLog,
  WakeConsumer,
  WakeConsumerOptions,
  WakeHandler,
  WakeJob,
  WakeSource,
} from './wake-queue.js';

/** Closing gives an absent Redis this long before its connections are given up, ms. */
const CLOSE_LIMIT_MS = 2_000;

export class BullWakeSource implements WakeSource {
  constructor(
    private readonly redisUrl: string,
    private readonly log: QueueLog,
  ) {}

  consume(poolId: PoolId, handler: WakeHandler, options: WakeConsumerOptions): WakeConsumer {
    const givenUp = new AbortController();
    const worker = new Worker<WakeJob>(
      poolQueueName(poolId),
      async (job) => {
        handler.taken?.(Math.max(0, Date.now() - job.timestamp));
        // An id that cannot be one fails here and shows on the board.
        await handler.handle(vsysId(job.data.vsysId));
      },
      {
        connection: consumerConnection(this.redisUrl, givenUp.signal),
        prefix: QUEUE_PREFIX,
        concurrency: options.concurrency,
        // A job taken away by a stall is only another hint for the loop that is running already.
        maxStalledCount: 5,
      },
    );
    worker.on('error', (error) => {
      if (!givenUp.signal.aborted)
        this.log.warn({ poolId, error: messageOf(error) }, 'queue of the pool is away');
    });
    worker.on('failed', (job, error) =>
      this.log.warn({ poolId, vsysId: job?.data.vsysId, error: messageOf(error) }, 'wake-up failed'),
    );
    return {
      close: async () => {
        await withinLimit(worker.close(), CLOSE_LIMIT_MS).catch(() => {});
        givenUp.abort();
      },
    };
  }
}
