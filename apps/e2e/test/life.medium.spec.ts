import { listOpenIntervals } from '../src/index.js';
import { describe, expect, it } from 'vitest';
import { expectExactly, expectNoChargeForNothing, expectNothingLeft, remove, useCloud } from './use-cloud.js';

describe('the life of a three-tier system', () => {
  const cloud = useCloud();

  it('is deployed, metered and deleted without a trace', async () => {
    const { tenant, database } = cloud();
    const { vsysId, operation } = await tenant.create({ name: 'shop', descriptor: 'three-tier' });
    expect(await tenant.ended(operation.id)).toMatchObject({ state: 'succeeded', error: null });

    const shop = await tenant.get(vsysId);
    expect(shop.phase).toBe('ready');
    expect(shop.vservers.map(({ name, state }) => `${name} ${state}`).toSorted()).toEqual([
      'db running',
      'fw running',
      'lb running',
      'web-1 running',
      'web-2 running',
    ]);
    await expectExactly(cloud(), vsysId);
    // Two EFMs run; three servers run, with vCPUs and memory; each has a system disk, one a data disk; one address.
    expect(await listOpenIntervals(database, vsysId)).toHaveLength(2 + 3 * 3 + 5 + 1 + 1);

    await remove(cloud(), vsysId);
    expect((await tenant.get(vsysId)).phase).toBe('deleted');
    await expectNothingLeft(cloud());
    await expectNoChargeForNothing(cloud(), vsysId);
  }, 60_000);
});
