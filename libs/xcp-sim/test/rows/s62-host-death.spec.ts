// S62, S63: hosts die, with and without high availability; the pool finds a master again.
import { afterEach, describe, expect, it } from 'vitest';
import { WorldEvents } from '@openvsys/xcp-sim';
import { clientOf, failureOf, GIB, vmRecord, type Client } from '../support/pool-under-test.js';

let client: Client;

afterEach(() => {
  expect(client.pool.crashes).toEqual([]);
  client.close();
});

/** A call to any host, with a session of its own unless one is given. */
async function at(
  index: number,
  method: string,
  params: unknown[] = [],
  login = 'session.login_with_password',
): Promise<unknown> {
  const { value: session } = await client.pool.dispatch(index, { method: login, params: ['root', 'secret'] });
  return (await client.pool.dispatch(index, { method, params: [session, ...params] })).value;
}

async function protectedVm(
  name: string,
  host: string,
  changes: Record<string, unknown> = {},
): Promise<string> {
  const vm = await client.call('VM.create', vmRecord({ name_label: name, ...changes }));
  await client.call('VM.set_ha_restart_priority', vm, 'restart');
  await client.call('VM.start_on', vm, host, false, false);
  return vm;
}

describe('S63 a pool without master', () => {
  it('goes into emergency; a member takes over by hand and tells the others', async () => {
    client = await clientOf({ profile: 'default-nfs' });
    const vm = await client.call('VM.create', vmRecord());
    new WorldEvents(client.pool).hostDown(0);
    await expect(client.call('VM.get_uuid', vm)).rejects.toMatchObject({ kind: 'disconnected' });
    await client.clock.advance(10_000);
    expect(await failureOf(at(1, 'pool.get_all'))).toEqual(['HOST_IS_SLAVE', '10.0.0.1']);
    await client.clock.advance(120_000);
    expect(await failureOf(at(1, 'pool.get_all'))).toEqual(['HOST_STILL_BOOTING']);
    expect(await failureOf(at(2, 'pool.get_all'))).toEqual(['HOST_STILL_BOOTING']);

    await at(1, 'pool.emergency_transition_to_master', [], 'session.slave_local_login_with_password');
    await client.clock.advance(120_000);
    expect(await at(1, 'VM.get_power_state', [vm])).toBe('Halted');
    expect(await failureOf(at(2, 'pool.get_all'))).toEqual(['HOST_STILL_BOOTING']);
    const recovered = (await at(1, 'pool.recover_slaves')) as string[];
    expect(recovered).toEqual([client.pool.hosts[2]?.row.ref]);
    expect(await failureOf(at(2, 'pool.get_all'))).toEqual(['HOST_IS_SLAVE', '10.0.0.2']);
    expect(await at(1, 'pool.get_master', [client.pool.pool.ref])).toBe(client.pool.hosts[1]?.row.ref);
  });

  it('is whole again when the master comes back, without its sessions', async () => {
    client = await clientOf();
    const world = new WorldEvents(client.pool);
    world.hostDown(0);
    await client.clock.advance(200_000);
    world.hostUp(0);
    expect(await failureOf(client.call('pool.get_all'))).toEqual(['SESSION_INVALID', client.session]);
    expect(await failureOf(at(1, 'pool.get_all'))).toEqual(['HOST_IS_SLAVE', '10.0.0.1']);
  });

  it('changes its master by plan: the call answers, then both restart', async () => {
    client = await clientOf({ profile: 'default-nfs' });
    const [, next = ''] = await client.call<string[]>('host.get_all');
    await client.call('pool.designate_new_master', next);
    expect(await failureOf(client.call('pool.designate_new_master', next))).toEqual([
      'DESIGNATE_NEW_MASTER_IN_PROGRESS',
    ]);
    await client.clock.advance(6000);
    await expect(at(1, 'pool.get_all')).rejects.toMatchObject({ kind: 'disconnected' });
    await client.clock.advance(120_000);
    expect(await at(1, 'pool.get_master', [client.pool.pool.ref])).toBe(next);
    expect(await failureOf(at(0, 'pool.get_all'))).toEqual(['HOST_IS_SLAVE', '10.0.0.2']);
  });

  it('may be misled: a wrong address, two masters, a wrong clock', async () => {
    client = await clientOf();
    const world = new WorldEvents(client.pool);
    world.misleadMember(1, '192.0.2.9');
    expect(await failureOf(at(1, 'pool.get_all'))).toEqual(['HOST_IS_SLAVE', '192.0.2.9']);
    world.secondMaster(2);
    expect(await at(2, 'pool.get_all')).toEqual(await at(0, 'pool.get_all'));
    const [host = ''] = await client.call<string[]>('host.get_all');
    const before = await client.call('host.get_servertime', host);
    world.skewClock(0, 3_600_000);
    expect(await client.call('host.get_servertime', host)).not.toBe(before);
  });
});

describe('high availability', () => {
  it('needs shared storage and two enabled hosts, and leaves nothing behind when it ends', async () => {
    client = await clientOf();
    const [sr = ''] = await client.call<string[]>('SR.get_all');
    const [host = ''] = await client.call<string[]>('host.get_all');
    const local = await client.call('SR.create', host, {}, 100 * GIB, 'local', '', 'ext', 'user', false, {});
    expect(await failureOf(client.call('pool.disable_ha'))).toEqual(['HA_NOT_ENABLED']);
    expect(await failureOf(client.call('pool.enable_ha', [local], {}))).toEqual([
      'HA_CONSTRAINT_VIOLATION_SR_NOT_SHARED',
      local,
    ]);
    await client.call('host.disable', host);
    expect(await failureOf(client.call('pool.enable_ha', [sr], {}))).toEqual(['HOST_DISABLED', host]);
    await client.call('host.enable', host);
    const before = await client.call('VDI.get_all');
    await client.call('pool.enable_ha', [sr], { timeout: '45' });
    const pool = client.pool.pool.ref;
    expect(await client.call('pool.get_ha_statefiles', pool)).toHaveLength(1);
    expect(await client.call('pool.get_ha_configuration', pool)).toEqual({ timeout: '45' });
    expect(await client.call('host.get_ha_network_peers', host)).toHaveLength(3);
    expect(await client.call<string[]>('pool.get_allowed_operations', pool)).toContain('ha_disable');
    expect(await failureOf(client.call('pool.enable_ha', [sr], {}))).toEqual(['HA_IS_ENABLED']);
    await client.call('pool.disable_ha');
    expect(await client.call('VDI.get_all')).toEqual(before);
    expect(await client.call('pool.get_ha_statefiles', pool)).toEqual([]);
  });

  it('counts how many hosts may fail, and refuses what would break the promise', async () => {
    client = await clientOf({ hostMemoryBytes: 24 * GIB });
    const [first = '', second = '', third = ''] = await client.call<string[]>('host.get_all');
    const six = { memory_static_max: 6 * GIB, memory_dynamic_max: 6 * GIB, memory_dynamic_min: 6 * GIB };
    await client.call('pool.enable_ha', [], {});
    for (const host of [first, second]) await protectedVm('a', host, six);
    expect(await client.call('pool.ha_compute_max_host_failures_to_tolerate')).toBe(2);
    for (const host of [first, second, third]) await protectedVm('b', host, six);
    expect(await client.call('pool.ha_compute_max_host_failures_to_tolerate')).toBe(1);
    const pool = client.pool.pool.ref;
    expect(await client.call('pool.get_ha_plan_exists_for', pool)).toBe(1);
    expect(await failureOf(client.call('pool.set_ha_host_failures_to_tolerate', pool, 2))).toEqual([
      'HA_NO_PLAN',
    ]);
    await client.call('pool.set_ha_host_failures_to_tolerate', pool, 1);
    const onTop = await client.call(
      'VM.create',
      vmRecord({
        ...six,
        memory_static_max: 10 * GIB,
        memory_dynamic_max: 10 * GIB,
        memory_dynamic_min: 10 * GIB,
      }),
    );
    await client.call('VM.set_ha_restart_priority', onTop, 'restart');
    expect(await failureOf(client.call('VM.start', onTop, false, false))).toEqual([
      'HA_OPERATION_WOULD_BREAK_FAILOVER_PLAN',
    ]);
    await client.call('VM.set_ha_restart_priority', onTop, '');
    await client.call('VM.start', onTop, false, false);
    expect(await failureOf(client.call('host.disable', first))).toEqual([
      'HA_OPERATION_WOULD_BREAK_FAILOVER_PLAN',
    ]);
    const plan = await client.call<Record<string, Record<string, string>>>(
      'pool.ha_compute_vm_failover_plan',
      [first],
      [onTop],
    );
    expect(Object.keys(plan)).toEqual([onTop]);
  });

  it('restarts what it protects, in order, and leaves the rest', async () => {
    client = await clientOf({ profile: 'default-nfs' });
    const [, second = ''] = await client.call<string[]>('host.get_all');
    await client.call('pool.enable_ha', [], {});
    const late = await protectedVm('late', second);
    await client.call('VM.set_order', late, 2);
    const early = await protectedVm('early', second);
    await client.call('VM.set_order', early, 1);
    await client.call('VM.set_start_delay', early, 30);
    const plain = await client.call('VM.create', vmRecord());
    await client.call('VM.start_on', plain, second, false, false);
    const stopped = await protectedVm('stopped', second);
    await client.call('VM.hard_shutdown', stopped);

    client.pool.log.reset();
    new WorldEvents(client.pool).hostDown(1);
    await client.clock.advance(50_000);
    expect(await client.call('VM.get_power_state', early)).toBe('Running');
    await client.clock.advance(300_000);
    for (const vm of [early, late]) {
      expect(await client.call('VM.get_power_state', vm)).toBe('Running');
      expect(await client.call('VM.get_resident_on', vm)).not.toBe(second);
    }
    for (const vm of [plain, stopped]) expect(await client.call('VM.get_power_state', vm)).toBe('Halted');
    const starts = client.pool.log.list().filter((entry) => entry.method === 'VM.start');
    expect(starts.map((entry) => entry.originator)).toEqual(['xapi', 'xapi']);
    expect((starts[1]?.start ?? 0) - (starts[0]?.end ?? 0)).toBeGreaterThanOrEqual(30_000);
    const metrics = await client.call('host.get_metrics', second);
    expect(await client.call('host_metrics.get_live', metrics)).toBe(false);
  });

  it('elects another master within minutes; sessions are gone, VMs are up', async () => {
    client = await clientOf({ profile: 'default-nfs' });
    const [first = ''] = await client.call<string[]>('host.get_all');
    await client.call('pool.enable_ha', [], {});
    const vm = await protectedVm('on the master', first);
    const task = await client.call('Async.VM.clean_reboot', vm);
    new WorldEvents(client.pool).hostDown(0);
    await client.clock.advance(70_000);
    const during = await failureOf(at(1, 'pool.get_all')).catch(() => ['refused']);
    expect(['HOST_STILL_BOOTING', 'refused']).toContain(during[0]);
    await client.clock.advance(300_000);
    expect(await at(1, 'VM.get_power_state', [vm])).toBe('Running');
    expect(await failureOf(at(1, 'task.get_status', [task]))).toEqual(['HANDLE_INVALID', 'task', task]);
    expect(await failureOf(at(2, 'pool.get_all'))).toEqual(['HOST_IS_SLAVE', '10.0.0.2']);
    const world = new WorldEvents(client.pool);
    world.hostUp(0);
    expect(await failureOf(at(0, 'pool.get_all'))).toEqual(['HOST_IS_SLAVE', '10.0.0.2']);
  });

  it('starts again what a guest or an administrator stopped without the API', async () => {
    client = await clientOf();
    const [, second = ''] = await client.call<string[]>('host.get_all');
    await client.call('pool.enable_ha', [], {});
    const vm = await protectedVm('always on', second);
    new WorldEvents(client.pool).administrator.guestShutsDown(client.pool.db.get('VM', vm));
    expect(await client.call('VM.get_power_state', vm)).toBe('Halted');
    await client.clock.advance(10_000);
    expect(await client.call('VM.get_power_state', vm)).toBe('Running');
  });
});

describe('S62 a dead host', () => {
  it('keeps its disks locked and its VMs Running until somebody declares it dead', async () => {
    client = await clientOf();
    const hosts = await client.call<string[]>('host.get_all');
    const vm = await client.call('VM.create', vmRecord());
    await client.call('VM.start_on', vm, hosts[1], false, false);
    const world = new WorldEvents(client.pool);
    expect(await failureOf(client.call('host.declare_dead', hosts[1]))).toEqual(['HOST_IS_LIVE', hosts[1]]);
    world.hostDown(1);
    expect(await failureOf(client.call('VM.pool_migrate', vm, hosts[2], { live: 'true' }))).toEqual([
      'CANNOT_CONTACT_HOST',
      hosts[1],
    ]);
    await client.call('host.declare_dead', hosts[1]);
    expect(await client.call('VM.get_power_state', vm)).toBe('Halted');
    await client.call('VM.start', vm, false, false);
  });
});
