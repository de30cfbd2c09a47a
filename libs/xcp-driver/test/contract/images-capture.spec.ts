/** Images of servers: of stopped ones, of snapshots; and what of them leaves the pool. */
import { afterEach, describe, expect, it } from 'vitest';
import { snapshotIdOf, vserverIdOf, type SnapshotSpec, type VsysSpec } from '@openvsys/vsys';
import { IMAGE_TAG } from '../../src/images/image-tags.js';
import { NO_LIMIT } from './pool-under-test.js';
import { converge, openBench, type Bench } from './sim-harness.js';
import { sampleSpec, VSYS } from './sample-spec.js';

const SERVER = vserverIdOf(VSYS, 2);
const SNAPSHOT: SnapshotSpec = {
  id: snapshotIdOf(VSYS, 1),
  name: 'one',
  servers: [SERVER],
  withMemory: false,
};
const NEW = {
  importId: 'capture-1',
  name: 'golden',
  server: SERVER,
  snapshot: null,
  sr: null,
  signal: NO_LIMIT,
};

let bench: Bench;
afterEach(async () => bench.close());

const base = (): VsysSpec => sampleSpec(bench.hypervisor.capacity().srs[0]!.uuid);
const stopped = (spec: VsysSpec): VsysSpec => ({
  ...spec,
  servers: spec.servers.map((server) => (server.id === SERVER ? { ...server, power: 'stopped' } : server)),
});
const count = () => ['VM', 'VDI', 'VBD'].map((cls) => bench.sim.db.rows(cls).length);
const template = () => bench.sim.db.rows('VM').find((vm) => vm.text('name_label') === 'golden')!;

describe('an image of a server', () => {
  it('has its system disk and nothing else of it', async () => {
    bench = await openBench('in-process');
    await converge(bench.hypervisor, stopped(base()));
    const image = await bench.hypervisor.images.captureImage(NEW);
    expect(image).toMatchObject({ name: 'golden', disks: 1, ours: true });
    expect(image.sizeBytes).toBeGreaterThan(2 ** 30);
    const made = template();
    expect(made.bool('is_a_template')).toBe(true);
    expect(made.set('VIFs')).toEqual([]);
    expect(Object.keys(made.map('other_config')).toSorted()).toEqual(
      ['mac_seed', IMAGE_TAG.image, IMAGE_TAG.self, IMAGE_TAG.sha256].toSorted(),
    );
    expect(made.map('xenstore_data')).toEqual({});
    await expect(bench.hypervisor.images.captureImage(NEW)).rejects.toMatchObject({ code: 'conflict' });
    await bench.hypervisor.images.removeImage({ name: 'golden', sr: image.sr }, NO_LIMIT);
    expect(await converge(bench.hypervisor, stopped(base()))).toEqual([]);
  });

  it('is made of a snapshot while the server runs, never of a running server', async () => {
    bench = await openBench('in-process');
    await converge(bench.hypervisor, { ...base(), snapshots: [SNAPSHOT] });
    const before = count();
    await expect(bench.hypervisor.images.captureImage(NEW)).rejects.toMatchObject({
      code: 'conflict',
      retry: 'after-change',
    });
    expect(count()).toEqual(before);
    const absent = { ...NEW, snapshot: snapshotIdOf(VSYS, 9) };
    await expect(bench.hypervisor.images.captureImage(absent)).rejects.toMatchObject({ code: 'not-found' });
    const image = await bench.hypervisor.images.captureImage({ ...NEW, snapshot: SNAPSHOT.id });
    expect(image.ours).toBe(true);
    expect(await converge(bench.hypervisor, { ...base(), snapshots: [SNAPSHOT] })).toEqual([]);
  });

  it('leaves nothing when the storage fails in the middle', async () => {
    bench = await openBench('in-process');
    await converge(bench.hypervisor, stopped(base()));
    const before = count();
    bench.sim.faults.add({
      method: 'Async.VDI.copy',
      count: 1,
      effect: { kind: 'error', code: 'SR_BACKEND_FAILURE_44', params: ['', 'full', ''] },
    });
    await expect(bench.hypervisor.images.captureImage(NEW)).rejects.toMatchObject({ code: 'no-capacity' });
    expect(count()).toEqual(before);
  });
});
