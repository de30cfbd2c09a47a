/** Servers that wait for others to be ready: how long, and what does not wait for that. */
import { describe, expect, it } from 'vitest';
import { DomainError, withPower, type ReadinessSpec, type ServiceProbe } from '@openvsys/vsys';
import { server, system, VSYS } from './fakes/fixtures.js';
import { Harness, LEASE_SECONDS } from './fakes/harness.js';
import { expectOnce, expectReached } from './fakes/judge.js';
import { WorkerProcess } from './fakes/worker-process.js';

const READY: ReadinessSpec = {
  gate: { kind: 'guest-agent' },
  timeoutSeconds: 600,
  delaySeconds: 0,
  onTimeout: 'fail',
};
const BOOT_MS = 90_000;

function prepared() {
  const harness = new Harness();
  const spec = system(VSYS, [
    { ...server(VSYS, 1, { startOrder: 1 }), ready: READY },
    server(VSYS, 2, { startOrder: 2 }),
  ]);
  const operation = harness.database.admit(spec);
  harness.pool.durations = { 'vserver.await': BOOT_MS };
  const [first, second] = spec.servers.map(({ id }) => id);
  const at = (key: string) => harness.pool.effects.find((effect) => effect.key === key)!;
  return { harness, spec, operation, first: first!, second: second!, at };
}

describe('a server that others wait for', () => {
  it('lets them start when it is ready', async () => {
    const { harness, operation, first, second, at } = prepared();
    await harness.settle(await harness.worker('a'), VSYS);
    expectReached(harness, VSYS, operation);
    expect(at(`vserver.start:${second}`).begun).toBeGreaterThanOrEqual(at(`vserver.await:${first}`).ended);
    expect(at(`vserver.await:${first}`).ended - at(`vserver.start:${first}`).ended).toBeGreaterThanOrEqual(
      BOOT_MS,
    );
  });

  it('is asked through an appliance, again by the next worker, until it answers', async () => {
    const { harness, first, second, at } = prepared();
    const firewall = server(VSYS, 3, { role: 'fw', kind: 'firewall', startOrder: 0 });
    const spec = system(VSYS, [
      { ...server(VSYS, 1, { startOrder: 1 }), ready: { ...READY, gate: { kind: 'tcp', port: 5432 } } },
      server(VSYS, 2, { startOrder: 2 }),
      firewall,
    ]);
    const asked: ServiceProbe[] = [];
    harness.prober = {
      answered: async (probe, signal) => {
        asked.push(probe);
        await harness.clock.sleep(asked.length === 1 ? 600_000 : 5_000, signal);
      },
    };
    const operation = harness.database.admit({ ...spec, generation: 2 });
    const worker = await harness.worker('a');
    void worker.engine.wake(VSYS);
    await harness.clock.runUntil(harness.clock.sleep(60_000));
    expect(harness.pool.count(`vserver.start:${second}`)).toBe(0);
    await worker.stop();
    await harness.settle(await harness.worker('b'), VSYS);
    expectReached(harness, VSYS, operation);
    const probe = { appliances: [firewall.id], address: '10.0.0.11', port: 5432 };
    expect(asked).toEqual([probe, probe]);
    expect(at(`vserver.start:${second}`).begun).toBeGreaterThanOrEqual(at(`vserver.await:${first}`).ended);
  });

  it('is not waited for any longer when it shall stop', async () => {
    const { harness, spec, first } = prepared();
    const worker = await harness.worker('a');
    const end = worker.engine.wake(VSYS);
    await harness.clock.runUntil(harness.clock.sleep(30_000));
    expect(harness.pool.world(VSYS).servers[0]).toMatchObject({ power: 'running' });
    const operation = harness.database.admit(withPower(spec, first, 'stopped'));
    const asked = harness.clock.elapsed;
    void worker.engine.wake(VSYS);
    await harness.clock.runUntil(end);
    expectReached(harness, VSYS, operation);
    expect(harness.clock.elapsed - asked).toBeLessThan(BOOT_MS / 3);
    expect(harness.pool.count('vserver.await')).toBe(0);
  });

  it('does not hold up a worker that ends, and the next one waits anew', async () => {
    const { harness, operation, first } = prepared();
    const worker = await harness.worker('a');
    void worker.engine.wake(VSYS);
    await harness.clock.runUntil(harness.clock.sleep(30_000));
    const asked = harness.clock.elapsed;
    await worker.stop();
    expect(harness.clock.elapsed - asked).toBeLessThan(BOOT_MS / 3);
    await harness.settle(await harness.worker('b'), VSYS);
    expectReached(harness, VSYS, operation);
    expect(harness.pool.count(`vserver.await:${first}`)).toBe(1);
  });

  it('is waited for by another worker when one dies', async () => {
    const { harness, operation } = prepared();
    const doomed = new WorkerProcess('doomed');
    const worker = await harness.clock.runUntil(harness.start(doomed));
    void worker.engine.wake(VSYS);
    await harness.clock.runUntil(harness.clock.sleep(30_000));
    doomed.kill();
    await harness.clock.runUntil(harness.clock.sleep(LEASE_SECONDS * 2_000));
    await harness.settle(await harness.worker('b'), VSYS);
    expectReached(harness, VSYS, operation);
    expectOnce(harness);
    expect(harness.pool.count('vserver.await')).toBe(1);
  });

  it('fails what was asked for when it is not ready in time, with nothing started after it', async () => {
    const { harness, spec, second } = prepared();
    const error = new DomainError('conflict', 'not ready within 600 s', { retry: 'after-change' });
    harness.pool.fail('vserver.await', { is: 'refuse', error });
    const operation = harness.database.admit({ ...spec, generation: 2 }, 'keep');
    await harness.settle(await harness.worker('a'), VSYS);
    expect(harness.database.operation(operation).state).toBe('failed');
    expect(harness.database.operation(operation).error?.message).toContain('not ready within 600 s');
    expect(harness.pool.count(`vserver.start:${second}`)).toBe(0);
  });
});
