import { afterEach, describe, expect, it } from 'vitest';
import { vserverIdOf, type Action } from '@openvsys/vsys';
import {
  administrator,
  contextFor,
  converge,
  liveObjects,
  openBench,
  settleFully,
  type Bench,
} from './sim-harness.js';
import { DISK, DMZ, sampleSpec, VSYS } from './sample-spec.js';

/** What a lost answer that nobody waited for leaves behind: a second object with the tags of the first. */
describe('two objects for one part', () => {
  let bench: Bench;
  afterEach(async () => bench.close());

  async function deployed() {
    bench = await openBench('in-process');
    const spec = sampleSpec(bench.hypervisor.capacity().srs[0]!.uuid);
    await converge(bench.hypervisor, spec);
    const { call } = await administrator(bench);
    const find = (cls: string, field: string, text: string) =>
      bench.sim.db.rows(cls).find((row) => row.text(field) === text)!;
    return { spec, call, find, before: liveObjects(bench.sim) };
  }
  const settle = (action: Action) =>
    settleFully(bench.hypervisor, action, contextFor(bench.hypervisor, action));

  it('networks: the unused one goes', async () => {
    const { spec, call, find, before } = await deployed();
    const config = find('network', 'name_label', DMZ).map('other_config');
    await call('network.create', { name_label: DMZ, other_config: config });
    expect(await settle({ kind: 'vnet.create', part: DMZ, net: spec.nets[0]! })).toBe('done');
    expect(liveObjects(bench.sim)).toEqual(before);
  });

  it('networks: two in use are for a person to judge, and nothing is removed', async () => {
    const { spec, call, find } = await deployed();
    const config = find('network', 'name_label', DMZ).map('other_config');
    const twin = await call('network.create', { name_label: DMZ, other_config: config });
    const trunk = bench.sim.db.rows('PIF').find((row) => row.bool('physical'))!;
    await call('pool.create_VLAN_from_PIF', trunk.ref, twin, 999);
    const counts = liveObjects(bench.sim);
    const action: Action = { kind: 'vnet.create', part: DMZ, net: spec.nets[0]! };
    expect(await settle(action)).toBe('conflict');
    expect(liveObjects(bench.sim)).toEqual(counts);
    await expect(
      bench.hypervisor.perform(action, contextFor(bench.hypervisor, action)),
    ).rejects.toMatchObject({
      code: 'conflict',
      retry: 'after-change',
    });
  });

  it('disks: the one that is attached stays', async () => {
    const { spec, call, find, before } = await deployed();
    const vdi = find('VDI', 'name_label', DISK);
    const { 'openvsys-self': _self, ...tags } = vdi.map('other_config');
    await call('VDI.create', {
      name_label: DISK,
      SR: vdi.link('SR'),
      virtual_size: 2 ** 30,
      type: 'user',
      sharable: false,
      read_only: false,
      other_config: tags,
    });
    expect(await settle({ kind: 'vdisk.create', part: DISK, disk: spec.disks[0]! })).toBe('done');
    expect(liveObjects(bench.sim)).toEqual(before);
    expect(find('VDI', 'name_label', DISK).ref).toBe(vdi.ref);
  });

  it('servers: clones that never ran go with their disks, one of them stays', async () => {
    const { find, call, before } = await deployed();
    const server = vserverIdOf(VSYS, 9);
    const template = find('VM', 'name_label', 'debian-13');
    for (let n = 0; n < 3; n += 1) await call('VM.clone', template.ref, server);
    expect(await settle({ kind: 'vserver.clone', part: server, image: 'debian-13' })).toBe('done');
    const now = liveObjects(bench.sim);
    expect(now).toEqual({
      ...before,
      VM: before['VM']! + 1,
      VDI: before['VDI']! + 1,
      VBD: before['VBD']! + 1,
    });
  });
});

describe('a template with a network card of its own', () => {
  let bench: Bench;
  afterEach(async () => bench.close());

  it.each(['in one go', 'after an interruption'])(
    'gives servers only the cards they should have, %s',
    async (how) => {
      bench = await openBench('in-process');
      const spec = sampleSpec(bench.hypervisor.capacity().srs[0]!.uuid);
      const { call } = await administrator(bench);
      const template = bench.sim.db.rows('VM').find((row) => row.text('name_label') === 'debian-13')!;
      const card = {
        VM: template.ref,
        network: bench.sim.db.rows('network')[0]!.ref,
        device: '0',
        MAC: '',
        MTU: 1500,
      };
      await call('VIF.create', {
        ...card,
        other_config: {},
        qos_algorithm_type: '',
        qos_algorithm_params: {},
      });
      if (how === 'after an interruption') await call('VM.clone', template.ref, vserverIdOf(VSYS, 2));
      await expect
        .poll(() => bench.hypervisor.observe(VSYS).servers.length)
        .toBe(how === 'in one go' ? 0 : 1);
      await converge(bench.hypervisor, spec);
      const cards = bench.sim.db.rows('VIF').filter((row) => row.link('VM') !== template.ref);
      expect(cards).toHaveLength(5);
      expect(cards.every((row) => row.text('locking_mode') === 'locked')).toBe(true);
    },
  );
});

describe('a server that somebody reverted to a snapshot', () => {
  let bench: Bench;
  afterEach(async () => bench.close());

  it('keeps its disks as they are now: none is made anew, none is left', async () => {
    bench = await openBench('in-process');
    const spec = sampleSpec(bench.hypervisor.capacity().srs[0]!.uuid);
    const empty = liveObjects(bench.sim);
    await converge(bench.hypervisor, spec);
    const { call } = await administrator(bench);
    const db = bench.sim.db.rows('VM').find((row) => row.text('name_description') === 'db')!;
    const snapshot = (await call('VM.snapshot', db.ref, 'before')) as string;
    await call('VM.revert', snapshot);
    const counts = liveObjects(bench.sim);
    await expect.poll(() => bench.hypervisor.observe(VSYS).disks).toEqual([]);
    await converge(bench.hypervisor, spec);
    expect(liveObjects(bench.sim)).toEqual(counts);
    expect(bench.hypervisor.observe(VSYS).disks).toHaveLength(1);
    expect(bench.hypervisor.observe(VSYS).nics).toHaveLength(5);
    await converge(bench.hypervisor, { ...spec, presence: 'absent', generation: 2 });
    // The snapshot is not ours and stays with its disks; its card goes with the network, as XenAPI network.destroy does.
    expect(liveObjects(bench.sim)).toEqual({
      ...empty,
      VM: empty['VM']! + 1,
      VDI: empty['VDI']! + 2,
      VBD: empty['VBD']! + 2,
    });
  });
});
