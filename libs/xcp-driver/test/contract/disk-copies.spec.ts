import { afterEach, describe, expect, it } from 'vitest';
import { writeDisk } from '@openvsys/xcp-sim';
import {
  backupIdOf,
  snapshotIdOf,
  vserverIdOf,
  withContents,
  type BackupSpec,
  type DiskOrigin,
  type SrUuid,
  type VsysSpec,
} from '@openvsys/vsys';
import {
  contextFor,
  converge,
  convergeReliably,
  liveObjects,
  openBench,
  settleFully,
  type Bench,
} from './sim-harness.js';
import { DISK, sampleSpec, VSYS } from './sample-spec.js';

const DB = vserverIdOf(VSYS, 4);
const B1 = backupIdOf(VSYS, 1);
const B2 = backupIdOf(VSYS, 2);
const MIB = 2 ** 20;

let bench: Bench;
afterEach(async () => bench.close());
const storage = (n = 0): SrUuid => bench.hypervisor.capacity().srs[n]!.uuid;
const base = (): VsysSpec => sampleSpec(storage());
const backup = (id: BackupSpec['id'], source: BackupSpec['source']): BackupSpec => ({
  id,
  name: 'monday',
  source,
  sizeGiB: 10,
  sr: storage(),
});

const disks = () => bench.sim.db.rows('VDI').filter((vdi) => vdi.bool('managed'));
const tagged = (part: string) =>
  disks().filter(({ ref }) => {
    const vdi = bench.sim.db.get('VDI', ref);
    const config = vdi.map('other_config');
    return config['openvsys-part'] === part && config['openvsys-self'] === vdi.text('uuid');
  });
const only = (part: string) => {
  const found = tagged(part);
  expect(found).toHaveLength(1);
  return found[0]!;
};
const write = (part: string, text: string): void =>
  writeDisk(bench.sim, only(part), 5 * MIB, Buffer.from(text));
const read = (part: string, length: number): string =>
  Buffer.from(bench.sim.contents.read(only(part), 5 * MIB, length)).toString();
const rests = () =>
  disks().filter((vdi) =>
    Object.keys(vdi.map('other_config')).some((key) => /copying|standby|seat/.test(key)),
  );
const filled = (spec: VsysSpec, origin: DiskOrigin): VsysSpec => ({
  ...spec,
  disks: spec.disks.map((disk) => ({ ...disk, origin })),
});
const kinds = (done: readonly { kind: string }[]): string[] => done.map(({ kind }) => kind);

describe('a back-up', () => {
  it('holds what the disk held, of one in use too, and goes on its own', async () => {
    bench = await openBench('in-process');
    const before = liveObjects(bench.sim);
    await converge(bench.hypervisor, base());
    const without = liveObjects(bench.sim);
    write(DISK, 'first');
    write(DB, 'system');
    const spec = { ...base(), backups: [backup(B1, DISK), backup(B2, DB)] };
    expect(kinds(await converge(bench.hypervisor, spec))).toEqual(['backup.create', 'backup.create']);
    write(DISK, 'other');
    expect([read(B1, 5), read(B2, 6), read(DISK, 5)]).toEqual(['first', 'system', 'other']);
    expect(bench.hypervisor.observe(VSYS).backups).toEqual([{ id: B1 }, { id: B2 }]);
    expect(rests()).toEqual([]);
    expect(await converge(bench.hypervisor, spec)).toEqual([]);

    const gone = { ...spec, presence: 'absent' as const, backups: [backup(B1, DISK)] };
    await converge(bench.hypervisor, gone);
    expect(read(B1, 5)).toBe('first');
    expect(liveObjects(bench.sim)).toEqual({ ...before, VDI: before['VDI']! + 1 });
    await converge(bench.hypervisor, { ...gone, backups: [] });
    expect(liveObjects(bench.sim)).toEqual(before);
    expect(without['VDI']).toBeGreaterThan(before['VDI']!);
  });

  it('that was complete once is never taken again', async () => {
    bench = await openBench('in-process');
    const spec = { ...base(), backups: [backup(B1, DISK)] };
    await converge(bench.hypervisor, spec);
    bench.sim.db.remove(only(B1));
    await expect.poll(() => bench.hypervisor.observe(VSYS).backups).toBeUndefined();
    const known = { ...spec, backups: [{ ...backup(B1, DISK), isTaken: true as const }] };
    expect(await converge(bench.hypervisor, known)).toEqual([]);
  });
});

describe('a disk with other contents', () => {
  it('keeps id, server and device; its server is halted for it and comes up again', async () => {
    bench = await openBench('in-process');
    const spec = { ...base(), backups: [backup(B1, DISK)] };
    await converge(bench.hypervisor, base());
    write(DISK, 'first');
    await converge(bench.hypervisor, spec);
    write(DISK, 'worse');
    const device = () => {
      const vbd = bench.sim.db.rows('VBD').find((each) => each.link('VDI') === only(DISK).ref)!;
      return [vbd.text('userdevice'), vbd.link('VM')];
    };
    const place = device();
    const count = disks().length;
    const restored = filled(spec, { from: { backup: B1 }, count: 3 });
    expect(kinds(await converge(bench.hypervisor, restored))).toEqual([
      'vserver.stop',
      'disk.fill',
      'vserver.start',
    ]);
    expect([read(DISK, 5), read(B1, 5)]).toEqual(['first', 'first']);
    expect(device()).toEqual(place);
    expect(disks()).toHaveLength(count);
    expect(rests()).toEqual([]);
    expect(await converge(bench.hypervisor, restored)).toEqual([]);
    const grown = { ...restored, disks: restored.disks.map((disk) => ({ ...disk, sizeGiB: 20 })) };
    const again = filled(grown, { from: { backup: B1 }, count: 4 });
    await converge(bench.hypervisor, again);
    expect(bench.hypervisor.observe(VSYS).disks).toMatchObject([{ sizeGiB: 20, origin: 4, attachedTo: DB }]);
  });

  it('may be that of an image: the server is the same one, with what the image has', async () => {
    bench = await openBench('in-process');
    await converge(bench.hypervisor, base());
    const before = liveObjects(bench.sim);
    const image = bench.sim.db
      .rows('VM')
      .find((vm) => vm.text('name_label') === 'debian-13' && vm.bool('is_a_template'));
    const vbd = bench.sim.db.rows('VBD').find((row) => row.link('VM') === image?.ref);
    const imageDisk = bench.sim.db.get('VDI', vbd?.link('VDI') ?? '');
    writeDisk(bench.sim, imageDisk, 5 * MIB, Buffer.from('fresh'));
    write(DB, 'mine!');
    const old = only(DB).text('uuid');
    const vm = bench.hypervisor.observe(VSYS).servers.find(({ id }) => id === DB);
    const origin: DiskOrigin = { from: { image: 'debian-13' }, count: 2 };
    const spec: VsysSpec = {
      ...base(),
      servers: base().servers.map((server) =>
        server.id === DB ? { ...server, systemOrigin: origin } : server,
      ),
    };
    expect(kinds(await converge(bench.hypervisor, spec))).toEqual([
      'vserver.stop',
      'disk.fill',
      'vserver.start',
    ]);
    expect(only(DB).text('uuid')).not.toBe(old);
    expect(read(DB, 5)).toBe('fresh');
    const after = bench.hypervisor.observe(VSYS).servers.find(({ id }) => id === DB);
    expect(after).toEqual({ ...vm, systemOrigin: 2, host: after?.host });
    expect(Buffer.from(bench.sim.contents.read(imageDisk, 5 * MIB, 5)).toString()).toBe('fresh');
    expect(imageDisk.map('other_config')).not.toHaveProperty(`openvsys-copying/${DB}`);
    expect(liveObjects(bench.sim)).toEqual(before);
    expect(rests()).toEqual([]);
    const unknown = { ...origin, from: { image: 'none' }, count: 3 };
    const fill = { kind: 'disk.fill', part: DB, origin: unknown, server: DB } as const;
    await expect(bench.hypervisor.perform(fill, contextFor(bench.hypervisor, fill))).rejects.toMatchObject({
      code: 'pool-refused',
    });
  });

  it('may be a system disk, of a back-up, of another server, or of a snapshot', async () => {
    bench = await openBench('in-process');
    const snapshot = { id: snapshotIdOf(VSYS, 1), name: 's', servers: [DB], withMemory: false };
    await converge(bench.hypervisor, base());
    write(DB, 'one');
    write(DISK, 'eins');
    const spec = { ...base(), snapshots: [snapshot], backups: [backup(B1, DB)] };
    await converge(bench.hypervisor, spec);
    write(DB, 'two');
    const from = (id: string, origin: DiskOrigin): VsysSpec => ({
      ...spec,
      servers: spec.servers.map((server) =>
        server.id === id ? { ...server, systemOrigin: origin } : server,
      ),
    });
    await converge(bench.hypervisor, from(DB, { from: { backup: B1 }, count: 2 }));
    expect(read(DB, 3)).toBe('one');
    write(DB, 'six');
    const web = vserverIdOf(VSYS, 2);
    await converge(bench.hypervisor, from(web, { from: { disk: DB }, count: 3 }));
    expect(read(web, 3)).toBe('six');
    await converge(bench.hypervisor, from(web, { from: { snapshot: snapshot.id, disk: DB }, count: 4 }));
    expect(read(web, 3)).toBe('one');
    write(DISK, 'zwei');
    await converge(
      bench.hypervisor,
      filled(from(web, { from: { disk: DB }, count: 4 }), {
        from: { snapshot: snapshot.id, disk: DISK },
        count: 5,
      }),
    );
    expect(read(DISK, 4)).toBe('eins');
    expect(rests()).toEqual([]);
    const booted = bench.sim.db.rows('VBD').filter((vbd) => vbd.link('VDI') === only(web).ref);
    expect(booted.map((vbd) => [vbd.text('userdevice'), vbd.bool('bootable')])).toEqual([['0', true]]);
  });
});

describe('disks of a system that is made like another one', () => {
  it('hold what those of the other one hold, of a snapshot too, and leave nothing on the other one', async () => {
    bench = await openBench('in-process');
    const snapshot = {
      id: snapshotIdOf(VSYS, 1),
      name: 's',
      servers: [2, 3, 4].map((n) => vserverIdOf(VSYS, n)),
      withMemory: false,
    };
    await converge(bench.hypervisor, base());
    write(DISK, 'data');
    write(DB, 'system');
    const source = { ...base(), snapshots: [snapshot] };
    await converge(bench.hypervisor, source);
    write(DISK, 'late');
    for (const [name, from, held] of [
      ['CLONED001', undefined, 'late'],
      ['CLONED002', snapshot.id, 'data'],
    ] as const) {
      const own = JSON.parse(
        JSON.stringify(base()).replaceAll('SAMPLE001', name).replaceAll('0a:00', '0a:01'),
      ) as VsysSpec;
      const nets = own.nets.map((net) => ({
        ...net,
        vlan: (net.vlan ?? 0) + (from === undefined ? 100 : 200),
      }));
      const copy = withContents({ ...own, nets }, source, from);
      await converge(bench.hypervisor, copy);
      expect(read(copy.disks[0]!.id, 4)).toBe(held);
      expect(read(copy.servers[3]!.id, 6)).toBe('system');
      expect(bench.hypervisor.observe(copy.vsysId).servers.map(({ power }) => power)).toEqual(
        Array(4).fill('running'),
      );
      expect(await converge(bench.hypervisor, copy)).toEqual([]);
    }
    expect(rests()).toEqual([]);
    expect(await converge(bench.hypervisor, source)).toEqual([]);
  });
});

const STEPS = [
  'VDI.add_to_other_config',
  'Async.VDI.snapshot',
  'VDI.set_other_config',
  'VDI.remove_from_other_config',
  'Async.VDI.copy',
  'Async.VDI.destroy',
  'VDI.get_record',
  'VDI.set_name_label',
  'VBD.destroy',
  'VBD.create',
];

describe('a driver that dies', () => {
  it.each(STEPS)('at any %s leaves nothing and the copy is right', async (method) => {
    for (const nth of [1, 2, 3]) {
      bench = await openBench('in-process');
      await converge(bench.hypervisor, base());
      write(DISK, 'first');
      const spec = filled({ ...base(), backups: [backup(B1, DISK)] }, { from: { disk: DB }, count: 2 });
      write(DB, 'from-db');
      bench.sim.faults.add({ method, nth, count: 1, effect: { kind: 'lose-answer' } });
      await convergeReliably(bench, spec);
      expect([method, nth, read(DISK, 7)]).toEqual([method, nth, 'from-db']);
      expect(tagged(B1)).toHaveLength(1);
      expect([method, nth, rests().length]).toEqual([method, nth, 0]);
      await converge(bench.hypervisor, { ...spec, presence: 'absent', backups: [] });
      expect(disks().filter((vdi) => 'openvsys-vsys' in vdi.map('other_config'))).toEqual([]);
      await bench.close();
    }
  });

  it('in the middle of a copy is followed by one that copies anew', async () => {
    bench = await openBench('http', { profile: 'default-nfs', clock: { mode: 'scaled', speed: 10 } });
    await converge(bench.hypervisor, base());
    write(DISK, 'first');
    const create = { kind: 'backup.create', part: B1, name: 'monday', source: DISK, sr: storage() } as const;
    const death = new AbortController();
    const context = contextFor(bench.hypervisor, create, death.signal);
    const dying = bench.hypervisor.perform(create, context);
    await expect.poll(() => bench.sim.log.callsPerMethod()['Async.VDI.copy'] ?? 0, { interval: 5 }).toBe(1);
    death.abort();
    await expect(dying).rejects.toBeDefined();
    const successor = bench.another();
    await successor.open(new AbortController().signal);
    const again = { ...context, signal: new AbortController().signal };
    expect(await settleFully(successor, create, again, bench.clock)).toBe('absent');
    await converge(successor, { ...base(), backups: [backup(B1, DISK)] });
    expect(read(B1, 5)).toBe('first');
    expect(rests()).toEqual([]);
    await successor.close();
  });
});
