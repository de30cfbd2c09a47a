import { contractId, vsysIdOf } from '@openvsys/vsys';
import { describe, expect, it } from 'vitest';
import { Backlog } from './backlog.js';

const big = (n: number) => vsysIdOf(contractId('BIG00001'), `SYSTEM${String(n).padStart(3, '0')}`);
const small = vsysIdOf(contractId('SMALL001'), 'SYSTEM001');

describe('wake-ups that wait for a loop', () => {
  it('come in turn, a tenant with few running ones before one with many', () => {
    const backlog = new Backlog();
    for (let n = 1; n <= 5; n++) backlog.add(big(n));
    expect([backlog.takeNext(), backlog.takeNext()]).toEqual([big(1), big(2)]);
    backlog.add(small);
    expect(backlog.takeNext()).toBe(small);
    expect(backlog.takeNext()).toBe(big(3));
    expect(backlog.takeNext()).toBe(big(4));
  });

  it('count once, however often they come', () => {
    const backlog = new Backlog();
    backlog.add(small);
    backlog.add(small);
    expect([backlog.takeNext(), backlog.takeNext()]).toEqual([small, undefined]);
  });

  it('let a tenant in again when one of its loops has ended', () => {
    const backlog = new Backlog();
    backlog.add(small);
    backlog.takeNext();
    backlog.ended(small);
    backlog.add(big(1));
    backlog.add(small);
    expect(backlog.takeNext()).toBe(big(1));
    expect(backlog.takeNext()).toBe(small);
  });
});
