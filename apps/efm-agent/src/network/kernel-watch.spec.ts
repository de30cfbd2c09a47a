/** What is remembered, and when it is asked again. */
import { describe, expect, it } from 'vitest';
import { KernelWatch } from './kernel-watch.js';

describe('the watch over the kernel', () => {
  it('remembers nothing while the kernel cannot be heard', async () => {
    let asked = 0;
    const glance = new KernelWatch().remember(async () => (asked += 1));
    expect([await glance(), await glance()]).toEqual([1, 2]);
  });

  it('ends with its signal, also where the tools are missing', async () => {
    const ending = new AbortController();
    const following = new KernelWatch().follow(ending.signal);
    ending.abort();
    await expect(following).resolves.toBeUndefined();
  });
});
