import { describe, expect, it } from 'vitest';
import { snapshotIdOf, vserverIdOf, vsysIdOf, contractId } from '../../ids.js';
import { NO_NUMBERS } from './allocation.js';
import { PartCounter } from './part-counter.js';

const VSYS = vsysIdOf(contractId('COUNT001'), 'ABCDEFGHI');

describe('numbers of parts', () => {
  it('go on after the last one', () => {
    const counter = new PartCounter(VSYS, 'server', { ...NO_NUMBERS, server: 4, disk: 9 });
    expect([counter.take(), counter.take(), counter.last]).toEqual([5, 6, 6]);
  });

  it('of parts that only the pool knows are passed over, in their own series', () => {
    const passedOver = [vserverIdOf(VSYS, 2), vserverIdOf(VSYS, 3), snapshotIdOf(VSYS, 1)];
    const counter = new PartCounter(VSYS, 'server', { ...NO_NUMBERS, passedOver });
    expect([counter.take(), counter.take()]).toEqual([1, 4]);
  });

  it('end, also when the last ones are passed over', () => {
    const passedOver = [vserverIdOf(VSYS, 9999)];
    const counter = new PartCounter(VSYS, 'server', { ...NO_NUMBERS, server: 9998, passedOver });
    expect(() => counter.take()).toThrow('used up its 9999 numbers for servers');
  });
});
