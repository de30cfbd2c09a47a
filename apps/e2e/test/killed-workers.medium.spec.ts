/** Workers die with -9 at seeded moments, again and again; a standby goes on each time. */
import { describe, expect, it } from 'vitest';
import { countDoneSteps, LEASE_SECONDS, leaseEpoch, until, type Cloud, seededRandom } from '../src/index.js';
import { expectExactly, expectNothingLeft, FARM, useCloud } from './use-cloud.js';

/** Every run kills at the same moments, as far as the machine allows. */
const SEED = 20261123;
/** In each phase at most; in all phases together. */
const MOST_KILLS = 4;
const FEWEST_KILLS = 8;

/** Kills the owner a random while after it has taken over, and starts it again. */
async function killOwner(cloud: Cloud, random: () => number): Promise<void> {
  const owner = await cloud.owner();
  const epoch = await leaseEpoch(cloud.database);
  const moment = performance.now() + random() * 400;
  await until(async () => performance.now() >= moment, { for: 'the moment', limitMs: 5_000 });
  await owner.kill();
  await owner.start();
  await until(async () => (await leaseEpoch(cloud.database)) > epoch, {
    for: `the lease of ${owner.name} to end`,
    limitMs: 3 * LEASE_SECONDS * 1000,
  });
}

describe('workers that are killed at any moment', () => {
  // Slow enough that an operation outlives several owners.
  const cloud = useCloud({ workers: 2, simulator: { XCP_SIM_TIME_SCALE: '4' } });

  it('deploy, change and delete exactly what is wanted', async () => {
    const { tenant } = cloud();
    const random = seededRandom(SEED);
    const hasEnded = async (id: string) => (await tenant.operation(id)).finishedAt !== null;
    let kills = 0;
    const hunt = async (operationId: string): Promise<void> => {
      for (let kill = 1; kill <= MOST_KILLS; kill += 1) {
        if (await hasEnded(operationId)) break;
        await killOwner(cloud(), random);
        kills += 1;
      }
      expect(await tenant.ended(operationId, 60_000)).toMatchObject({ state: 'succeeded', error: null });
    };
    const order = { name: 'hunted', source: FARM, parameters: { webCount: 8 } };
    const { vsysId, operation } = await tenant.create(order);
    await hunt(operation.id);
    await expectExactly(cloud(), vsysId);

    await hunt((await tenant.change(vsysId, { webCount: 14 })).operation.id);
    await expectExactly(cloud(), vsysId);
    expect((await tenant.get(vsysId)).vservers).toHaveLength(15);

    await hunt((await tenant.delete(vsysId)).operation.id);
    await expectNothingLeft(cloud());
    expect(kills).toBeGreaterThanOrEqual(FEWEST_KILLS);
  }, 180_000);
});

describe('a worker that is killed in the middle of fifty servers', () => {
  const cloud = useCloud({ workers: 2 });

  it('leaves no orphan and no twin', async () => {
    const { tenant, database } = cloud();
    const { vsysId, operation } = await tenant.create({
      name: 'large',
      source: FARM,
      parameters: { webCount: 49 },
    });
    await until(async () => (await countDoneSteps(database, vsysId)) > 80, {
      for: 'the middle of the deployment',
      limitMs: 60_000,
    });
    await (await cloud().owner()).kill();
    expect(await tenant.ended(operation.id, 120_000)).toMatchObject({ state: 'succeeded', error: null });
    await expectExactly(cloud(), vsysId);
    expect((await cloud().objects()).vms).toHaveLength(50);
  }, 180_000);
});
