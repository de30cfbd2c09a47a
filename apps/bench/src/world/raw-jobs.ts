/** What BullMQ can move on this machine: jobs that do nothing, added by as many clients as P8 has, one worker. */
import { randomUUID } from 'node:crypto';
import { Queue, Worker } from 'bullmq';
import { Redis } from 'ioredis';

const JOBS = 4_000;
const ADDERS = 8;
const CONCURRENCY = 200;

/** Jobs a second, from the first one added to the last one done. */
export async function rawJobsPerSecond(redisUrl: string): Promise<number> {
  const name = `raw-${randomUUID()}`;
  const connect = (): Redis => new Redis(redisUrl, { maxRetriesPerRequest: null });
  const [producing, consuming] = [connect(), connect()];
  const queue = new Queue(name, { connection: producing });
  const { promise: allDone, resolve } = Promise.withResolvers<void>();
  let done = 0;
  const work = async (): Promise<void> => {
    done += 1;
    if (done === JOBS) resolve();
  };
  const worker = new Worker(name, work, { connection: consuming, concurrency: CONCURRENCY });
  try {
    await Promise.all([queue.waitUntilReady(), worker.waitUntilReady()]);
    const started = performance.now();
    const adder = async (): Promise<void> => {
      for (let job = 0; job < JOBS / ADDERS; job += 1) {
        await queue.add('wake', { vsysId: name }, { removeOnComplete: true });
      }
    };
    await Promise.all([...Array.from({ length: ADDERS }, adder), allDone]);
    return JOBS / ((performance.now() - started) / 1000);
  } finally {
    await worker.close();
    await queue.obliterate({ force: true });
    await queue.close();
    producing.disconnect();
    consuming.disconnect();
  }
}
