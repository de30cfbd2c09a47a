/** The pool itself moves under a deployment: its toolstack restarts, its coordinator changes, a host dies. */
import { describe, expect, it } from 'vitest';
import { countDoneSteps, until, type WorldChange } from '../src/index.js';
import {
  expectExactly,
  expectNothingLeft,
  FARM,
  remove,
  untilPhase,
  untilSteps,
  useCloud,
} from './use-cloud.js';

const farm = (name: string) => ({ name, source: FARM, parameters: { webCount: 8 } });
const SUCCEEDED = { state: 'succeeded', error: null };

describe('a pool that moves', () => {
  const cloud = useCloud();

  it.each<{ readonly what: string; readonly changes: readonly WorldChange[] }>([
    { what: 'forgets its sessions', changes: [{ change: 'drop-sessions' }] },
    { what: 'restarts its toolstack', changes: [{ change: 'restart' }] },
    {
      what: 'moves its coordinator',
      changes: [
        { change: 'master', host: 1 },
        { change: 'master', host: 0 },
      ],
    },
  ])(
    'and $what goes on where it was',
    async ({ what, changes }) => {
      const { tenant, simulator } = cloud();
      const { vsysId, operation } = await tenant.create(farm(what.replaceAll(' ', '-')));
      for (const [index, change] of changes.entries()) {
        await untilSteps(cloud(), vsysId, 8 * (index + 1));
        await simulator.change(change);
      }
      expect(await tenant.ended(operation.id)).toMatchObject(SUCCEEDED);
      await expectExactly(cloud(), vsysId);

      const steps = await countDoneSteps(cloud().database, vsysId);
      const deletion = await tenant.delete(vsysId);
      for (const [index, change] of changes.entries()) {
        await untilSteps(cloud(), vsysId, steps + 6 * (index + 1));
        await simulator.change(change);
      }
      expect(await tenant.ended(deletion.operation.id)).toMatchObject(SUCCEEDED);
      await expectNothingLeft(cloud());
    },
    90_000,
  );

  it('and loses a host for a while runs every server again when the host is back', async () => {
    const { tenant, simulator } = cloud();
    const { vsysId, operation } = await tenant.create(farm('bereft'));
    expect(await tenant.ended(operation.id)).toMatchObject(SUCCEEDED);
    await simulator.change({ change: 'host-down', host: 2 });
    await simulator.change({ change: 'host-up', host: 2 });
    const isUp = async () =>
      (await cloud().objects()).vms.every(({ powerState }) => powerState === 'Running') &&
      (await tenant.get(vsysId)).vservers.every(({ state }) => state === 'running');
    await until(isUp, { for: 'all servers to run again', limitMs: 30_000 });
    await untilPhase(cloud(), vsysId, 'ready');
    await until(async () => (await tenant.get(vsysId)).phase === 'ready', {
      for: 'rest',
      limitMs: 10_000,
    });
    await expectExactly(cloud(), vsysId);
    await remove(cloud(), vsysId);
    await expectNothingLeft(cloud());
  }, 90_000);
});
