/** The power of a server is cut while its guest is still being asked. */
import { describe, expect, it } from 'vitest';
import { withPower, withPowerCut } from '@openvsys/vsys';
import { server, system, VSYS } from './fakes/fixtures.js';
import { Harness } from './fakes/harness.js';
import { expectReached } from './fakes/judge.js';

const GUEST_TAKES_MS = 90_000;

async function running() {
  const harness = new Harness();
  const spec = system(VSYS, [server(VSYS, 1), server(VSYS, 2, { startOrder: 20 })]);
  harness.database.admit(spec);
  const worker = await harness.worker('a');
  await harness.settle(worker, VSYS);
  harness.pool.durations = { 'vserver.stop': GUEST_TAKES_MS };
  return { harness, spec, worker, first: spec.servers[0]!.id };
}

describe('cutting the power of a server', () => {
  it('does not wait for a guest that is being asked, and fails nothing', async () => {
    const { harness, spec, worker, first } = await running();
    const stopping = withPower(spec, first, 'stopped');
    harness.database.admit(stopping);
    const end = worker.engine.wake(VSYS);
    await harness.clock.runUntil(harness.clock.sleep(5_000));
    expect(harness.pool.world(VSYS).servers[0]?.power).toBe('running');
    harness.pool.durations = { 'vserver.stop': 100 };
    const asked = harness.clock.elapsed;
    const operation = harness.database.admit(withPowerCut(stopping, first));
    void worker.engine.wake(VSYS);
    await harness.clock.runUntil(end);
    expectReached(harness, VSYS, operation);
    expect(harness.clock.elapsed - asked).toBeLessThan(5_000);
    expect(harness.pool.violations).toEqual([]);
    const outcomes = [...harness.database.actions.values()].map(({ result }) => result?.outcome);
    expect(outcomes).not.toContain('failed');
  });

  it('does not wait for those that stop after it, and is over when it starts again', async () => {
    const { harness, spec, worker, first } = await running();
    harness.pool.durations = {};
    const both = withPowerCut(withPower(spec, spec.servers[1]!.id, 'stopped'), first);
    harness.database.admit({ ...both, generation: spec.generation + 1 });
    await harness.settle(worker, VSYS);
    const stops = harness.pool.effects.filter(({ key }) => key.startsWith('vserver.stop'));
    expect(stops[0]?.key).toBe(`vserver.stop:${first}`);
    const again = withPower({ ...both, generation: spec.generation + 1 }, first, 'running');
    expect(again.servers[0]).not.toHaveProperty('stopMode');
    const operation = harness.database.admit(again);
    await harness.settle(worker, VSYS);
    expectReached(harness, VSYS, operation);
  });
});
