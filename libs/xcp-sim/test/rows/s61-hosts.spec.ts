// S61: evacuation, maintenance and restarts of hosts.
import { afterEach, describe, expect, it } from 'vitest';
import { WorldEvents } from '@openvsys/xcp-sim';
import { clientOf, failureOf, GIB, vifRecord, vmRecord, type Client } from '../support/pool-under-test.js';

let client: Client;

afterEach(() => {
  expect(client.pool.crashes).toEqual([]);
  client.close();
});

async function runningOn(host: string, changes: Record<string, unknown> = {}): Promise<string> {
  const vm = await client.call('VM.create', vmRecord(changes));
  await client.call('VM.start_on', vm, host, false, false);
  return vm;
}

function hosts(): Promise<string[]> {
  return client.call<string[]>('host.get_all');
}

async function guestsOn(host: string): Promise<string[]> {
  const control = await client.call('host.get_control_domain', host);
  return (await client.call<string[]>('host.get_resident_VMs', host)).filter((vm) => vm !== control);
}

describe('S61 host.evacuate', () => {
  it('moves ten VMs at a time, or as many as asked, and leaves none behind', async () => {
    client = await clientOf({ profile: 'default-nfs' });
    const [, host = ''] = await hosts();
    await Promise.all(Array.from({ length: 14 }, () => runningOn(host)));
    await client.call('host.disable', host);
    const together = (): number =>
      client.pool.db
        .rows('VM')
        .filter((vm) => Object.values(vm.map('current_operations')).includes('pool_migrate')).length;
    let most = 0;
    client.pool.db.onChange(() => (most = Math.max(most, together())));
    expect(await client.run('host.evacuate', host)).toMatchObject({ status: 'success' });
    expect(most).toBe(10);
    expect(await guestsOn(host)).toEqual([]);

    await client.call('host.enable', host);
    await Promise.all(Array.from({ length: 4 }, () => runningOn(host)));
    most = 0;
    await client.call('host.evacuate', host, 'OpaqueRef:NULL', 2);
    expect(most).toBe(2);
    expect(await guestsOn(host)).toEqual([]);
  });

  it('is refused as a whole, with the reason of every VM that cannot leave', async () => {
    client = await clientOf({ hostCount: 2, hostMemoryBytes: 16 * GIB });
    const [first = '', second = ''] = await hosts();
    const large = { memory_static_max: 8 * GIB, memory_dynamic_max: 8 * GIB, memory_dynamic_min: 8 * GIB };
    await runningOn(first, large);
    const tooLarge = await runningOn(second, large);
    const pinned = await runningOn(second);
    await client.call('VM.add_to_blocked_operations', pinned, 'pool_migrate', 'licence dongle');
    await runningOn(second);
    const reasons = await client.call<Record<string, string[]>>(
      'host.get_vms_which_prevent_evacuation',
      second,
    );
    expect(reasons).toEqual({
      [tooLarge]: ['HOST_NOT_ENOUGH_FREE_MEMORY', tooLarge],
      [pinned]: ['OPERATION_BLOCKED', pinned, 'licence dongle'],
    });
    const expected = [
      'CANNOT_EVACUATE_HOST',
      `HOST_NOT_ENOUGH_FREE_MEMORY,${tooLarge}|OPERATION_BLOCKED,${pinned},licence dongle`,
    ];
    expect(await failureOf(client.call('host.assert_can_evacuate', second))).toEqual(expected);
    expect((await client.run('host.evacuate', second)).error).toEqual(expected);
    expect(await guestsOn(second)).toHaveLength(3);
  });

  it('names the network that only this host has, and that there is no other host', async () => {
    client = await clientOf({ hostCount: 2 });
    const [first = '', second = ''] = await hosts();
    const network = await client.call('network.create', { name_label: 'private', other_config: {} });
    const vm = await client.call('VM.create', vmRecord());
    await client.call('VIF.create', vifRecord(vm, network));
    const neighbour = await client.call('VM.create', vmRecord());
    await client.call('VIF.create', vifRecord(neighbour, network));
    await client.call('VM.start_on', vm, first, false, false);
    await client.call('VM.start_on', neighbour, first, false, false);
    expect(await failureOf(client.call('host.assert_can_evacuate', first))).toEqual([
      'CANNOT_EVACUATE_HOST',
      expect.stringContaining(`VM_REQUIRES_NETWORK,${vm},${network}`),
    ]);
    await client.call('host.disable', second);
    await client.call('VM.hard_shutdown', neighbour);
    expect(await failureOf(client.call('host.assert_can_evacuate', first))).toEqual([
      'CANNOT_EVACUATE_HOST',
      `NO_HOSTS_AVAILABLE,${vm}`,
    ]);
  });
});

describe('hosts', () => {
  it('reboot only when disabled and empty, are dark meanwhile and enable themselves', async () => {
    client = await clientOf({ profile: 'default-nfs' });
    const [, host = ''] = await hosts();
    const vm = await runningOn(host);
    expect(await failureOf(client.call('host.reboot', host))).toEqual(['HOST_NOT_DISABLED']);
    await client.call('host.disable', host);
    expect(await failureOf(client.call('host.reboot', host))).toEqual(['HOST_IN_USE', host, 'VM', vm]);
    await client.call('host.evacuate', host);
    await client.call('host.reboot', host);
    const metrics = await client.call('host.get_metrics', host);
    await client.clock.advance(1000);
    expect(await client.call('host_metrics.get_live', metrics)).toBe(false);
    expect(
      await failureOf(
        client.call('VM.start_on', await client.call('VM.create', vmRecord()), host, false, false),
      ),
    ).toEqual(['HOST_NOT_LIVE']);
    await client.clock.advance(600_000);
    expect(await client.call('host_metrics.get_live', metrics)).toBe(true);
    expect(await client.call('host.get_enabled', host)).toBe(true);
    await runningOn(host);
  });

  it('stay off after a shutdown, can be powered on by their controller, and forgotten when they are gone', async () => {
    client = await clientOf({ profile: 'default-nfs' });
    const [, second = '', third = ''] = await hosts();
    for (const host of [second, third]) {
      await client.call('host.disable', host);
      await client.call('host.shutdown', host);
    }
    await client.clock.advance(3_600_000);
    expect(await failureOf(client.call('host.power_on', second))).toEqual(['HOST_POWER_ON_MODE_DISABLED']);
    await client.call('host.set_power_on_mode', second, 'IPMI', {});
    await client.call('host.power_on', second);
    await client.clock.advance(600_000);
    expect(await client.call('host.get_enabled', second)).toBe(true);
    expect(await failureOf(client.call('host.destroy', second))).toEqual(['HOST_IS_LIVE', second]);
    await client.call('host.destroy', third);
    expect(await hosts()).toHaveLength(2);
    const pbds = await client.call<Record<string, { host: string }>>('PBD.get_all_records');
    expect(Object.values(pbds).map((pbd) => pbd.host)).not.toContain(third);
  });

  it('restart their toolstack: a member answers HOST_STILL_BOOTING, then that it is a slave', async () => {
    client = await clientOf({ profile: 'default-nfs' });
    const [, host = ''] = await hosts();
    const vm = await runningOn(host);
    const asMember = (): Promise<string[]> =>
      failureOf(client.pool.dispatch(1, { method: 'VM.get_all', params: [client.session] }));
    await client.call('host.restart_agent', host);
    await client.clock.advance(200);
    await expect(
      client.pool.dispatch(1, { method: 'VM.get_all', params: [client.session] }),
    ).rejects.toMatchObject({ kind: 'disconnected' });
    const answers = new Set<string>();
    for (let second = 0; second < 60; second += 1) {
      await client.clock.advance(1000);
      answers.add((await asMember().catch(() => ['refused']))[0] ?? '');
    }
    expect([...answers]).toEqual(['refused', 'HOST_STILL_BOOTING', 'HOST_IS_SLAVE']);
    expect(await client.call('VM.get_power_state', vm)).toBe('Running');
    expect(await client.call('pool.get_all')).toHaveLength(1);
  });

  it('join with the VLANs of the pool and can run its VMs', async () => {
    client = await clientOf({ hostCount: 1 });
    const [pif = ''] = await client.call<string[]>('PIF.get_all');
    const network = await client.call('network.create', { name_label: 'tenant', other_config: {} });
    await client.call('pool.create_VLAN_from_PIF', pif, network, 12);
    const index = new WorldEvents(client.pool).hostJoins();
    const [, joined = ''] = await hosts();
    expect(client.pool.hostAt(index).row.ref).toBe(joined);
    const vm = await client.call('VM.create', vmRecord());
    await client.call('VIF.create', vifRecord(vm, network));
    await client.call('VM.start_on', vm, joined, false, false);
    expect(await client.call('network.get_PIFs', network)).toHaveLength(2);
    expect(
      await failureOf(client.pool.dispatch(index, { method: 'VM.get_all', params: [client.session] })),
    ).toEqual(['HOST_IS_SLAVE', '10.0.0.1']);
  });

  it('leave the pool when ejected, with what is theirs alone; the master and busy ones are refused', async () => {
    client = await clientOf();
    const [first = '', second = ''] = await hosts();
    const local = await client.call(
      'SR.create',
      second,
      {},
      100 * GIB,
      'local',
      '',
      'ext',
      'user',
      false,
      {},
    );
    const vm = await runningOn(second);
    expect((await failureOf(client.call('pool.eject', first)))[0]).toBe('OPERATION_NOT_ALLOWED');
    expect(await failureOf(client.call('pool.eject', second))).toEqual(['HOST_HAS_RESIDENT_VMS', second]);
    await client.call('VM.hard_shutdown', vm);
    await client.call('pool.eject', second);
    expect(await hosts()).not.toContain(second);
    expect(await failureOf(client.call('SR.get_uuid', local))).toEqual(['HANDLE_INVALID', 'SR', local]);
    expect(await failureOf(client.call('pool.join', 'elsewhere', 'root', 'x'))).toEqual([
      'JOINING_HOST_CANNOT_BE_MASTER_OF_OTHER_HOSTS',
    ]);
  });
});
