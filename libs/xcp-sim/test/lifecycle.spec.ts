// The way of a server through the pool: clone, provision, devices, start, guest, shutdown, destroy.
import { afterEach, describe, expect, it } from 'vitest';
import {
  clientOf,
  failureOf,
  GIB,
  vbdRecord,
  vdiRecord,
  vifRecord,
  vmRecord,
  type Client,
} from './support/pool-under-test.js';

let client: Client;

afterEach(() => {
  expect(client.pool.crashes).toEqual([]);
  client.close();
});

async function srOf(): Promise<string> {
  return (await client.call<string[]>('SR.get_all'))[0] ?? '';
}

describe('a server from a template', () => {
  it('is cloned, provisioned, equipped, started, shut down and destroyed; its disks stay', async () => {
    client = await clientOf({ profile: 'default-nfs' });
    const vm = await client.call('VM.clone', await client.template(), 'web-1');
    expect(await client.call('VM.get_is_a_template', vm)).toBe(true);
    await client.call('VM.provision', vm);
    const data = await client.call('VDI.create', vdiRecord(await srOf()));
    await client.call('VBD.create', vbdRecord(vm, data));
    const network = await client.call('network.create', { name_label: 'private', other_config: {} });
    await client.call('VIF.create', vifRecord(vm, network, { ipv4_allowed: ['10.1.0.5'] }));

    expect((await client.run('VM.start', vm, false, false)).status).toBe('success');
    const record = await client.call<Record<string, unknown>>('VM.get_record', vm);
    expect(record).toMatchObject({
      power_state: 'Running',
      guest_metrics: 'OpaqueRef:NULL',
      current_operations: {},
    });
    expect(record['domid']).toBeGreaterThan(0);
    const vbds =
      await client.call<Record<string, { VM: string; device: string; currently_attached: boolean }>>(
        'VBD.get_all_records',
      );
    const own = Object.values(vbds).filter((vbd) => vbd.VM === vm);
    expect(own.map((vbd) => [vbd.device, vbd.currently_attached])).toEqual([
      ['xvda', true],
      ['xvdb', true],
    ]);

    await client.clock.advance(5 * 60_000);
    const metrics = await client.call('VM.get_guest_metrics', vm);
    expect(await client.call('VM_guest_metrics.get_networks', metrics)).toMatchObject({ '0/ip': '10.1.0.5' });

    expect((await client.run('VM.clean_shutdown', vm)).status).toBe('success');
    await client.call('VM.destroy', vm);
    expect(await failureOf(client.call('VM.get_uuid', vm))).toEqual(['HANDLE_INVALID', 'VM', vm]);
    expect(await client.call('VDI.get_VBDs', data)).toEqual([]);
    expect(await client.call('VDI.get_name_label', data)).toBe('disk');
    expect(await client.call('network.get_VIFs', network)).toEqual([]);
  });

  it('gets the disks its template asks for', async () => {
    client = await clientOf();
    const vm = await client.call('VM.clone', await client.template(), 'db');
    const xml = `<provision><disk device="1" size="${3 * GIB}" sr="" bootable="false" type="user"/></provision>`;
    await client.call('VM.add_to_other_config', vm, 'disks', xml);
    await client.call('VM.provision', vm);
    const vbds = await client.call<string[]>('VM.get_VBDs', vm);
    const sizes = await Promise.all(
      vbds.map(async (vbd) =>
        client.call<number>('VDI.get_virtual_size', await client.call('VBD.get_VDI', vbd)),
      ),
    );
    expect(sizes.toSorted((a, b) => a - b)).toEqual([3 * GIB, 4 * GIB]);
    expect(await client.call('VM.get_other_config', vm)).not.toHaveProperty('disks');
    expect(await failureOf(client.call('VM.provision', vm))).toEqual(['PROVISION_ONLY_ALLOWED_ON_TEMPLATE']);
  });

  it('removes the disks of a clone that fails half-way', async () => {
    client = await clientOf();
    const template = await client.template();
    const sr = await srOf();
    const second = await client.call('VDI.create', vdiRecord(sr, { sharable: true }));
    await client.call('VBD.create', vbdRecord(template, second));
    const before = (await client.call<string[]>('VDI.get_all')).length;
    client.pool.faults.add({ method: 'VM.clone', effect: { kind: 'slow', ms: 10 } });
    const clone = client.run('VM.clone', template, 'x');
    // The first disk is made; then the storage is full.
    client.pool.db.update(client.pool.db.get('SR', sr), {
      capacity_bytes: client.pool.db.get('SR', sr).int('physical_utilisation') + 2 * 2 ** 20,
    });
    expect((await clone).error[0]).toBe('SR_BACKEND_FAILURE_44');
    // The base copy below the template goes when the collector has come by.
    await client.clock.advance(600_000);
    expect((await client.call<string[]>('VDI.get_all')).length).toBe(before);
  });
});

describe('refusals', () => {
  it('name the expected and the actual power state, and blocked operations come first', async () => {
    client = await clientOf();
    const vm = await client.call('VM.create', vmRecord());
    expect(await failureOf(client.call('VM.hard_shutdown', vm))).toEqual([
      'VM_BAD_POWER_STATE',
      vm,
      'paused, suspended, running',
      'halted',
    ]);
    await client.call('VM.set_blocked_operations', vm, { hard_shutdown: 'BECAUSE' });
    expect(await failureOf(client.call('VM.hard_shutdown', vm))).toEqual([
      'OPERATION_BLOCKED',
      vm,
      'BECAUSE',
    ]);
    expect(await failureOf(client.call('VM.start', await client.template(), false, false))).toEqual([
      'VM_IS_TEMPLATE',
      await client.template(),
      'start',
    ]);
  });

  it('let only one running VM write to a disk', async () => {
    client = await clientOf();
    const disk = await client.call('VDI.create', vdiRecord(await srOf()));
    const [first, second] = [
      await client.call('VM.create', vmRecord()),
      await client.call('VM.create', vmRecord()),
    ];
    await client.call('VBD.create', vbdRecord(first, disk));
    await client.call('VM.start', first, false, false);
    await client.call('VM.start', second, false, false);
    const vbd = await client.call('VBD.create', vbdRecord(second, disk));
    expect((await failureOf(client.call('VBD.plug', vbd)))[0]).toBe('VDI_IN_USE');
    expect(await failureOf(client.call('VDI.destroy', disk))).toEqual(['VDI_IN_USE', disk, 'destroy']);
  });

  it('of messages without behaviour say so instead of succeeding', async () => {
    client = await clientOf();
    const [pool] = await client.call<string[]>('pool.get_all');
    expect(await failureOf(client.call('pool.apply_edition', pool, 'x'))).toEqual([
      'NOT_IMPLEMENTED',
      'pool.apply_edition',
    ]);
    expect(await failureOf(client.call('Foo.bar'))).toEqual(['MESSAGE_METHOD_UNKNOWN', 'Foo.bar']);
    expect(await failureOf(client.transport.call('Foo.bar', ['OpaqueRef:x']))).toEqual([
      'SESSION_INVALID',
      'OpaqueRef:x',
    ]);
    expect(await failureOf(client.call('VM.start', 'x'))).toEqual([
      'MESSAGE_PARAMETER_COUNT_MISMATCH',
      'VM.start',
      '3',
      '1',
    ]);
  });
});

describe('memory', () => {
  it('is reserved while a VM is on its way, so that the second of two does not fit', async () => {
    client = await clientOf({
      profile: 'default-nfs',
      hostCount: 1,
      hostMemoryBytes: 8 * GIB,
      dom0MemoryBytes: GIB,
    });
    const big = { memory_static_max: 4 * GIB, memory_dynamic_max: 4 * GIB, memory_dynamic_min: 4 * GIB };
    const vms = await Promise.all([0, 1].map(() => client.call('VM.create', vmRecord(big))));
    const outcomes = await Promise.all(vms.map((vm) => client.run('VM.start', vm, false, false)));
    expect(outcomes.map((outcome) => outcome.status).toSorted()).toEqual(['failure', 'success']);
    const error = outcomes.find((outcome) => outcome.status === 'failure')?.error ?? [];
    expect(error[0]).toBe('HOST_NOT_ENOUGH_FREE_MEMORY');
    // The overhead of one vCPU and 4 GiB: 2 MiB + 33 MiB shadow (2·4096+256 pages of 4 KiB) + 1 MiB.
    expect(Number(error[1])).toBe(4 * GIB + 36 * 2 ** 20);
    expect(Number(error[2])).toBe(7 * GIB - Number(error[1]));
    expect(client.pool.reservations.size).toBe(0);
  });

  it('comes back when the VM is gone', async () => {
    client = await clientOf({ hostCount: 1 });
    const [host] = await client.call<string[]>('host.get_all');
    const before = await client.call<number>('host.compute_free_memory', host);
    const vm = await client.call('VM.create', vmRecord());
    await client.call('VM.start', vm, false, false);
    expect(await client.call<number>('host.compute_free_memory', host)).toBeLessThan(before);
    await client.call('VM.hard_shutdown', vm);
    expect(await client.call<number>('host.compute_free_memory', host)).toBe(before);
  });
});

describe('placement', () => {
  it('follows affinity, avoids disabled hosts and pins private networks to one host', async () => {
    client = await clientOf();
    const [first, second, third] = (await client.call<string[]>('host.get_all')) as [string, string, string];
    const network = await client.call('network.create', { name_label: 'private', other_config: {} });
    const vm = await client.call('VM.create', vmRecord({ affinity: second }));
    await client.call('VIF.create', vifRecord(vm, network));
    await client.call('VM.start', vm, false, false);
    expect(await client.call('VM.get_resident_on', vm)).toBe(second);

    const other = await client.call('VM.create', vmRecord());
    await client.call('VIF.create', vifRecord(other, network));
    expect(await client.call('VM.get_possible_hosts', other)).toEqual([second]);
    expect(await failureOf(client.call('VM.start_on', other, first, false, false))).toEqual([
      'VM_REQUIRES_NETWORK',
      other,
      network,
    ]);

    await client.call('host.disable', third);
    const free = await client.call('VM.create', vmRecord());
    expect(await failureOf(client.call('VM.start_on', free, third, false, false))).toEqual([
      'HOST_DISABLED',
      third,
    ]);
    expect((await client.call<string[]>('VM.get_possible_hosts', free)).toSorted()).toEqual(
      [first, second].toSorted(),
    );
  });
});

describe('networks and VLANs', () => {
  it('put one PIF on every host and take it away again', async () => {
    client = await clientOf();
    const pifs = await client.call<string[]>('PIF.get_all');
    const network = await client.call('network.create', { name_label: 'vlan 7', other_config: {} });
    const made = await client.call<string[]>('pool.create_VLAN_from_PIF', pifs[0], network, 7);
    expect(made).toHaveLength(3);
    expect((await failureOf(client.call('pool.create_VLAN_from_PIF', pifs[0], network, 7)))[0]).toBe(
      'NETWORK_ALREADY_CONNECTED',
    );
    const other = await client.call('network.create', { name_label: 'another', other_config: {} });
    expect((await failureOf(client.call('pool.create_VLAN_from_PIF', pifs[0], other, 7)))[0]).toBe(
      'PIF_VLAN_EXISTS',
    );
    expect(await failureOf(client.call('pool.create_VLAN_from_PIF', pifs[0], other, 5000))).toEqual([
      'VLAN_TAG_INVALID',
      '5000',
    ]);
    expect((await failureOf(client.call('network.destroy', network)))[0]).toBe('NETWORK_CONTAINS_PIF');
    for (const vlan of await client.call<string[]>('VLAN.get_all')) await client.call('VLAN.destroy', vlan);
    await client.call('network.destroy', network);
    expect((await client.call<string[]>('PIF.get_all')).toSorted()).toEqual(pifs.toSorted());
  });
});

describe('storage space', () => {
  it('is booked, refused when full, and given back', async () => {
    client = await clientOf({ storage: [{ name: 'lvm', sizeBytes: 10 * GIB, type: 'lvm' }], templates: [] });
    const sr = await srOf();
    const disk = await client.call('VDI.create', vdiRecord(sr, { virtual_size: 6 * GIB + 1 }));
    // Block storage rounds up to 4 MiB and takes everything at once.
    expect(await client.call<number>('VDI.get_virtual_size', disk)).toBe(6 * GIB + 4 * 2 ** 20);
    expect(await client.call<number>('SR.get_physical_utilisation', sr)).toBe(6 * GIB + 4 * 2 ** 20);
    const full = await failureOf(client.call('VDI.create', vdiRecord(sr, { virtual_size: 6 * GIB })));
    expect(full[0]).toBe('SR_BACKEND_FAILURE_44');
    expect(full[2]).toContain('opterr=');
    await client.call('VDI.destroy', disk);
    expect(await client.call<number>('SR.get_physical_utilisation', sr)).toBe(0);
    expect(await client.call<number>('SR.get_virtual_allocation', sr)).toBe(0);
  });
});
