/** Users who change their minds in the middle, and administrators who work past OpenVSYS. */
import { describe, expect, it } from 'vitest';
import { countDoneSteps, sorted, until, type Cloud } from '../src/index.js';
import {
  expectExactly,
  expectNoChargeForNothing,
  expectNothingLeft,
  FARM,
  remove,
  untilPhase,
  untilSteps,
  useCloud,
} from './use-cloud.js';

const farm = (name: string, webCount: number) => ({ name, source: FARM, parameters: { webCount } });
const SUCCEEDED = { state: 'succeeded', error: null };

describe('a system that is changed while it is worked on', () => {
  const cloud = useCloud();

  it('becomes what was wanted last', async () => {
    const { tenant } = cloud();
    const creation = await tenant.create(farm('restless', 6));
    const { vsysId } = creation;
    await untilSteps(cloud(), vsysId, 6);
    const smaller = await tenant.change(vsysId, { webCount: 2 });
    const larger = await tenant.change(vsysId, { webCount: 4 });
    expect(await tenant.ended(larger.operation.id)).toMatchObject(SUCCEEDED);
    await tenant.ended(smaller.operation.id);
    await tenant.ended(creation.operation.id);
    await untilPhase(cloud(), vsysId, 'ready');
    expect((await tenant.get(vsysId)).vservers).toHaveLength(5);
    await expectExactly(cloud(), vsysId);
    await remove(cloud(), vsysId);
    await expectNothingLeft(cloud());
  }, 60_000);

  it('grows and shrinks; what stays keeps its ids and addresses', async () => {
    const { tenant } = cloud();
    const { vsysId, operation } = await tenant.create(farm('elastic', 2));
    expect(await tenant.ended(operation.id)).toMatchObject(SUCCEEDED);
    const before = await tenant.get(vsysId);
    for (const webCount of [4, 1]) {
      const change = await tenant.change(vsysId, { webCount });
      expect(await tenant.ended(change.operation.id)).toMatchObject(SUCCEEDED);
      await expectExactly(cloud(), vsysId);
      const now = await tenant.get(vsysId);
      expect(now.vservers).toHaveLength(webCount + 1);
      for (const server of now.vservers) {
        const earlier = before.vservers.find(({ id }) => id === server.id);
        if (earlier !== undefined) expect(server.nics).toEqual(earlier.nics);
      }
      expect(now.vservers.map(({ id }) => id)).toEqual(
        expect.arrayContaining([before.vservers.find(({ name }) => name === 'db')?.id]),
      );
    }
    await remove(cloud(), vsysId);
    await expectNothingLeft(cloud());
  }, 60_000);

  it('leaves nothing when its creation is cancelled', async () => {
    const { tenant } = cloud();
    const { vsysId, operation } = await tenant.create(farm('regretted', 8));
    await untilSteps(cloud(), vsysId, 10);
    await tenant.cancel(operation.id);
    expect(await tenant.ended(operation.id)).toMatchObject({ state: 'cancelled' });
    await expectNothingLeft(cloud());
    await expectNoChargeForNothing(cloud(), vsysId);
  }, 60_000);

  it('goes back to what it was when a change is cancelled', async () => {
    const { tenant } = cloud();
    const { vsysId, operation } = await tenant.create(farm('hesitant', 2));
    expect(await tenant.ended(operation.id)).toMatchObject(SUCCEEDED);
    const steps = await countDoneSteps(cloud().database, vsysId);
    const change = await tenant.change(vsysId, { webCount: 10 });
    await untilSteps(cloud(), vsysId, steps + 6);
    await tenant.cancel(change.operation.id);
    expect(await tenant.ended(change.operation.id)).toMatchObject({ state: 'cancelled' });
    expect((await tenant.get(vsysId)).vservers).toHaveLength(3);
    await expectExactly(cloud(), vsysId);
    await remove(cloud(), vsysId);
    await expectNothingLeft(cloud());
  }, 60_000);

  it('is deleted in the middle of its creation', async () => {
    const { tenant } = cloud();
    const { vsysId, operation } = await tenant.create(farm('unwanted', 8));
    await untilSteps(cloud(), vsysId, 10);
    await remove(cloud(), vsysId);
    expect(await tenant.ended(operation.id)).toMatchObject({ state: 'cancelled' });
    expect((await tenant.get(vsysId)).phase).toBe('deleted');
    await expectNothingLeft(cloud());
    await expectNoChargeForNothing(cloud(), vsysId);
  }, 60_000);

  it('takes orders of two people for different servers at once', async () => {
    const { tenant } = cloud();
    const { vsysId, operation } = await tenant.create(farm('shared', 3));
    expect(await tenant.ended(operation.id)).toMatchObject(SUCCEEDED);
    const [first, second, third] = (await tenant.get(vsysId)).vservers.filter(({ role }) => role === 'web');
    const orders = await Promise.all([
      tenant.power('stop', first?.id ?? ''),
      tenant.power('stop', second?.id ?? ''),
      tenant.power('restart', third?.id ?? ''),
    ]);
    for (const order of orders) expect(await tenant.ended(order.operation.id)).toMatchObject(SUCCEEDED);
    const states = async () =>
      (await tenant.get(vsysId)).vservers.map(({ name, state }) => `${name} ${state}`).toSorted();
    expect(await states()).toEqual(['db running', 'web-1 stopped', 'web-2 stopped', 'web-3 running']);
    await expectExactly(cloud(), vsysId);

    const start = await tenant.power('start', first?.id ?? '');
    expect(await tenant.ended(start.operation.id)).toMatchObject(SUCCEEDED);
    expect(await states()).toEqual(['db running', 'web-1 running', 'web-2 stopped', 'web-3 running']);
    await expectExactly(cloud(), vsysId);
    await remove(cloud(), vsysId);
    await expectNothingLeft(cloud());
  }, 60_000);
});

describe('a pool in which somebody else works too', () => {
  const cloud = useCloud();

  it('is put right when a server is stopped or destroyed; what is not ours is not touched', async () => {
    const { tenant, simulator } = cloud();
    const user = await cloud().poolUser();
    const foreign = await user.makeVm('debian-13', 'somebody-elses');
    await user.call('VM.start', foreign, false, false);
    const before = sorted(await cloud().objects());
    const { vsysId, operation } = await tenant.create(farm('watched', 2));
    expect(await tenant.ended(operation.id)).toMatchObject(SUCCEEDED);
    const [web] = (await tenant.get(vsysId)).vservers.filter(({ role }) => role === 'web');
    const name = web?.id ?? '';

    await simulator.change({ change: 'vm-power', vm: name, state: 'Halted' });
    await until(async () => (await powerOf(cloud(), name)) === 'Running', {
      for: `${name} to be started again`,
      limitMs: 20_000,
    });

    const vm = await user.vmNamed(name);
    await user.call('VM.hard_shutdown', vm);
    await user.call('VM.destroy', vm);
    await until(async () => (await powerOf(cloud(), name)) === 'Running', {
      for: `${name} to be made again`,
      limitMs: 20_000,
    });
    await untilPhase(cloud(), vsysId, 'ready');
    const ours = (await cloud().objects()).vms.filter(({ name: vmName }) => vmName.startsWith(vsysId));
    expect(ours).toHaveLength(3);

    await remove(cloud(), vsysId);
    expect(sorted(await cloud().objects())).toEqual(before);
  }, 90_000);
});

async function powerOf(cloud: Cloud, name: string): Promise<string | undefined> {
  return (await cloud.objects()).vms.find((vm) => vm.name === name)?.powerState;
}
