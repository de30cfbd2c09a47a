import type { PlanView } from '@openvsys/api-client';
import { describe, expect, it } from 'vitest';
import { isAcceptable, renderPlan } from './render-plan.js';

const money = (perHour: string, perMonth: string, unpriced: string[] = []) => ({
  currency: 'EUR',
  perHour,
  perMonth,
  unpriced,
});

const clone = (n: number): PlanView['steps'][number] => ({
  id: `clone ${n}`,
  kind: 'vserver.clone',
  part: `S-${n}`,
  title: `Clone image debian-13 for server web-${n}`,
  dependsOn: [],
  wave: 1,
  estimateMs: 2_000,
  startsAtMs: 500,
});

const PLAN: PlanView = {
  warnings: [],
  digest: 'p1.1.0.0.0.0',
  vsysId: 'DEMO0001-7K2M9QXPA',
  basedOnGeneration: 3,
  changes: [
    { part: 'a', kind: 'vserver', name: 'web-3', change: 'added', restartNeeded: false, fields: [] },
    {
      part: 'b',
      kind: 'vserver',
      name: 'db',
      change: 'changed',
      restartNeeded: true,
      fields: [{ field: 'type', from: 'standard.small', to: 'standard.medium' }, { field: 'userData' }],
    },
    { part: 'e', kind: 'nic', name: 'web-3/0', change: 'added', restartNeeded: false, fields: [] },
    { part: 'f', kind: 'nic', name: 'web-3/1', change: 'added', restartNeeded: false, fields: [] },
    { part: 'g', kind: 'nic', name: 'db/1', change: 'removed', restartNeeded: false, fields: [] },
    { part: 'c', kind: 'vdisk', name: 'old', change: 'removed', restartNeeded: false, fields: [] },
    { part: 'd', kind: 'vnet', name: 'dmz', change: 'unchanged', restartNeeded: false, fields: [] },
  ],
  steps: [
    { ...clone(0), id: 'stop', kind: 'vserver.stop', title: 'Stop server db', wave: 0, startsAtMs: 0 },
    ...[1, 2, 3, 4, 5, 6].map(clone),
  ],
  estimateMs: 42_000,
  price: { before: money('0.1000000000', '73.00'), after: money('0.1830', '133.59', ['gold.type']) },
  quotas: [
    { scope: 'organization', resource: 'vserver', limit: 5, usedBefore: 4, usedAfter: 6, fits: false },
    { scope: 'vdc', resource: 'vcpu', limit: null, usedBefore: 4, usedAfter: 6, fits: true },
  ],
  capacity: { fits: false, reason: 'pool-1: no host has 4096 MiB free.' },
};

describe('a plan', () => {
  it('shows changes, steps, price, limits and capacity', () => {
    expect(renderPlan(PLAN)).toBe(
      `Changes
  + vserver  web-3  2 network cards
  ~ vserver  db (restart)  type: standard.small → standard.medium, userData changed
  - nic      db/1
  - vdisk    old
  3 added, 1 changed, 2 removed, 1 unchanged

Steps (7 in 2 waves, about 42.0 s)
  wave 1, after 0 ms
    Stop server db
  wave 2, after 500 ms
    Clone image debian-13 for server web-1
    Clone image debian-13 for server web-2
    Clone image debian-13 for server web-3
    Clone image debian-13 for server web-4
    … and 2 more vserver.clone

PRICE              NOW   AFTER
an hour           0.10   0.183  EUR
a month (730 h)  73.00  133.59  EUR
without a price, so not in the sums: gold.type

LIMIT OF      RESOURCE  USED NOW  AFTER  LIMIT  FITS
organization  vserver          4      6      5  NO
capacity: there is no room
  pool-1: no host has 4096 MiB free.`,
    );
  });

  it('is acceptable only when limits and capacity allow it', () => {
    const fitting = { ...PLAN, quotas: [], capacity: { fits: true, reason: null } };
    expect(isAcceptable(fitting)).toBe(true);
    expect(isAcceptable({ ...fitting, quotas: PLAN.quotas })).toBe(false);
    expect(isAcceptable({ ...fitting, capacity: PLAN.capacity })).toBe(false);
  });

  it('says when there is nothing to do', () => {
    const { capacity: _, ...rest } = PLAN;
    const text = renderPlan({ ...rest, changes: [], steps: [], capacity: { fits: true, reason: null } });
    expect(text).toContain('Changes\n  none');
    expect(text).toContain('Steps\n  none');
  });
});
