import { afterEach, describe, expect, it } from 'vitest';
import { writeDisk } from '@openvsys/xcp-sim';
import { vserverIdOf, withoutRescue, withRescue, type VsysSpec } from '@openvsys/vsys';
import { contextFor, converge, convergeReliably, liveObjects, openBench, type Bench } from './sim-harness.js';
import { DISK, sampleSpec, VSYS } from './sample-spec.js';

const DB = vserverIdOf(VSYS, 4);
const MIB = 2 ** 20;

let bench: Bench;
afterEach(async () => bench.close());
const base = (): VsysSpec => sampleSpec(bench.hypervisor.capacity().srs[0]!.uuid);
const vm = () => bench.sim.db.rows('VM').find((row) => row.text('name_label') === DB)!;
/** Device, whether it boots, and what is written on it. */
const devices = () =>
  bench.sim.db
    .rows('VBD')
    .filter((vbd) => vbd.link('VM') === vm().ref)
    .map((vbd) => {
      const vdi = bench.sim.db.get('VDI', vbd.link('VDI'));
      const text = Buffer.from(bench.sim.contents.read(vdi, 5 * MIB, 4)).toString();
      return [vbd.text('userdevice'), vbd.bool('bootable'), text];
    })
    .toSorted((a, b) => Number(a[0]) - Number(b[0]));
const diskOf = (device: string) => {
  const vbd = bench.sim.db
    .rows('VBD')
    .find((row) => row.link('VM') === vm().ref && row.text('userdevice') === device)!;
  return bench.sim.db.get('VDI', vbd.link('VDI'));
};
const write = (device: string, text: string): void =>
  writeDisk(bench.sim, diskOf(device), 5 * MIB, Buffer.from(text));
/** The sample, with what its disks hold, and what the image holds. */
async function prepared(): Promise<VsysSpec> {
  const image = bench.sim.db
    .rows('VM')
    .find((row) => row.text('name_label') === 'debian-13' && row.bool('is_a_template'))!;
  const boot = bench.sim.db.rows('VBD').find((row) => row.link('VM') === image.ref)!;
  await converge(bench.hypervisor, base());
  write('0', 'mine');
  write('1', 'data');
  writeDisk(bench.sim, bench.sim.db.get('VDI', boot.link('VDI')), 5 * MIB, Buffer.from('help'));
  return base();
}
const seen = () => bench.hypervisor.observe(VSYS).servers.find(({ id }) => id === DB)!;
const OWN = [
  ['0', true, 'mine'],
  ['1', false, 'data'],
];

describe('a rescue', () => {
  it('boots the image with the own disks beside it and the same cards, and the own system afterwards (D65)', async () => {
    bench = await openBench('in-process');
    const spec = await prepared();
    const before = liveObjects(bench.sim);
    const nics = () => bench.hypervisor.observe(VSYS).nics.filter(({ server }) => server === DB);
    const cards = nics();
    const rescued = withRescue(spec, DB, 'debian-13');
    const done = await converge(bench.hypervisor, rescued);
    expect(done.map(({ kind }) => kind)).toEqual(['vserver.stop', 'rescue.insert', 'vserver.start']);
    expect(seen()).toMatchObject({ power: 'running', rescue: { count: rescued.generation } });
    expect(devices()).toEqual([
      ['0', true, 'help'],
      ['1', false, 'data'],
      ['2', false, 'mine'],
    ]);
    expect(nics()).toEqual(cards);
    expect(await converge(bench.hypervisor, rescued)).toEqual([]);
    const ended = withoutRescue(rescued, DB);
    const back = await converge(bench.hypervisor, ended);
    expect(back.map(({ kind }) => kind)).toEqual(['vserver.stop', 'rescue.remove', 'vserver.start']);
    expect(seen()).toMatchObject({ power: 'running' });
    expect(seen()).not.toHaveProperty('rescue');
    expect(devices()).toEqual(OWN);
    expect(liveObjects(bench.sim)).toEqual(before);
  });

  it('goes with its server and with its system, and a disk is filled where it is meanwhile', async () => {
    bench = await openBench('in-process');
    const before = liveObjects(bench.sim);
    const spec = await prepared();
    const rescued = withRescue(spec, DB, 'debian-13');
    await converge(bench.hypervisor, rescued);
    const web = vserverIdOf(VSYS, 2);
    const refilled: VsysSpec = {
      ...rescued,
      servers: rescued.servers.map((server) =>
        server.id === DB ? { ...server, systemOrigin: { from: { disk: web }, count: 9 } } : server,
      ),
    };
    const kinds = (await converge(bench.hypervisor, refilled)).map(({ kind }) => kind);
    expect(kinds).toEqual(['vserver.stop', 'disk.fill', 'vserver.start']);
    expect(devices().map(([device, boots]) => [device, boots])).toEqual([
      ['0', true],
      ['1', false],
      ['2', false],
    ]);
    expect(devices()[0]).toEqual(['0', true, 'help']);
    const servers = refilled.servers.filter(({ id }) => id !== DB);
    const disks = refilled.disks.map((disk) => ({ ...disk, server: null }));
    await converge(bench.hypervisor, { ...refilled, servers, disks });
    expect(bench.hypervisor.observe(VSYS).disks).toMatchObject([{ id: DISK, attachedTo: null }]);
    await converge(bench.hypervisor, { ...refilled, servers, disks, presence: 'absent' });
    expect(liveObjects(bench.sim)).toEqual(before);
  });

  it('of an image that is not in the pool is refused, and the own system boots again', async () => {
    bench = await openBench('in-process');
    const spec = await prepared();
    const wish = { kind: 'rescue.insert', part: DB, rescue: { image: 'none', count: 2 } } as const;
    await expect(bench.hypervisor.perform(wish, contextFor(bench.hypervisor, wish))).rejects.toMatchObject({
      code: 'pool-refused',
    });
    await converge(bench.hypervisor, spec);
    expect(devices()).toEqual(OWN);
  });
});

const STEPS = [
  'Async.VDI.create',
  'Async.VDI.copy',
  'VDI.get_record',
  'VDI.set_other_config',
  'VBD.set_userdevice',
  'VBD.set_bootable',
  'VBD.create',
  'VBD.destroy',
  'Async.VDI.destroy',
];

describe('a driver that dies during a rescue', () => {
  it.each(STEPS)(
    'at any %s leaves nothing, in either direction and when it is given up (D65)',
    async (method) => {
      for (const nth of [1, 2]) {
        bench = await openBench('in-process');
        const spec = await prepared();
        const before = liveObjects(bench.sim);
        const rescued = withRescue(spec, DB, 'debian-13');
        const fault = { method, nth, count: 1, effect: { kind: 'lose-answer' } } as const;
        bench.sim.faults.add(fault);
        await convergeReliably(bench, rescued);
        expect([method, devices()[0]]).toEqual([method, ['0', true, 'help']]);
        bench.sim.faults.add(fault);
        await convergeReliably(bench, withoutRescue(rescued, DB));
        expect([method, nth, devices()]).toEqual([method, nth, OWN]);
        expect([method, nth, liveObjects(bench.sim)]).toEqual([method, nth, before]);
        // Given up in the middle: the next spec is the one before.
        bench.sim.faults.add(fault);
        const stopped = { ...spec, servers: spec.servers.map((s) => ({ ...s, power: 'stopped' as const })) };
        await converge(bench.hypervisor, stopped);
        const wish = { kind: 'rescue.insert', part: DB, rescue: { image: 'debian-13', count: 7 } } as const;
        await bench.hypervisor.perform(wish, contextFor(bench.hypervisor, wish)).catch(() => undefined);
        bench.sim.faults.clear();
        await convergeReliably(bench, spec);
        expect([method, nth, devices()]).toEqual([method, nth, OWN]);
        expect([method, nth, liveObjects(bench.sim)]).toEqual([method, nth, before]);
        await bench.close();
      }
    },
  );
});
