import { afterEach, describe, expect, it } from 'vitest';
import { nextActions, type VsysSpec } from '@openvsys/vsys';
import { administrator, contextFor, converge, openBench, type Bench } from './sim-harness.js';
import { DISK, sampleSpec, VSYS } from './sample-spec.js';

let bench: Bench;
afterEach(async () => bench.close());
const withPriority = (priority?: number): VsysSpec => {
  const spec = sampleSpec(bench.hypervisor.capacity().srs[0]!.uuid);
  const disks = spec.disks.map((disk) => ({ ...disk, ...(priority === undefined ? {} : { priority }) }));
  return { ...spec, disks };
};
const vbd = () => {
  const vdi = bench.sim.db.rows('VDI').find((row) => row.map('other_config')['openvsys-part'] === DISK)!;
  return bench.sim.db.rows('VBD').find((row) => row.link('VDI') === vdi.ref)!;
};
const qos = () => [vbd().text('qos_algorithm_type'), vbd().map('qos_algorithm_params')];
const kinds = async (spec: VsysSpec) => (await converge(bench.hypervisor, spec)).map(({ kind }) => kind);

/** Storage on block devices whose scheduler knows priorities. */
async function onBlockStorage(): Promise<void> {
  bench = await openBench('in-process', {
    storage: [{ name: 'lvm-1', sizeBytes: 2 ** 42, type: 'lvmoiscsi' }],
  });
  const { call } = await administrator(bench);
  const sr = bench.sim.db.rows('SR').find((row) => row.text('name_label') === 'lvm-1')!;
  await call('SR.add_to_other_config', sr.ref, 'scheduler', 'cfq');
  const isSeen = () => bench.hypervisor.capacity().srs.some(({ name }) => name === 'lvm-1');
  await expect.poll(isSeen, { timeout: 15_000 }).toBe(true);
}

describe('the priority of a disk', () => {
  it('comes with the attachment, changes while the server runs, and goes again (D64)', async () => {
    await onBlockStorage();
    await converge(bench.hypervisor, withPriority(2));
    expect(qos()).toEqual(['ionice', { sched: 'best-effort', class: '2' }]);
    expect(bench.hypervisor.observe(VSYS).disks).toMatchObject([{ id: DISK, priority: 2 }]);
    const device = vbd().text('uuid');
    expect(await kinds(withPriority(0))).toEqual(['vdisk.tune']);
    expect(qos()).toEqual(['ionice', { sched: 'best-effort', class: '0' }]);
    expect(await kinds(withPriority())).toEqual(['vdisk.tune']);
    expect(qos()).toEqual(['', {}]);
    expect(vbd().text('uuid')).toBe(device);
  });

  it('is refused by storage that would not honour it, and the disk is attached without it (D64)', async () => {
    bench = await openBench('in-process');
    await converge(bench.hypervisor, withPriority());
    const [tune] = nextActions(withPriority(1), bench.hypervisor.observe(VSYS));
    await expect(bench.hypervisor.perform(tune!, contextFor(bench.hypervisor, tune!))).rejects.toMatchObject({
      code: 'pool-refused',
      retry: 'after-change',
    });
    expect(qos()).toEqual(['', {}]);
    expect(await kinds(withPriority())).toEqual([]);
  });
});
