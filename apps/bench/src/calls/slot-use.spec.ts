import { describe, expect, it } from 'vitest';
import type { LoggedCall } from './call-log.js';
import { saturation } from './slot-use.js';

function task(seq: number, method: string, end: number, held: LoggedCall['held']): LoggedCall {
  const entry = {
    seq,
    method,
    originator: '',
    session: '',
    start: end - 2000,
    end: end - 1990,
    outcome: 'ok',
  };
  return {
    ...entry,
    task: 't',
    taskEnd: end,
    taskOutcome: 'ok',
    waits: [],
    held,
    objects: [],
    answered: null,
  };
}

/** A clone every 1,250 ms that holds the SR for 1,000 ms; its server starts in 2,000 ms right after it. */
const log = Array.from({ length: 100 }, (_, index) => index).flatMap((index) => {
  const cloned = 10_000 + index * 1250;
  const hold = { queue: 'sr:1', from: cloned - 1000, to: cloned };
  return [
    task(2 * index, 'Async.VM.clone', cloned, [hold]),
    task(2 * index + 1, 'Async.VM.start_on', cloned + 2000, []),
  ];
});

describe('saturation of a pool', () => {
  it('compares the steady rate with the scarcest slots', () => {
    const found = saturation(log, { hosts: 3, perHost: 4 });
    expect(found.rate).toBeCloseTo(0.8, 5);
    expect(found.bound).toBeCloseTo(1, 5);
    expect(found).toMatchObject({ because: 'sr:1', servers: 60, seconds: 75 });
  });

  it('knows when starting is what takes time', () => {
    expect(saturation(log, { hosts: 1, perHost: 1 })).toMatchObject({ because: 'start slots', bound: 0.5 });
  });

  it('needs a backlog', () => {
    expect(() => saturation(log.slice(0, 10), { hosts: 1, perHost: 1 })).toThrow(RangeError);
  });
});
