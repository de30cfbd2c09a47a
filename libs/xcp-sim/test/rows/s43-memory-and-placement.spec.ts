// S42–S45, S60: what a start does, what memory it takes, where the server puts it.
import { afterEach, describe, expect, it } from 'vitest';
import { WorldEvents } from '@openvsys/xcp-sim';
import {
  clientOf,
  failureOf,
  GIB,
  vbdRecord,
  vdiRecord,
  vifRecord,
  vmRecord,
  type Client,
} from '../support/pool-under-test.js';

let client: Client;

afterEach(() => {
  expect(client.pool.crashes).toEqual([]);
  client.close();
});

const MIB = 2 ** 20;

function sized(gib: number, changes: Record<string, unknown> = {}): Record<string, unknown> {
  const bytes = gib * GIB;
  return vmRecord({
    memory_static_max: bytes,
    memory_dynamic_max: bytes,
    memory_dynamic_min: bytes,
    ...changes,
  });
}

describe('S42 a started VM', () => {
  it('has a host, a domain, attached devices, a console, a start time and a message', async () => {
    client = await clientOf();
    const [sr = ''] = await client.call<string[]>('SR.get_all');
    const [network = ''] = await client.call<string[]>('network.get_all');
    const vm = await client.call('VM.create', vmRecord());
    const vbd = await client.call(
      'VBD.create',
      vbdRecord(vm, await client.call('VDI.create', vdiRecord(sr))),
    );
    const vif = await client.call('VIF.create', vifRecord(vm, network));
    await client.call('VM.start', vm, false, false);
    await client.clock.advance(1000);
    const record = await client.call<Record<string, unknown>>('VM.get_record', vm);
    expect(record).toMatchObject({
      power_state: 'Running',
      resident_on: expect.stringContaining('OpaqueRef:') as string,
    });
    expect(record['domid']).toBeGreaterThan(0);
    expect(record['consoles']).toHaveLength(1);
    expect(await client.call('VBD.get_currently_attached', vbd)).toBe(true);
    expect(await client.call('VIF.get_currently_attached', vif)).toBe(true);
    const metrics = await client.call('VM.get_metrics', vm);
    expect(await client.call('VM_metrics.get_start_time', metrics)).not.toBe('19700101T00:00:00Z');
    const messages =
      await client.call<Record<string, { name: string; obj_uuid: string }>>('message.get_all_records');
    expect(Object.values(messages)).toContainEqual(
      expect.objectContaining({ name: 'VM_STARTED', obj_uuid: record['uuid'] }),
    );
  });
});

describe('S43, S44 memory', () => {
  it('is refused with the numbers: dynamic minimum plus overhead, and what the host has', async () => {
    client = await clientOf({ hostCount: 1, hostMemoryBytes: 16 * GIB });
    const [host = ''] = await client.call<string[]>('host.get_all');
    const free = await client.call<number>('host.compute_free_memory', host);
    expect(free).toBe(12 * GIB);
    const first = await client.call('VM.create', sized(8));
    await client.call('VM.start', first, false, false);
    const overhead = await client.call<number>('VM.compute_memory_overhead', first);
    // XenAPI VM.memory_overhead of a full guest: 2 MiB, shadow pages, 38 pages a CPU.
    expect(overhead).toBe((2 + Math.ceil(((256 + 2 * 8192) * 4096) / MIB) + 1) * MIB);
    expect(await client.call('host.compute_free_memory', host)).toBe(4 * GIB - overhead);
    const second = await client.call('VM.create', sized(4));
    const needed = 4 * GIB + (await client.call<number>('VM.compute_memory_overhead', second));
    expect(await failureOf(client.call('VM.start', second, false, false))).toEqual([
      'HOST_NOT_ENOUGH_FREE_MEMORY',
      String(needed),
      String(4 * GIB - overhead),
    ]);
  });

  it('is promised to a VM on its way, so the second of two starts is refused', async () => {
    client = await clientOf({ hostCount: 1, hostMemoryBytes: 16 * GIB, profile: 'default-nfs' });
    const vms = [await client.call('VM.create', sized(8)), await client.call('VM.create', sized(8))];
    const starts = vms.map((vm) => client.run('VM.start', vm, false, false));
    await client.clock.advance(500);
    const promised = vms.map((vm) => client.pool.db.get('VM', vm).link('scheduled_to_be_resident_on'));
    expect(promised.filter((host) => host !== 'OpaqueRef:NULL')).toHaveLength(1);
    const outcomes = (await Promise.all(starts)).map(({ status, error }) => error[0] ?? status);
    expect(outcomes.toSorted()).toEqual(['HOST_NOT_ENOUGH_FREE_MEMORY', 'success']);
  });

  it('is squeezed out of guests that may shrink, and given back', async () => {
    client = await clientOf({ hostCount: 1, hostMemoryBytes: 16 * GIB });
    const elastic = {
      memory_static_min: GIB,
      memory_dynamic_min: 2 * GIB,
      memory_dynamic_max: 8 * GIB,
      memory_static_max: 8 * GIB,
    };
    const [one, two] = [
      await client.call('VM.create', vmRecord(elastic)),
      await client.call('VM.create', vmRecord(elastic)),
    ];
    const target = (vm: string): Promise<number> => client.call<number>('VM.get_memory_target', vm);
    await client.call('VM.start', one, false, false);
    expect(await target(one)).toBe(8 * GIB);
    await client.call('VM.start', two, false, false);
    const [squeezed, other] = [await target(one), await target(two)];
    expect(squeezed).toBe(other);
    expect(squeezed).toBeLessThan(6 * GIB);
    expect(squeezed).toBeGreaterThan(5.5 * GIB);
    const metrics = await client.call('VM.get_metrics', one);
    expect(await client.call('VM_metrics.get_memory_actual', metrics)).toBe(squeezed);
    await client.call('VM.hard_shutdown', two);
    expect(await target(one)).toBe(8 * GIB);
  });
});

describe('S45 the server places a VM', () => {
  it('on its affinity, never on disabled hosts or hosts without its storage', async () => {
    client = await clientOf();
    const [first = '', second = '', third = ''] = await client.call<string[]>('host.get_all');
    const [sr = ''] = await client.call<string[]>('SR.get_all');
    const vm = await client.call('VM.create', vmRecord({ affinity: third }));
    await client.call('VBD.create', vbdRecord(vm, await client.call('VDI.create', vdiRecord(sr))));
    await client.call('VM.start', vm, false, false);
    expect(await client.call('VM.get_resident_on', vm)).toBe(third);
    await client.call('VM.hard_shutdown', vm);
    await client.call('host.disable', second);
    const world = new WorldEvents(client.pool);
    const host = client.pool.db.get('host', third);
    world.administrator.setSrPlugged(client.pool.db.get('SR', sr), host, 'unplugged');
    expect(await client.call('VM.get_possible_hosts', vm)).toEqual([first]);
    expect(await failureOf(client.call('VM.assert_can_boot_here', vm, third))).toEqual([
      'VM_REQUIRES_SR',
      vm,
      sr,
    ]);
    expect(await failureOf(client.call('VM.start_on', vm, second, false, false))).toEqual([
      'HOST_DISABLED',
      second,
    ]);
    await client.call('host.disable', first);
    expect(await failureOf(client.call('VM.start', vm, false, false))).toEqual(['NO_HOSTS_AVAILABLE']);
  });

  it('away from the other members of an anti-affinity group', async () => {
    client = await clientOf();
    const group = await client.call('VM_group.create', {
      name_label: 'g',
      name_description: '',
      placement: 'anti_affinity',
    });
    const hosts: string[] = [];
    for (let count = 0; count < 3; count += 1) {
      const vm = await client.call('VM.create', vmRecord());
      await client.call('VM.set_groups', vm, [group]);
      await client.call('VM.start', vm, false, false);
      hosts.push(await client.call('VM.get_resident_on', vm));
    }
    expect(new Set(hosts).size).toBe(3);
  });

  it('more often where memory is left', async () => {
    client = await clientOf({ hostCount: 2, seed: 3 });
    const [first = '', second = ''] = await client.call<string[]>('host.get_all');
    await client.call('VM.start_on', await client.call('VM.create', sized(50)), first, false, false);
    const vm = await client.call('VM.create', sized(1));
    let onSecond = 0;
    for (let count = 0; count < 60; count += 1) {
      await client.call('VM.start', vm, false, false);
      if ((await client.call('VM.get_resident_on', vm)) === second) onSecond += 1;
      await client.call('VM.hard_shutdown', vm);
    }
    expect(onSecond).toBeGreaterThan(40);
    expect(onSecond).toBeLessThan(60);
  });
});

describe('S60 a private network', () => {
  it('pins its VMs to the host where the first one runs', async () => {
    client = await clientOf({ hostCount: 2 });
    const [first = '', second = ''] = await client.call<string[]>('host.get_all');
    const network = await client.call('network.create', { name_label: 'private', other_config: {} });
    const [one, two] = [
      await client.call('VM.create', vmRecord()),
      await client.call('VM.create', vmRecord()),
    ];
    for (const vm of [one, two]) await client.call('VIF.create', vifRecord(vm, network));
    await client.call('VM.start_on', one, second, false, false);
    expect(await failureOf(client.call('VM.start_on', two, first, false, false))).toEqual([
      'VM_REQUIRES_NETWORK',
      two,
      network,
    ]);
    expect(await client.call('VM.get_possible_hosts', two)).toEqual([second]);
  });
});
