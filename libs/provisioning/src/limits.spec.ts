import type { Slot } from '@openvsys/vsys';
import { describe, expect, it } from 'vitest';
import { PoolLimits, type Grant, type SlotRequest } from './limits.js';

const slot = (name: string, capacity: number): Slot => ({ name, capacity });

/** Asks for slots and writes down who got them. */
class Queue {
  readonly order: string[] = [];
  readonly limits = new PoolLimits();
  readonly grants = new Map<string, Grant>();

  ask(
    name: string,
    slots: readonly Slot[],
    wish: Partial<Pick<SlotRequest, 'tenant' | 'priority' | 'signal'>> = {},
  ): void {
    const request: SlotRequest = {
      tenant: wish.tenant ?? 'one',
      priority: wish.priority ?? [0],
      signal: wish.signal ?? new AbortController().signal,
      bid: () => ({ is: 'slots', slots, host: null }),
    };
    this.limits.acquire(request).then(
      (grant) => {
        this.grants.set(name, grant);
        this.order.push(name);
      },
      () => void this.order.push(`${name} refused`),
    );
  }

  async settle(): Promise<readonly string[]> {
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
    return this.order;
  }

  release(name: string): void {
    this.grants.get(name)?.release();
  }
}

describe('slots of a pool', () => {
  it('are never more than there are, whoever asks', async () => {
    const queue = new Queue();
    for (const name of ['a', 'b', 'c']) queue.ask(name, [slot('sr:x', 2)]);
    expect(await queue.settle()).toEqual(['a', 'b']);
    queue.release('a');
    queue.release('a');
    expect(await queue.settle()).toEqual(['a', 'b', 'c']);
    queue.ask('d', [slot('sr:x', 2)]);
    expect(await queue.settle()).toHaveLength(3);
  });

  it('are taken together or not at all, and hold nobody up who needs others', async () => {
    const queue = new Queue();
    queue.ask('holder', [slot('sr:x', 1)]);
    queue.ask('both', [slot('sr:x', 1), slot('pool', 1)]);
    queue.ask('other', [slot('pool', 1)]);
    expect(await queue.settle()).toEqual(['holder', 'other']);
    queue.release('holder');
    expect(await queue.settle()).toEqual(['holder', 'other']);
    queue.release('other');
    expect(await queue.settle()).toEqual(['holder', 'other', 'both']);
  });

  it('go by priority, then by age', async () => {
    const queue = new Queue();
    queue.ask('late', [slot('pool', 1)], { priority: [3, 10] });
    queue.ask('early', [slot('pool', 1)], { priority: [3, 5] });
    queue.ask('efm', [slot('pool', 1)], { priority: [2, 99] });
    queue.ask('late too', [slot('pool', 1)], { priority: [3, 10] });
    for (const name of ['efm', 'early', 'late']) {
      await queue.settle();
      queue.release(name);
    }
    expect(await queue.settle()).toEqual(['efm', 'early', 'late', 'late too']);
  });

  it('of one action at a time go to tenants in turns, whoever came first and whatever else they hold', async () => {
    const queue = new Queue();
    for (let n = 0; n < 50; n++) queue.ask(`big-${n}`, [slot('sr:x', 1)], { tenant: 'big' });
    queue.ask('small starts', [slot('host:y', 4)], { tenant: 'small' });
    for (let n = 0; n < 3; n++) queue.ask(`small-${n}`, [slot('sr:x', 1)], { tenant: 'small' });
    await queue.settle();
    // The server that starts was the small tenant's last turn.
    const order = ['big-0', 'big-1', 'small-0', 'big-2', 'small-1', 'big-3', 'small-2', 'big-4'];
    for (const name of order.slice(0, -1)) {
      queue.release(name);
      await queue.settle();
    }
    expect(queue.order.filter((name) => name !== 'small starts')).toEqual(order);
  });

  it('go to the tenant whose last turn is longest ago, however long the queue of another is', async () => {
    const queue = new Queue();
    for (let n = 0; n < 50; n++) queue.ask(`big-${n}`, [slot('pool', 4)], { tenant: 'big' });
    await queue.settle();
    queue.ask('small', [slot('pool', 4)], { tenant: 'small', priority: [9] });
    queue.release('big-0');
    expect((await queue.settle()).at(-1)).toBe('small');
  });

  it('are not given to those who stopped waiting', async () => {
    const queue = new Queue();
    const patience = new AbortController();
    queue.ask('holder', [slot('pool', 1)]);
    queue.ask('impatient', [slot('pool', 1)], { signal: patience.signal });
    queue.ask('patient', [slot('pool', 1)]);
    await queue.settle();
    patience.abort();
    queue.release('holder');
    expect(await queue.settle()).toEqual(['holder', 'impatient refused', 'patient']);
    expect(queue.limits.waiting).toBe(0);
  });
});
