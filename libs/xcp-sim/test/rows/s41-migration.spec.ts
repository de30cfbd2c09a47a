// Live migration and storage motion: hosts, disks, networks, limits, what stays when it fails.
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

const TWO_SRS = [
  { name: 'one', sizeBytes: 1000 * GIB, type: 'nfs' },
  { name: 'two', sizeBytes: 1000 * GIB, type: 'nfs' },
];

async function hosts(): Promise<string[]> {
  return client.call<string[]>('host.get_all');
}

async function srNamed(name: string): Promise<string> {
  return (await client.call<string[]>('SR.get_by_name_label', name))[0] ?? '';
}

/** A running VM with a disk on `one`. */
async function guest(host: string): Promise<{ vm: string; vdi: string; vbd: string }> {
  const vm = await client.call('VM.create', vmRecord());
  const vdi = await client.call('VDI.create', vdiRecord(await srNamed('one')));
  const vbd = await client.call('VBD.create', vbdRecord(vm, vdi));
  await client.call('VM.start_on', vm, host, false, false);
  return { vm, vdi, vbd };
}

async function destination(host: string): Promise<Record<string, string>> {
  const [network = ''] = await client.call<string[]>('network.get_all');
  return client.call<Record<string, string>>('host.migrate_receive', host, network, {});
}

describe('VM.pool_migrate', () => {
  it('moves the domain: another host, another domid, another console; devices stay', async () => {
    client = await clientOf({ storage: TWO_SRS });
    const [first = '', second = ''] = await hosts();
    const { vm, vbd } = await guest(first);
    await client.clock.advance(1000);
    const before = await client.call<Record<string, unknown>>('VM.get_record', vm);
    await client.call('VM.pool_migrate', vm, second, { live: 'true' });
    await client.clock.advance(1000);
    const after = await client.call<Record<string, unknown>>('VM.get_record', vm);
    expect(after['resident_on']).toBe(second);
    expect(after['domid']).not.toBe(before['domid']);
    expect(after['consoles']).not.toEqual(before['consoles']);
    expect(await client.call('VBD.get_currently_attached', vbd)).toBe(true);
  });

  it('leaves the VM where it is when the target dies on the way', async () => {
    client = await clientOf({ storage: TWO_SRS, profile: 'default-nfs' });
    const [first = '', second = ''] = await hosts();
    const { vm } = await guest(first);
    const moving = client.run('VM.pool_migrate', vm, second, { live: 'true' });
    await client.clock.advance(500);
    new WorldEvents(client.pool).hostDown(1);
    expect((await moving).error).toEqual(['CANNOT_CONTACT_HOST', second]);
    expect(await client.call('VM.get_resident_on', vm)).toBe(first);
    expect(client.pool.reservations.size).toBe(0);
  });
});

describe('storage motion', () => {
  it('takes disks to another SR while the VM runs: same VM, new disk, space booked and given back', async () => {
    client = await clientOf({ storage: TWO_SRS, profile: 'default-nfs' });
    const [first = '', second = ''] = await hosts();
    const { vm, vdi, vbd } = await guest(first);
    const target = await srNamed('two');
    const used = await client.call<number>('SR.get_physical_utilisation', target);
    const dest = await destination(second);
    expect(Object.keys(dest).toSorted()).toEqual(['SM', 'host', 'master', 'session_id', 'xenops']);
    await client.call('VM.assert_can_migrate', vm, dest, true, { [vdi]: target }, {}, {});
    const outcome = await client.run('VM.migrate_send', vm, dest, true, { [vdi]: target }, {}, {});
    expect(outcome).toMatchObject({ status: 'success', result: `<value>${vm}</value>` });
    const moved = await client.call('VBD.get_VDI', vbd);
    expect(moved).not.toBe(vdi);
    expect(await client.call('VDI.get_SR', moved)).toBe(target);
    expect(await failureOf(client.call('VDI.get_uuid', vdi))).toEqual(['HANDLE_INVALID', 'VDI', vdi]);
    expect(await client.call<number>('SR.get_physical_utilisation', target)).toBeGreaterThan(used);
    expect(await client.call('VM.get_resident_on', vm)).toBe(second);
    expect(await client.call('VM.get_power_state', vm)).toBe('Running');
  });

  it('says beforehand what is missing', async () => {
    client = await clientOf({ storage: TWO_SRS });
    const [first = '', second = ''] = await hosts();
    const { vm, vdi } = await guest(first);
    const target = await srNamed('two');
    const dest = await destination(second);
    const check = (map: Record<string, string>, options = {}, to = dest): Promise<string[]> =>
      failureOf(client.call('VM.assert_can_migrate', vm, to, true, map, {}, options));
    const world = new WorldEvents(client.pool);
    const host = client.pool.db.get('host', second);
    expect(await check({ [vdi]: target }, {}, { ...dest, session_id: 'OpaqueRef:gone' })).toEqual([
      'VM_MIGRATE_CONTACT_REMOTE_SERVICE_FAILED',
    ]);
    expect(await check({ [vdi]: target }, {}, {})).toEqual(['INTERNAL_ERROR', 'Not_found']);
    expect(await check({ [vdi]: target }, { copy: 'true' })).toEqual([
      'VM_BAD_POWER_STATE',
      vm,
      'halted',
      'running',
    ]);
    world.administrator.setSrPlugged(client.pool.db.get('SR', target), host, 'unplugged');
    expect(await check({ [vdi]: target })).toEqual(['HOST_CANNOT_SEE_SR', second, target]);
    world.administrator.setSrPlugged(client.pool.db.get('SR', target), host, 'plugged');
    world.administrator.setSrPlugged(client.pool.db.get('SR', await srNamed('one')), host, 'unplugged');
    expect(await check({})).toEqual(['VDI_NOT_IN_MAP', vdi]);
    await client.call('VM.assert_can_migrate', vm, dest, true, { [vdi]: target }, {}, {});
    world.setSrFull(client.pool.db.get('SR', target), 'full');
    expect((await check({ [vdi]: target }))[0]).toBe('SR_BACKEND_FAILURE_44');
  });

  it('copies a halted VM with its networks, and leaves the original alone', async () => {
    client = await clientOf({ storage: TWO_SRS });
    const [first = '', second = ''] = await hosts();
    const { vm, vdi } = await guest(first);
    const [network = ''] = await client.call<string[]>('network.get_all');
    const other = await client.call('network.create', { name_label: 'other', other_config: {} });
    await client.call('VM.hard_shutdown', vm);
    const vif = await client.call('VIF.create', vifRecord(vm, network));
    const dest = await destination(second);
    const copy = await client.call(
      'VM.migrate_send',
      vm,
      dest,
      false,
      { [vdi]: await srNamed('two') },
      { [vif]: other },
      { copy: 'true' },
    );
    expect(copy).not.toBe(vm);
    const [twin = ''] = await client.call<string[]>('VM.get_VIFs', copy);
    expect(await client.call('VIF.get_network', twin)).toBe(other);
    expect(await client.call('VIF.get_network', vif)).toBe(network);
    expect(await client.call<string[]>('VM.get_VBDs', copy)).toHaveLength(1);
    expect(await client.call('VDI.get_SR', vdi)).toBe(await srNamed('one'));
  });

  it('serves three VMs of a host at a time and turns the fourth away', async () => {
    client = await clientOf({ storage: TWO_SRS, profile: 'default-nfs' });
    const [first = '', second = ''] = await hosts();
    const guests = await Promise.all(Array.from({ length: 4 }, () => guest(first)));
    const dest = await destination(second);
    const target = await srNamed('two');
    const outcomes = await Promise.all(
      guests.map(({ vm, vdi }) => client.run('VM.migrate_send', vm, dest, true, { [vdi]: target }, {}, {})),
    );
    expect(outcomes.filter(({ status }) => status === 'success')).toHaveLength(3);
    expect(outcomes.flatMap(({ error }) => (error.length > 0 ? [error] : []))).toEqual([
      ['TOO_MANY_STORAGE_MIGRATES', '3'],
    ]);
  });

  it('moves one disk under a running VM, and only there', async () => {
    client = await clientOf({ storage: TWO_SRS });
    const [first = ''] = await hosts();
    const { vm, vdi, vbd } = await guest(first);
    const target = await srNamed('two');
    const moved = await client.call('VDI.pool_migrate', vdi, target, {});
    expect(await client.call('VBD.get_VDI', vbd)).toBe(moved);
    await client.call('VM.hard_shutdown', vm);
    expect(await failureOf(client.call('VDI.pool_migrate', moved, await srNamed('one'), {}))).toEqual([
      'VDI_NEEDS_VM_FOR_MIGRATE',
      moved,
    ]);
  });

  it('removes the new disks when it is cancelled', async () => {
    client = await clientOf({ storage: TWO_SRS, profile: 'default-nfs' });
    const [first = '', second = ''] = await hosts();
    const { vm, vdi } = await guest(first);
    const target = await srNamed('two');
    const before = await client.call<string[]>('VDI.get_all');
    const task = await client.call(
      'Async.VM.migrate_send',
      vm,
      await destination(second),
      true,
      { [vdi]: target },
      {},
      {},
    );
    await client.clock.advance(6000);
    await client.call('task.cancel', task);
    await client.clock.runUntilIdle();
    expect(await client.call('task.get_status', task)).toBe('cancelled');
    expect(await client.call('VDI.get_all')).toEqual(before);
    expect(await client.call('VM.get_current_operations', vm)).toEqual({});
  });
});
