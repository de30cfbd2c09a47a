import { contractId, poolId, vsysIdOf } from '@openvsys/vsys';
import { describe, expect, it } from 'vitest';
import { MemoryWakeQueue } from './index.js';

const POOL = poolId('00000000-0000-7000-8000-000000000001');
const vsys = (n: number) => vsysIdOf(contractId('DEMO0001'), `AAAAAAAA${n}`);

describe('wake-ups in memory', () => {
  it('wait for a consumer and come by priority, then by age', async () => {
    const queue = new MemoryWakeQueue();
    await queue.wake(POOL, vsys(1), 5);
    await queue.wake(POOL, vsys(2), 1);
    await queue.wake(POOL, vsys(3), 5);
    const seen: string[] = [];
    const handle = async (id: string) => {
      seen.push(id);
      await Promise.resolve();
    };
    const consumer = queue.consume(POOL, { handle }, { concurrency: 1 });
    await consumer.close();
    await queue.wake(POOL, vsys(4));
    expect(seen).toEqual([vsys(2)]);
    expect(queue.waiting(POOL)).toEqual([vsys(4), vsys(1), vsys(3)]);
  });

  it('are handled as many at a time as asked, and a failing one stops nobody', async () => {
    const queue = new MemoryWakeQueue();
    let running = 0;
    let most = 0;
    const all = Promise.withResolvers<void>();
    let done = 0;
    const handle = async () => {
      most = Math.max(most, ++running);
      await Promise.resolve();
      running -= 1;
      if (++done === 6) all.resolve();
      throw new Error('one of them');
    };
    for (let n = 1; n <= 6; n++) await queue.wake(POOL, vsys(n));
    queue.consume(POOL, { handle }, { concurrency: 2 });
    await all.promise;
    expect(most).toBe(2);
  });
});
