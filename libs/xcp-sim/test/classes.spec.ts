// Classes beside the way of a server: appliances, blobs, schedules, interfaces, roles, and the rules of shared disks.
import { afterEach, describe, expect, it } from 'vitest';
import {
  clientOf,
  failureOf,
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

async function first(cls: string): Promise<string> {
  return (await client.call<string[]>(`${cls}.get_all`))[0] ?? '';
}

async function newNetwork(name: string): Promise<string> {
  return client.call('network.create', { name_label: name, other_config: {} });
}

describe('an appliance', () => {
  it('starts its VMs by their order, waits their delays, and stops them the other way round', async () => {
    client = await clientOf();
    const appliance = await client.call('VM_appliance.create', { name_label: 'shop' });
    expect(await failureOf(client.call('VM_appliance.start', appliance, false))).toEqual([
      'OPERATION_NOT_ALLOWED',
      'Appliance has no VMs.',
    ]);
    const [web, db] = [
      await client.call('VM.create', vmRecord({ name_label: 'web', order: 2 })),
      await client.call('VM.create', vmRecord({ name_label: 'db', order: 1, start_delay: 30 })),
    ];
    for (const vm of [web, db]) await client.call('VM.set_appliance', vm, appliance);
    expect(await client.call('VM_appliance.get_allowed_operations', appliance)).toEqual(['start']);
    const before = client.clock.now();
    await client.call('VM_appliance.start', appliance, false);
    expect(client.clock.now() - before).toBeGreaterThanOrEqual(30_000);
    const domids = await Promise.all([db, web].map((vm) => client.call<number>('VM.get_domid', vm)));
    expect(domids[0]).toBeLessThan(domids[1] ?? 0);
    await client.call('VM_appliance.shutdown', appliance);
    expect(await client.call('VM.get_power_state', web)).toBe('Halted');
    expect((await failureOf(client.call('VM_appliance.hard_shutdown', appliance)))[1]).toBe(
      'All VMs in this appliance are halted.',
    );
  });
});

describe('a checkpoint', () => {
  it('keeps the memory, and going back to it gives a suspended VM that resumes', async () => {
    client = await clientOf();
    const vm = await client.call('VM.create', vmRecord());
    await client.call('VM.start', vm, false, false);
    const point = await client.call('VM.checkpoint', vm, 'before the upgrade');
    expect(await client.call('VM.get_power_state', vm)).toBe('Running');
    const image = await client.call('VM.get_suspend_VDI', point);
    expect(await client.call('VDI.get_type', image)).toBe('suspend');
    await client.call('VM.revert', point);
    expect(await client.call('VM.get_power_state', vm)).toBe('Suspended');
    expect(await client.call('VM.get_suspend_VDI', vm)).not.toBe(image);
    await client.call('VM.resume', vm, false, false);
    expect(await client.call('VM.get_power_state', vm)).toBe('Running');
    // The image of the checkpoint itself is still there for the next time.
    expect(await client.call('VDI.get_type', image)).toBe('suspend');
  });
});

describe('a disk of two VMs', () => {
  it('has one writer, or readers only', async () => {
    client = await clientOf();
    const disk = await client.call('VDI.create', vdiRecord(await first('SR')));
    const [one, two] = [
      await client.call('VM.create', vmRecord()),
      await client.call('VM.create', vmRecord()),
    ];
    await client.call('VBD.create', vbdRecord(one, disk));
    await client.call('VBD.create', vbdRecord(two, disk, { mode: 'RO' }));
    await client.call('VM.start', one, false, false);
    expect(await failureOf(client.call('VM.start', two, false, false))).toEqual(['VDI_IN_USE', disk]);
    expect(await failureOf(client.call('VDI.clone', disk, {}))).toEqual(['VDI_IN_USE', disk, 'clone']);
    await client.call('VM.hard_shutdown', one);
    await client.call('VM.start', two, false, false);
    expect(await client.call('VDI.get_allowed_operations', disk)).toEqual(['clone', 'copy', 'snapshot']);
  });
});

describe('interfaces of a host', () => {
  it('carry VLANs and tunnels, each network with one interface a host', async () => {
    client = await clientOf({ hostCount: 1 });
    const pif = await first('PIF');
    const [lan, overlay] = [await newNetwork('lan'), await newNetwork('overlay')];
    const vlan = await client.call('VLAN.create', pif, 12, lan);
    const untagged = await client.call('VLAN.get_untagged_PIF', vlan);
    expect(await client.call('PIF.get_VLAN_slave_of', pif)).toEqual([vlan]);
    expect(await failureOf(client.call('VLAN.create', pif, 13, lan))).toEqual([
      'NETWORK_ALREADY_CONNECTED',
      await first('host'),
      untagged,
    ]);
    expect(await failureOf(client.call('VLAN.create', untagged, 13, overlay))).toEqual([
      'PIF_IS_VLAN',
      untagged,
    ]);
    const tunnel = await client.call('tunnel.create', untagged, overlay);
    const access = await client.call('tunnel.get_access_PIF', tunnel);
    expect(await failureOf(client.call('PIF.plug', access))).toEqual([
      'TRANSPORT_PIF_NOT_CONFIGURED',
      untagged,
    ]);
    expect(await failureOf(client.call('VLAN.destroy', vlan))).toEqual(['PIF_TUNNEL_STILL_EXISTS', untagged]);
    await client.call('tunnel.destroy', tunnel);
    await client.call('VLAN.destroy', vlan);
    expect(await client.call('PIF.get_all')).toEqual([pif]);
  });

  it('come up with the first guest on their network', async () => {
    client = await clientOf({ hostCount: 1 });
    const lan = await newNetwork('lan');
    const vlan = await client.call('VLAN.create', await first('PIF'), 12, lan);
    const untagged = await client.call('VLAN.get_untagged_PIF', vlan);
    expect(await client.call('PIF.get_currently_attached', untagged)).toBe(false);
    const vm = await client.call('VM.create', vmRecord());
    await client.call('VIF.create', vifRecord(vm, lan));
    await client.call('VM.start', vm, false, false);
    expect(await client.call('PIF.get_currently_attached', untagged)).toBe(true);
  });

  it('refuse an address that is none, and a bond of one', async () => {
    client = await clientOf({ hostCount: 1 });
    const pif = await first('PIF');
    expect(
      await failureOf(client.call('PIF.reconfigure_ip', pif, 'Static', '10.0.0.300', '255.0.0.0', '', '')),
    ).toEqual(['INVALID_IP_ADDRESS_SPECIFIED', 'IP']);
    expect(await failureOf(client.call('Bond.create', await newNetwork('bond'), [pif], ''))).toEqual([
      'PIF_BOND_NEEDS_MORE_MEMBERS',
    ]);
  });
});

describe('small classes', () => {
  it('check the hours of a snapshot schedule and fill in what is missing', async () => {
    client = await clientOf();
    const record = { name_label: 'nightly', type: 'snapshot', frequency: 'daily' };
    const policy = await client.call('VMSS.create', { ...record, schedule: { hour: '3' } });
    expect(await client.call('VMSS.get_schedule', policy)).toEqual({ hour: '3', min: '0' });
    expect(await failureOf(client.call('VMSS.set_schedule', policy, { hour: '24' }))).toEqual([
      'INVALID_VALUE',
      'schedule:hour',
      '24',
    ]);
    await client.call('VMSS.set_frequency', policy, 'hourly');
    expect(await client.call('VMSS.get_schedule', policy)).toEqual({ min: '0' });
  });

  it('hang blobs on objects and take them along', async () => {
    client = await clientOf();
    const vm = await client.call('VM.create', vmRecord());
    const blob = await client.call('VM.create_new_blob', vm, 'icon', '', false);
    expect(await client.call('blob.get_mime_type', blob)).toBe('application/octet-stream');
    expect((await failureOf(client.call('VM.create_new_blob', vm, 'icon', '', false)))[0]).toBe(
      'MAP_DUPLICATE_KEY',
    );
    await client.call('VM.destroy', vm);
    expect((await failureOf(client.call('blob.get_uuid', blob)))[0]).toBe('HANDLE_INVALID');
  });

  it('know who may do what', async () => {
    client = await clientOf();
    const [operator = ''] = await client.call<string[]>('role.get_by_name_label', 'vm-operator');
    const names = await client.call<string[]>('role.get_permissions_name_label', operator);
    expect(names).toContain('vm.start');
    expect(names).not.toContain('vm.destroy');
    const subject = await client.call('subject.create', { subject_identifier: 'S-1-5' });
    expect(await failureOf(client.call('subject.remove_from_roles', subject, operator))).toEqual([
      'ROLE_NOT_FOUND',
    ]);
    await client.call('subject.add_to_roles', subject, operator);
    expect(await failureOf(client.call('subject.add_to_roles', subject, operator))).toEqual([
      'ROLE_ALREADY_EXISTS',
    ]);
  });

  it('keep what belongs to the pool alone from clients', async () => {
    client = await clientOf();
    const [code, text] = await failureOf(client.call('pool.hello', 'uuid', '10.0.0.9'));
    expect([code, text]).toEqual(['INTERNAL_ERROR', expect.stringContaining('non-pool (external) session')]);
    expect(await client.call<string[]>('system.listMethods')).toContain('pool.hello');
  });
});

describe('fields that hang together', () => {
  it('tell the kind of a guest in two ways, whichever of them is set', async () => {
    client = await clientOf();
    const vm = await client.call('VM.create', vmRecord());
    const both = () =>
      Promise.all([client.call('VM.get_domain_type', vm), client.call('VM.get_HVM_boot_policy', vm)]);
    expect(await both()).toEqual(['hvm', 'BIOS order']);
    await client.call('VM.set_HVM_boot_policy', vm, '');
    expect(await both()).toEqual(['pv', '']);
    await client.call('VM.set_domain_type', vm, 'hvm');
    expect(await both()).toEqual(['hvm', 'BIOS order']);
    await client.call('VM.set_domain_type', vm, 'pvh');
    expect(await both()).toEqual(['pvh', '']);
  });

  it('let a VM be made asleep with its memory image, never running', async () => {
    client = await clientOf();
    const image = await client.call('VDI.create', { ...vdiRecord(await first('SR')), type: 'suspend' });
    const asleep = { power_state: 'Suspended', suspend_VDI: image };
    const vm = await client.call('VM.create', vmRecord(asleep));
    expect(await client.call('VM.get_record', vm)).toMatchObject(asleep);
    const awake = await client.call('VM.create', vmRecord({ ...asleep, power_state: 'Running' }));
    expect(await client.call('VM.get_record', awake)).toMatchObject({
      power_state: 'Halted',
      suspend_VDI: 'OpaqueRef:NULL',
    });
  });
});

describe('a drive', () => {
  it('of a guest that runs could be paused, if any storage still knew that', async () => {
    client = await clientOf();
    const sr = await first('SR');
    const vm = await client.call('VM.create', vmRecord());
    const drive = await client.call(
      'VBD.create',
      vbdRecord(vm, await client.call('VDI.create', vdiRecord(sr))),
    );
    const pause = () => failureOf(client.call('VBD.pause', drive));
    expect(await pause()).toEqual(['VM_BAD_POWER_STATE', vm, 'running', 'halted']);
    await client.call('VM.start', vm, false, false);
    expect(await pause()).toEqual(['SR_OPERATION_NOT_SUPPORTED', sr]);
    expect(await client.call<string[]>('VBD.get_allowed_operations', drive)).toContain('pause');
  });
});

describe('a medium', () => {
  it('may not be destroyed while it is in the drive of a running VM', async () => {
    client = await clientOf();
    const disc = await client.call('VDI.create', vdiRecord(await first('SR')));
    const vm = await client.call('VM.create', vmRecord());
    const empty = { type: 'CD', mode: 'RO', empty: true, userdevice: '3' };
    const drive = await client.call('VBD.create', vbdRecord(vm, 'OpaqueRef:NULL', empty));
    await client.call('VM.start', vm, false, false);
    const allowed = () => client.call<string[]>('VDI.get_allowed_operations', disc);
    expect(await allowed()).toContain('destroy');
    await client.call('VBD.insert', drive, disc);
    expect(await allowed()).toEqual(['clone', 'copy', 'snapshot']);
    await client.call('VBD.eject', drive);
    expect(await allowed()).toContain('destroy');
  });
});

describe('a storage', () => {
  it('is destroyed through a host that is connected to it, unless it is marked as lasting', async () => {
    client = await clientOf();
    const uuid = '7f1c4a52-0000-4000-8000-000000000001';
    const lonely = await client.call('SR.introduce', uuid, 'found', '', 'nfs', 'user', true, {});
    expect(await failureOf(client.call('SR.destroy', lonely))).toEqual(['SR_HAS_NO_PBDS', lonely]);
    expect(await failureOf(client.call('SR.update', lonely))).toEqual(['SR_HAS_NO_PBDS', lonely]);
    const host = await first('host');
    await client.call('PBD.create', { host, SR: lonely, device_config: {} });
    await client.call('SR.add_to_other_config', lonely, 'indestructible', 'true');
    expect(await failureOf(client.call('SR.destroy', lonely))).toEqual(['SR_INDESTRUCTIBLE', lonely]);
    await client.call('SR.remove_from_other_config', lonely, 'indestructible');
    await client.call('SR.destroy', lonely);
  });

  it('of several hosts does not become that of one', async () => {
    client = await clientOf();
    const shared = await first('SR');
    const pbds = await client.call<string[]>('SR.get_PBDs', shared);
    expect(pbds.length).toBeGreaterThan(1);
    const failure = await failureOf(client.call('SR.set_shared', shared, false));
    expect(failure).toEqual(['SR_HAS_MULTIPLE_PBDS', ...pbds]);
    await client.call('SR.set_shared', shared, true);
  });
});
