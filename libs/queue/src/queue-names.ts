import type { PoolId } from '@openvsys/vsys';

/** Before every key in Redis, so that a shared server shows whose they are. */
export const QUEUE_PREFIX = 'openvsys';
export const WAKE_JOB = 'wake';

/** The queue that the owner of a pool serves. */
export const poolQueueName = (poolId: PoolId): string => `pool-${poolId}`;
