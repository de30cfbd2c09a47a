import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { criticalPath, lowerBound, type PathCall, type QueueHold } from './critical-path.js';

const one = () => 1;
const always = () => true;

function call(id: number, serviceMs: number, rest: Partial<PathCall> = {}): PathCall {
  return { id, method: `m${id}`, serviceMs, holds: [], after: [], ...rest };
}

function hold(queue: string, leadMs: number, ms: number, takenAt = 0): QueueHold {
  return { queue, leadMs, ms, takenAt };
}

describe('the critical path', () => {
  const clone = (id: number, takenAt: number) => call(id, 120, { holds: [hold('sr', 20, 100, takenAt)] });
  const start = (id: number, ms: number) => call(id + 10, ms, { after: [id] });

  it('is nothing for nothing', () => {
    expect(criticalPath([], always)).toEqual({ ms: 0, path: [] });
  });

  it('keeps the order in which a queue served', () => {
    const calls = [clone(1, 7), clone(2, 5), start(1, 300), start(2, 10)];
    const { ms, path } = criticalPath(calls, always);
    // The second one went first, so the long start had to wait; leads overlap with the holds of others.
    expect(ms).toBe(20 + 100 + 100 + 300);
    expect(path.map(({ id }) => id)).toEqual([2, 1, 11]);
    expect(lowerBound(calls, one).ms).toBe(420);
  });

  it('lets queues of several places alone', () => {
    expect(criticalPath([clone(1, 0), clone(2, 1)], () => false).ms).toBe(120);
  });
});

describe('the least time of a set of calls', () => {
  it('is nothing for nothing', () => {
    expect(lowerBound([], one)).toEqual({ ms: 0, because: 'chain' });
  });

  it('is the longest chain when nothing is shared', () => {
    const calls = [call(1, 100), call(2, 50, { after: [1] }), call(3, 120), call(4, 10, { after: [2, 3] })];
    expect(lowerBound(calls, one)).toEqual({ ms: 160, because: 'chain' });
  });

  it('is what an exclusive queue takes, from the earliest arrival to the shortest rest', () => {
    const clone = (id: number) => call(id, 120, { after: [0], holds: [hold('sr', 20, 100)] });
    const start = (id: number) => call(id + 10, 30, { after: [id] });
    const calls = [call(0, 5), clone(1), clone(2), clone(3), start(1), start(2), start(3)];
    expect(lowerBound(calls, one)).toMatchObject({ ms: 5 + 20 + 300 + 30, because: 'sr' });
  });

  it('looks at the late users of a queue by themselves', () => {
    const early = call(1, 10, { holds: [hold('sr', 0, 10)] });
    const late = [2, 3].map((id) => call(id, 40, { after: [9], holds: [hold('sr', 0, 40)] }));
    expect(lowerBound([early, call(9, 100), ...late], one).ms).toBe(180);
  });

  it('shares a queue of several places', () => {
    const calls = [1, 2, 3, 4].map((id) => call(id, 100, { holds: [hold('host', 0, 100)] }));
    expect(lowerBound(calls, () => 2)).toMatchObject({ ms: 200, because: 'host' });
  });

  it('refuses a circle', () => {
    expect(() => lowerBound([call(1, 1, { after: [2] }), call(2, 1, { after: [1] })], one)).toThrow(
      RangeError,
    );
  });

  const randomCalls = fc
    .array(
      fc.record({
        ms: fc.integer({ min: 1, max: 50 }),
        queue: fc.integer({ min: 0, max: 2 }),
        back: fc.nat(4),
      }),
      { maxLength: 25 },
    )
    .map((list) =>
      list.map(({ ms, queue, back }, id) =>
        call(id, ms, {
          holds: queue === 0 ? [] : [hold(`q${queue}`, 0, ms, id)],
          after: back === 0 || id < back ? [] : [id - back],
        }),
      ),
    );

  test.prop([randomCalls])('is never more than what a simple schedule really takes', (calls) => {
    const ends = new Map<number, number>();
    const free = new Map<string, number>();
    for (const { id, serviceMs, holds, after } of calls) {
      const queue = holds[0]?.queue;
      const ready = Math.max(0, ...after.map((before) => ends.get(before) ?? 0));
      const start = Math.max(ready, queue === undefined ? 0 : (free.get(queue) ?? 0));
      ends.set(id, start + serviceMs);
      if (queue !== undefined) free.set(queue, start + serviceMs);
    }
    const real = Math.max(0, ...ends.values());
    expect(criticalPath(calls, always).ms).toBe(real);
    expect(lowerBound(calls, one).ms).toBeLessThanOrEqual(real);
  });
});
