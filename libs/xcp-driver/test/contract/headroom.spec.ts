import { afterEach, describe, expect, it } from 'vitest';
import { nextActions, vserverIdOf, type VServerSpec, type VsysSpec } from '@openvsys/vsys';
import { contextFor, converge, openBench, type Bench } from './sim-harness.js';
import { sampleSpec, VSYS } from './sample-spec.js';

const DB = vserverIdOf(VSYS, 4);
const HEADROOM = { vcpus: 4, memoryMiB: 8192 };
const MIB = 2 ** 20;

let bench: Bench;
afterEach(async () => bench.close());
const withDb = (change: Partial<VServerSpec>): VsysSpec => {
  const spec = sampleSpec(bench.hypervisor.capacity().srs[0]!.uuid);
  return {
    ...spec,
    servers: spec.servers.map((server) => (server.id === DB ? { ...server, ...change } : server)),
  };
};
const vm = () => bench.sim.db.rows('VM').find((row) => row.text('name_label') === DB)!;
const limits = () =>
  ['memory_static_min', 'memory_dynamic_min', 'memory_dynamic_max', 'memory_static_max'].map(
    (field) => vm().int(field) / MIB,
  );
const vcpus = () => ['VCPUs_at_startup', 'VCPUs_max'].map((field) => vm().int(field));
const kinds = async (spec: VsysSpec) => (await converge(bench.hypervisor, spec)).map(({ kind }) => kind);
async function guestIsUp(): Promise<void> {
  await expect.poll(() => vm().link('guest_metrics'), { timeout: 15_000 }).not.toBe('OpaqueRef:NULL');
}

describe('a server with headroom', () => {
  it('grows and shrinks while it runs, and only another headroom halts it (D63)', async () => {
    bench = await openBench('in-process');
    await converge(bench.hypervisor, withDb({ headroom: HEADROOM }));
    expect([limits(), vcpus()]).toEqual([
      [2048, 2048, 2048, 8192],
      [2, 4],
    ]);
    await guestIsUp();
    const domain = vm().int('domid');
    const grown = withDb({ headroom: HEADROOM, vcpus: 4, memoryMiB: 8192 });
    expect(await kinds(grown)).toEqual(['vserver.configure']);
    expect([limits(), vcpus()]).toEqual([
      [2048, 8192, 8192, 8192],
      [4, 4],
    ]);
    expect(bench.hypervisor.observe(VSYS).servers.find(({ id }) => id === DB)).toMatchObject({
      vcpus: 4,
      memoryMiB: 8192,
      headroom: HEADROOM,
    });
    expect(
      await kinds(withDb({ headroom: HEADROOM, vcpus: 1, memoryMiB: 4096, minMemoryMiB: 2048 })),
    ).toEqual(['vserver.configure']);
    expect([limits(), vcpus()]).toEqual([
      [2048, 2048, 4096, 8192],
      [1, 4],
    ]);
    expect(vm().int('domid')).toBe(domain);
    const restarted = ['vserver.stop', 'vserver.configure', 'vserver.start'];
    expect(await kinds(withDb({ headroom: { vcpus: 4, memoryMiB: 4096 } }))).toEqual(restarted);
    expect(await kinds(withDb({}))).toEqual(restarted);
    expect([limits(), vcpus()]).toEqual([
      [2048, 2048, 2048, 2048],
      [2, 2],
    ]);
  });

  it('is not resized without a guest that can, nor beyond the memory of its host (D63)', async () => {
    bench = await openBench('in-process');
    await converge(bench.hypervisor, withDb({ headroom: HEADROOM }));
    await guestIsUp();
    const grow = async (memoryMiB: number) => {
      const spec = withDb({ headroom: HEADROOM, vcpus: 3, memoryMiB });
      const [action] = nextActions(spec, bench.hypervisor.observe(VSYS));
      return bench.hypervisor.perform(action!, contextFor(bench.hypervisor, action!));
    };
    const metrics = bench.sim.db.get('VM_guest_metrics', vm().link('guest_metrics'));
    bench.sim.db.update(metrics, { PV_drivers_detected: false, PV_drivers_version: {} });
    await expect(grow(4096)).rejects.toMatchObject({ code: 'conflict', retry: 'after-change' });
    bench.sim.db.update(metrics, { PV_drivers_detected: true });
    const host = bench.sim.db.get('host', vm().link('resident_on'));
    const total = bench.sim.db.get('host_metrics', host.link('metrics'));
    const before = total.int('memory_total');
    const free = () =>
      bench.hypervisor.capacity().hosts.find(({ uuid }) => uuid === host.text('uuid'))!.freeMemoryMiB;
    bench.sim.db.update(total, { memory_total: 6 * 1024 * MIB });
    await expect.poll(free, { timeout: 15_000 }).toBeLessThan(6 * 1024);
    await expect(grow(8192)).rejects.toMatchObject({ code: 'no-capacity' });
    expect([limits()[2], vcpus()]).toEqual([2048, [2, 4]]);
    bench.sim.db.update(total, { memory_total: before });
    await expect.poll(free, { timeout: 15_000 }).toBeGreaterThan(6 * 1024);
    await grow(8192);
    expect([limits()[2], vcpus()]).toEqual([8192, [3, 4]]);
  });

  it('waits for a guest that has not told what it can yet', async () => {
    bench = await openBench('in-process');
    await converge(bench.hypervisor, withDb({ headroom: HEADROOM }));
    await guestIsUp();
    bench.sim.db.update(vm(), { guest_metrics: 'OpaqueRef:NULL' });
    const isReady = () => bench.hypervisor.observe(VSYS).servers.find(({ id }) => id === DB)!.guestReady;
    await expect.poll(isReady, { timeout: 15_000 }).toBe(false);
    const [action] = nextActions(withDb({ headroom: HEADROOM, vcpus: 3 }), bench.hypervisor.observe(VSYS));
    await expect(
      bench.hypervisor.perform(action!, contextFor(bench.hypervisor, action!)),
    ).rejects.toMatchObject({ code: 'pool-busy', retry: 'same' });
  });
});
