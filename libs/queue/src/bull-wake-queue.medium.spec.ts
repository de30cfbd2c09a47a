import { contractId, poolId, vsysIdOf, type VsysId } from '@openvsys/vsys';
import { useTestRedis } from '@openvsys/testing';
import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { BullWakeQueue, BullWakeSource, type WakeConsumer } from './index.js';

const silent = { warn() {} };
const vsys = (n: number) => vsysIdOf(contractId('DEMO0001'), `AAAAAAAA${n}`);
const newPool = () => poolId(randomUUID());

/** Consumes until `count` wake-ups came. */
async function take(
  source: BullWakeSource,
  pool: ReturnType<typeof newPool>,
  count: number,
): Promise<VsysId[]> {
  const seen: VsysId[] = [];
  const enough = Promise.withResolvers<void>();
  const handle = async (id: VsysId) => {
    seen.push(id);
    if (seen.length >= count) enough.resolve();
    await Promise.resolve();
  };
  const consumer: WakeConsumer = source.consume(pool, { handle }, { concurrency: 1 });
  await enough.promise;
  await consumer.close();
  return seen;
}

describe('wake-ups through Redis', () => {
  const redis = useTestRedis();

  it('reach the consumer of their pool, most urgent first, with nothing but the id', async () => {
    const queue = new BullWakeQueue(redis.url, silent);
    const pool = newPool();
    await queue.wake(pool, vsys(1), 9);
    await queue.wake(pool, vsys(2), 2);
    await queue.wake(newPool(), vsys(3), 1);
    const jobs = await queue.queueOf(pool).getJobs(['prioritized', 'waiting']);
    expect(jobs.map((job) => job.data).toSorted((a, b) => a.vsysId.localeCompare(b.vsysId))).toEqual([
      { vsysId: vsys(1) },
      { vsysId: vsys(2) },
    ]);
    expect(await take(new BullWakeSource(redis.url, silent), pool, 2)).toEqual([vsys(2), vsys(1)]);
    await queue.close();
  });

  it('that Redis forgot can be sent again', async () => {
    const queue = new BullWakeQueue(redis.url, silent);
    const pool = newPool();
    await queue.wake(pool, vsys(1));
    await queue.queueOf(pool).obliterate({ force: true });
    await queue.wake(pool, vsys(2));
    expect(await take(new BullWakeSource(redis.url, silent), pool, 1)).toEqual([vsys(2)]);
    await queue.close();
  });
});

describe('without Redis', () => {
  // Port 9 (discard) is not served on a test machine.
  const nowhere = 'redis://127.0.0.1:9';

  it('a wake-up is dropped with a word in the log, and nobody waits long', async () => {
    const lines: string[] = [];
    const queue = new BullWakeQueue(nowhere, { warn: (_fields, text) => void lines.push(text) });
    const begun = performance.now();
    await queue.wake(newPool(), vsys(1));
    expect(performance.now() - begun).toBeLessThan(3_000);
    expect(lines.join()).toContain('the sweep will find it');
    await queue.close();
  });

  it('a consumer stays alive and can be closed', async () => {
    const lines: string[] = [];
    const complained = Promise.withResolvers<void>();
    const source = new BullWakeSource(nowhere, {
      warn: (_fields, text) => {
        lines.push(text);
        complained.resolve();
      },
    });
    const consumer = source.consume(
      newPool(),
      { handle: async () => await Promise.resolve() },
      { concurrency: 1 },
    );
    await complained.promise;
    await consumer.close();
    expect(lines[0]).toContain('away');
  });
});
