import { poolId } from '@openvsys/vsys';
import { describe, expect, it } from 'vitest';
import { estimatesOf } from './learnt-estimates.js';

const here = poolId('019399d2-5d5a-7cc8-9d6e-0a2f6d3b1c11');
const there = poolId('019399d2-5d5a-7cc8-9d6e-0a2f6d3b1c22');
const durations = [
  { poolId: here, kind: 'vserver.start', median: 900, samples: 9 },
  { poolId: null, kind: 'vserver.start', median: 2_000, samples: 30 },
  { poolId: there, kind: 'vserver.start', median: 4_000, samples: 21 },
  { poolId: null, kind: 'vserver.clone', median: 700, samples: 12 },
];

describe('learnt estimates', () => {
  it('are those of the pool where it has done such actions, else of all', () => {
    expect(estimatesOf(durations, here)).toEqual({ 'vserver.start': 900, 'vserver.clone': 700 });
    expect(estimatesOf(durations, undefined)).toEqual({ 'vserver.start': 2_000, 'vserver.clone': 700 });
  });
});
