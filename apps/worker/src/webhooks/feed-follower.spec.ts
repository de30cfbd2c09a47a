import { describe, expect, it } from 'vitest';
import { FeedFollower, GATHER_MS } from './feed-follower.js';

/** A follower whose pauses end when the test says so. */
function world(look: () => Promise<void> = async () => {}) {
  const pauses: { readonly ms: number; readonly end: () => void }[] = [];
  const errors: unknown[] = [];
  let looks = 0;
  const follower = new FeedFollower({
    look: async () => {
      looks += 1;
      await look();
    },
    clock: {
      sleep: async (ms, signal) => {
        const { promise, resolve, reject } = Promise.withResolvers<void>();
        signal?.addEventListener('abort', () => reject(new Error('aborted')));
        pauses.push({ ms, end: resolve });
        await promise;
      },
    },
    onError: (error) => errors.push(error),
  });
  const pause = async (count: number) => await expect.poll(() => pauses.length).toBe(count);
  return { follower, pauses, pause, errors, looks: () => looks };
}

describe('the follower of the feed', () => {
  it('looks at once when it is told, and rests when nothing more is told', async () => {
    const { follower, pauses, pause, looks } = world();
    expect(looks()).toBe(0);
    follower.tell();
    expect(looks()).toBe(1);
    await pause(1);
    expect(pauses[0]?.ms).toBe(GATHER_MS);
    pauses[0]?.end();
    await follower.stop();
    expect(looks()).toBe(1);
  });

  it('answers all that is told during a look or a pause by one more look', async () => {
    const { follower, pauses, pause, looks } = world();
    for (let n = 0; n < 100; n += 1) follower.tell();
    await pause(1);
    for (let n = 0; n < 100; n += 1) follower.tell();
    expect(looks()).toBe(1);
    pauses[0]?.end();
    await pause(2);
    expect(looks()).toBe(2);
    pauses[1]?.end();
    await expect.poll(() => (follower.tell(), looks())).toBe(3);
    await follower.stop();
  });

  it('goes on after a look that failed', async () => {
    const broken = new Error('the database is away');
    const { follower, pauses, pause, errors, looks } = world(async () => Promise.reject(broken));
    follower.tell();
    await pause(1);
    follower.tell();
    pauses[0]?.end();
    await pause(2);
    expect([looks(), errors]).toEqual([2, [broken, broken]]);
    await follower.stop();
  });

  it('looks no more once it is stopped, in the midst of a pause, too', async () => {
    const { follower, pause, looks } = world();
    follower.tell();
    await pause(1);
    follower.tell();
    await follower.stop();
    follower.tell();
    expect(looks()).toBe(1);
  });
});
