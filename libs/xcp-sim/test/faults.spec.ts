// Faults on request and changes of the world: what the client sees, and what really happened.
import { afterEach, describe, expect, it } from 'vitest';
import { WorldEvents } from '@openvsys/xcp-sim';
import { clientOf, failureOf, vdiRecord, vmRecord, type Client } from './support/pool-under-test.js';

let client: Client;

afterEach(() => {
  expect(client.pool.crashes).toEqual([]);
  client.close();
});

async function countOf(cls: string): Promise<number> {
  return (await client.call<string[]>(`${cls}.get_all`)).length;
}

describe('fault rules', () => {
  it('fail the n-th call only', async () => {
    client = await clientOf();
    client.pool.faults.add({
      method: 'VM.create',
      nth: 2,
      count: 1,
      effect: { kind: 'error', code: 'TOO_BUSY' },
    });
    await client.call('VM.create', vmRecord());
    expect(await failureOf(client.call('VM.create', vmRecord()))).toEqual(['TOO_BUSY']);
    await client.call('VM.create', vmRecord());
  });

  it('put the error of an asynchronous call into its task', async () => {
    client = await clientOf();
    const vm = await client.call('VM.create', vmRecord());
    client.pool.faults.add({
      method: 'VM.start',
      effect: { kind: 'error', code: 'VDI_IN_USE', params: ['r', 'attach'] },
    });
    expect(await client.run('VM.start', vm, false, false)).toMatchObject({
      status: 'failure',
      error: ['VDI_IN_USE', 'r', 'attach'],
    });
    expect(await client.call('VM.get_power_state', vm)).toBe('Halted');
  });

  it('lose the answer after the effect, or the request before it', async () => {
    client = await clientOf();
    const before = await countOf('VM');
    const lostAnswer = client.pool.faults.add({
      method: 'VM.create',
      count: 1,
      effect: { kind: 'lose-answer' },
    });
    await expect(client.call('VM.create', vmRecord())).rejects.toMatchObject({ kind: 'disconnected' });
    expect(await countOf('VM')).toBe(before + 1);
    lostAnswer.remove();
    client.pool.faults.add({ method: 'VM.create', count: 1, effect: { kind: 'lose-request' } });
    await expect(client.call('VM.create', vmRecord())).rejects.toMatchObject({ kind: 'disconnected' });
    expect(await countOf('VM')).toBe(before + 1);
    expect(client.pool.log.list().map((entry) => entry.fault)).toContain('lose-answer');
  });

  it('lose the answer of an asynchronous call while its task goes on', async () => {
    client = await clientOf({ profile: 'default-nfs' });
    const vm = await client.call('VM.create', vmRecord());
    client.pool.faults.add({ method: 'Async.VM.start', count: 1, effect: { kind: 'lose-answer' } });
    await expect(client.call('Async.VM.start', vm, false, false)).rejects.toMatchObject({
      kind: 'disconnected',
    });
    await client.clock.runUntilIdle();
    expect(await client.call('VM.get_power_state', vm)).toBe('Running');
  });

  it('slow a call down and match single objects', async () => {
    client = await clientOf();
    const [one, two] = [
      await client.call('VM.create', vmRecord()),
      await client.call('VM.create', vmRecord()),
    ];
    client.pool.faults.add({ method: '*', object: one, effect: { kind: 'slow', ms: 9000 } });
    const before = client.clock.now();
    await client.call('VM.get_uuid', two);
    expect(client.clock.now() - before).toBe(0);
    await client.call('VM.get_uuid', one);
    expect(client.clock.now() - before).toBe(9000);
  });

  it('never answer when hanging, until the connection is cut', async () => {
    client = await clientOf();
    client.pool.faults.add({ method: 'VM.get_all', effect: { kind: 'hang' } });
    let settled = false;
    const hanging = client.call('VM.get_all').finally(() => (settled = true));
    hanging.catch(() => undefined);
    await client.clock.advance(3_600_000);
    expect(settled).toBe(false);
    new WorldEvents(client.pool).poolUnreachable(1000);
    await expect(hanging).rejects.toMatchObject({ kind: 'disconnected' });
  });

  it('refuse impossible rules', async () => {
    client = await clientOf();
    expect(() => client.pool.faults.add({ method: '*', nth: 0, effect: { kind: 'hang' } })).toThrow(
      RangeError,
    );
    expect(() => client.pool.faults.add({ method: '*', probability: 0, effect: { kind: 'hang' } })).toThrow(
      RangeError,
    );
  });
});

describe('the world', () => {
  it('takes a host away: refused at once, "live" for ten minutes, its VMs still Running', async () => {
    client = await clientOf();
    const world = new WorldEvents(client.pool);
    const hosts = await client.call<string[]>('host.get_all');
    const vm = await client.call('VM.create', vmRecord({ affinity: hosts[1] }));
    await client.call('VM.start', vm, false, false);
    world.hostDown(1);
    expect(await failureOf(client.call('VM.hard_shutdown', vm))).toEqual(['CANNOT_CONTACT_HOST', hosts[1]]);
    const metrics = await client.call('host.get_metrics', hosts[1]);
    await client.clock.advance(9 * 60_000);
    expect(await client.call('host_metrics.get_live', metrics)).toBe(true);
    await client.clock.advance(2 * 60_000);
    expect(await client.call('host_metrics.get_live', metrics)).toBe(false);
    expect(await client.call('VM.get_power_state', vm)).toBe('Running');
    expect(await failureOf(client.call('VM.hard_shutdown', vm))).toEqual(['HOST_OFFLINE', hosts[1]]);
    await client.call('VM.power_state_reset', vm);
    expect(await client.call('VM.get_power_state', vm)).toBe('Halted');
  });

  it('takes what a dying host was doing with it, while an unreachable pool goes on working', async () => {
    client = await clientOf({ profile: 'default-nfs' });
    const world = new WorldEvents(client.pool);
    const hosts = await client.call<string[]>('host.get_all');
    const [doomed, other] = [
      await client.call('VM.create', vmRecord({ affinity: hosts[1] })),
      await client.call('VM.create', vmRecord()),
    ];
    const starting = client.run('VM.start', doomed, false, false);
    await client.call('VM.get_uuid', doomed);
    world.hostDown(1);
    expect((await starting).error).toEqual(['CANNOT_CONTACT_HOST', hosts[1]]);
    expect(await client.call('VM.get_power_state', doomed)).toBe('Halted');
    await client.call('host.disable', hosts[1]);

    const task = await client.call('Async.VM.start', other, false, false);
    world.poolUnreachable(60_000);
    await expect(client.call('VM.get_uuid', other)).rejects.toMatchObject({ kind: 'disconnected' });
    await client.clock.advance(61_000);
    expect(await client.call('task.get_status', task)).toBe('success');
    expect(await client.call('VM.get_power_state', other)).toBe('Running');
  });

  it('restarts the toolstack: sessions and tasks are lost, objects are not', async () => {
    client = await clientOf({ profile: 'default-nfs' });
    const vm = await client.call('VM.create', vmRecord());
    const task = await client.call('Async.VM.start', vm, false, false);
    new WorldEvents(client.pool).restartToolstack();
    await expect(client.call('VM.get_uuid', vm)).rejects.toMatchObject({ kind: 'disconnected' });
    await client.clock.advance(120_000);
    expect((await failureOf(client.call('VM.get_uuid', vm)))[0]).toBe('SESSION_INVALID');
    const session = await client.transport.call('session.login_with_password', ['root', 'secret']);
    expect(await failureOf(client.transport.call('task.get_status', [session, task]))).toEqual([
      'HANDLE_INVALID',
      'task',
      task,
    ]);
    expect(await client.transport.call('VM.get_power_state', [session, vm])).toBe('Halted');
    expect(await client.transport.call('VM.get_current_operations', [session, vm])).toEqual({});
  });

  it('moves the master: the old one redirects to the new one', async () => {
    client = await clientOf();
    new WorldEvents(client.pool).changeMaster(2);
    expect(await failureOf(client.transport.call('session.login_with_password', ['root', 'secret']))).toEqual(
      ['HOST_IS_SLAVE', '10.0.0.3'],
    );
  });

  it('fills storage and switches VMs behind our back', async () => {
    client = await clientOf();
    const world = new WorldEvents(client.pool);
    const [sr = ''] = await client.call<string[]>('SR.get_all');
    world.setSrFull(client.pool.db.get('SR', sr), 'full');
    expect((await failureOf(client.call('VDI.create', vdiRecord(sr))))[0]).toBe('SR_BACKEND_FAILURE_44');
    world.setSrFull(client.pool.db.get('SR', sr), 'normal');
    await client.call('VDI.create', vdiRecord(sr));
    const vm = await client.call('VM.create', vmRecord());
    world.switchVm(client.pool.db.get('VM', vm), 'Running');
    expect(await client.call('VM.get_power_state', vm)).toBe('Running');
  });
});

describe('logins', () => {
  it('are braked when the password is wrong and refused by members', async () => {
    client = await clientOf({ profile: 'default-nfs' });
    const before = client.clock.now();
    expect(
      (await failureOf(client.transport.call('session.login_with_password', ['root', 'guess'])))[0],
    ).toBe('SESSION_AUTHENTICATION_FAILED');
    expect(client.clock.now() - before).toBeGreaterThanOrEqual(5000);
  });

  it('evict the longest idle session of the same originator beyond five hundred', async () => {
    client = await clientOf();
    for (let count = 0; count < 501; count += 1) {
      await client.transport.call('session.login_with_password', ['root', 'secret', '', 'leaky']);
    }
    expect(client.pool.sessions.count).toBe(501);
    expect(await client.call('pool.get_all')).toHaveLength(1);
  });
});
