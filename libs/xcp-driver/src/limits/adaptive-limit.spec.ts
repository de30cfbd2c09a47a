import { describe, expect, it } from 'vitest';
import { AdaptiveLimit } from './adaptive-limit.js';

describe('an adaptive limit', () => {
  it('never runs more than it allows, and in order of arrival', async () => {
    const limit = new AdaptiveLimit(2);
    const order: number[] = [];
    let running = 0;
    let most = 0;
    await Promise.all(
      [1, 2, 3, 4, 5].map((n) =>
        limit.run(async () => {
          order.push(n);
          running += 1;
          most = Math.max(most, running);
          await Promise.resolve();
          running -= 1;
        }),
      ),
    );
    expect(most).toBe(2);
    expect(order).toEqual([1, 2, 3, 4, 5]);
  });

  it('halves, never below one, and grows again with successes', async () => {
    const limit = new AdaptiveLimit(8);
    for (let n = 0; n < 5; n += 1) limit.shrink();
    expect(limit.current).toBe(1);
    for (let n = 0; n < 64; n += 1) await limit.run(async () => undefined);
    expect(limit.current).toBe(3);
  });

  it('lets a waiter go without running it', async () => {
    const limit = new AdaptiveLimit(1);
    let release = (): void => undefined;
    const holder = limit.run(() => new Promise<void>((resolve) => (release = resolve)));
    const gone = new AbortController();
    const waiter = limit.run(async () => 'ran', gone.signal);
    gone.abort();
    await expect(waiter).rejects.toMatchObject({ kind: 'withdrawn', maybeDone: false });
    release();
    await holder;
    expect(await limit.run(async () => 'next')).toBe('next');
  });

  it('gives its place back after a failure', async () => {
    const limit = new AdaptiveLimit(1);
    await expect(limit.run(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await limit.run(async () => 'ok')).toBe('ok');
  });
});
