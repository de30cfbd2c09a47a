/** A queue of wake-ups a pool, on BullMQ or in memory. */
export { BullWakeQueue } from './bull-wake-queue.js';
export { BullWakeSource } from './bull-wake-source.js';
export { MemoryWakeQueue } from './memory-wake-queue.js';
export { poolQueueName, QUEUE_PREFIX } from './queue-names.js';
export type {
  QueueLog,
  WakeConsumer,
  WakeConsumerOptions,
  WakeHandler,
  WakeJob,
  WakeQueue,
  WakeSource,
} from './wake-queue.js';
