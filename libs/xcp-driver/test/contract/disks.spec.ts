/** Disks beyond the usual way: classes of storages, growth under a running server, disks that dom0 or half a plug holds. */
import { afterEach, describe, expect, it } from 'vitest';
import { vserverIdOf, type VsysSpec } from '@openvsys/vsys';
import { DISK, sampleSpec, VSYS } from './sample-spec.js';
import { contextFor, converge, openBench, type Bench } from './sim-harness.js';

let bench: Bench;
afterEach(async () => bench.close());

describe('a storage', () => {
  it('is of the class that the provider gave it', async () => {
    bench = await openBench('in-process');
    const [first] = bench.hypervisor.capacity().srs;
    expect(first).not.toHaveProperty('diskClass');
    const sr = bench.sim.db.rows('SR').find((row) => row.text('uuid') === first!.uuid)!;
    bench.sim.db.update(sr, { other_config: { 'openvsys-disk-class': 'fast' } });
    await expect
      .poll(() => bench.hypervisor.capacity().srs.find(({ uuid }) => uuid === first!.uuid)?.diskClass)
      .toBe('fast');
  });
});

const DB = vserverIdOf(VSYS, 4);
const base = (): VsysSpec => sampleSpec(bench.hypervisor.capacity().srs[0]!.uuid);
const row = (cls: string, name: string) =>
  bench.sim.db.rows(cls).find((each) => each.text('name_label') === name)!;
const vbd = () => bench.sim.db.rows('VBD').find((each) => each.link('VDI') === row('VDI', DISK).ref)!;
const calls = (method: string): number => bench.sim.log.callsPerMethod()[`Async.${method}`] ?? 0;
const kinds = async (spec: VsysSpec): Promise<string[]> =>
  (await converge(bench.hypervisor, spec)).map(({ kind }) => kind);
const without = (spec: VsysSpec): VsysSpec => ({ ...spec, disks: [] });
const larger = (spec: VsysSpec): VsysSpec => ({
  ...spec,
  disks: spec.disks.map((disk) => ({ ...disk, sizeGiB: 20 })),
});

/** Guests take devices once their agents have reported. */
async function awaitGuests(): Promise<void> {
  const guests = () => bench.hypervisor.observe(VSYS).servers;
  await expect.poll(() => guests().every(({ guestReady }) => guestReady)).toBe(true);
}

/** The storage driver announces that it can resize disks in use. */
async function announceOnlineResize(): Promise<void> {
  const type = row('SR', bench.hypervisor.capacity().srs[0]!.name).text('type');
  const driver = bench.sim.db.rows('SM').find((each) => each.text('type') === type)!;
  bench.sim.db.update(driver, { capabilities: [...driver.set('capabilities'), 'VDI_RESIZE_ONLINE'] });
  await expect.poll(() => bench.hypervisor.observe(VSYS).disks[0]?.growsOnline).toBe(true);
}

describe('a disk that grows', () => {
  it('does so under its running server where the storage can', async () => {
    bench = await openBench('in-process', { personality: 'xcp-1.6' });
    const spec = base();
    await converge(bench.hypervisor, spec);
    await announceOnlineResize();
    expect(await kinds(larger(spec))).toEqual(['vdisk.resize']);
    expect(bench.hypervisor.observe(VSYS).disks).toMatchObject([{ sizeGiB: 20, attachedTo: DB }]);
  });

  it('makes its server restart where the storage cannot, also when that only shows on trying', async () => {
    bench = await openBench('in-process');
    const spec = base();
    await converge(bench.hypervisor, spec);
    await announceOnlineResize();
    const grow = { kind: 'vdisk.resize', part: DISK, sizeGiB: 20 } as const;
    const refused = bench.hypervisor.perform(grow, contextFor(bench.hypervisor, grow));
    await expect(refused).rejects.toMatchObject({ code: 'pool-busy', retry: 'same' });
    expect(await kinds(larger(spec))).toEqual(['vserver.stop', 'vdisk.resize', 'vserver.start']);
    expect(bench.hypervisor.observe(VSYS).disks[0]).not.toHaveProperty('growsOnline');
  });
});

describe('a disk that something holds', () => {
  it('is freed from the control domain and destroyed (D34)', async () => {
    bench = await openBench('in-process');
    const spec = base();
    await converge(bench.hypervisor, {
      ...spec,
      disks: spec.disks.map((disk) => ({ ...disk, server: null })),
    });
    const dom0 = bench.sim.db.rows('VM').find((vm) => vm.bool('is_control_domain'))!;
    bench.sim.db.create('VBD', {
      VM: dom0.ref,
      VDI: row('VDI', DISK).ref,
      userdevice: '7',
      type: 'Disk',
      mode: 'RO',
      unpluggable: true,
      currently_attached: true,
    });
    expect(await kinds(without(spec))).toEqual(['vdisk.destroy']);
    expect(row('VDI', DISK)).toBeUndefined();
  });

  it('is plugged anew, once, when a plug left it half there (D35)', async () => {
    bench = await openBench('in-process');
    const spec = base();
    await converge(bench.hypervisor, without(spec));
    await awaitGuests();
    bench.sim.faults.add({
      method: 'Async.VBD.plug',
      nth: 1,
      count: 1,
      effect: { kind: 'fail-late', code: 'DEVICE_ATTACH_TIMEOUT', params: ['VBD', 'x'] },
    });
    expect(await kinds(spec)).toEqual(['vdisk.create', 'vdisk.attach']);
    expect([calls('VBD.plug'), calls('VBD.unplug')]).toEqual([2, 1]);
    expect(vbd().bool('currently_attached')).toBe(true);
  });

  it('is asked back from the guest a few times, and then that is told (D33)', async () => {
    bench = await openBench('in-process');
    const spec = base();
    await converge(bench.hypervisor, spec);
    await awaitGuests();
    bench.sim.faults.add({
      method: 'Async.VBD.unplug',
      nth: 1,
      count: 1,
      effect: { kind: 'error', code: 'DEVICE_DETACH_REJECTED', params: ['VBD', 'x', 'busy'] },
    });
    const detach = { kind: 'vdisk.detach', part: DISK, server: DB } as const;
    const refused = bench.hypervisor.perform(detach, contextFor(bench.hypervisor, detach));
    await expect(refused).rejects.toMatchObject({ code: 'conflict', retry: 'same' });
    expect(await kinds({ ...spec, disks: spec.disks.map((disk) => ({ ...disk, server: null })) })).toEqual([
      'vdisk.detach',
    ]);
  });
});
