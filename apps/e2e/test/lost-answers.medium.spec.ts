/** The pool did what it was asked, but the connection broke before it could say so; or it was never asked at all. */
import { afterEach, describe, expect, it } from 'vitest';
import { expectExactly, expectNothingLeft, FARM, useCloud } from './use-cloud.js';

const BUILDING = [
  'VM.clone',
  'VM.provision',
  'VM.start',
  'VM.start_on',
  'VDI.create',
  'VBD.create',
  'VIF.create',
  'network.create',
  'pool.create_VLAN_from_PIF',
];
const REMOVING = ['VM.hard_shutdown', 'VM.clean_shutdown', 'VM.destroy', 'VDI.destroy', 'network.destroy'];

describe('answers that get lost', () => {
  const cloud = useCloud();
  afterEach(async () => cloud().simulator.clearFaults());

  it.each(['lose-answer', 'lose-request', 'http-500'] as const)(
    'do not make anything twice or leave anything behind (%s)',
    async (kind) => {
      const { tenant, simulator } = cloud();
      const fault = { probability: 0.3, effect: { kind } } as const;
      for (const method of [...BUILDING, ...REMOVING]) await simulator.addFault({ method, ...fault });
      const { vsysId, operation } = await tenant.create({
        name: 'forgetful',
        source: FARM,
        parameters: { webCount: 8 },
      });
      expect(await tenant.ended(operation.id)).toMatchObject({ state: 'succeeded', error: null });
      await expectExactly(cloud(), vsysId);
      const whileBuilding = sum(await simulator.faultHits());
      expect(whileBuilding).toBeGreaterThan(5);

      const deletion = await tenant.delete(vsysId);
      expect(await tenant.ended(deletion.operation.id)).toMatchObject({ state: 'succeeded', error: null });
      await expectNothingLeft(cloud());
      expect(sum(await simulator.faultHits())).toBeGreaterThan(whileBuilding);
    },
    120_000,
  );
});

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
