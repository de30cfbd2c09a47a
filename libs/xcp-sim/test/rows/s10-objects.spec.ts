// S10, S12–S16, S21, S22: constructors, members of the pool, logins, relations, filters.
import { afterEach, expect, it } from 'vitest';
import {
  clientOf,
  failureOf,
  vbdRecord,
  vdiRecord,
  vmRecord,
  type Client,
} from '../support/pool-under-test.js';

let client: Client;

afterEach(() => {
  expect(client.pool.crashes).toEqual([]);
  client.close();
});

async function diskAndVm(): Promise<{ vm: string; vdi: string }> {
  const [sr] = await client.call<string[]>('SR.get_all');
  return {
    vm: await client.call('VM.create', vmRecord()),
    vdi: await client.call('VDI.create', vdiRecord(sr ?? '')),
  };
}

it('S10 constructors fill in defaults and name what is missing', async () => {
  client = await clientOf();
  const { vm, vdi } = await diskAndVm();
  const record = vbdRecord(vm, vdi);
  const vbd = await client.call('VBD.create', record);
  expect(await client.call('VBD.get_record', vbd)).toMatchObject({
    currently_attached: false,
    unpluggable: true,
    storage_lock: false,
    status_code: 0,
    runtime_properties: {},
  });
  const { userdevice: _left, ...rest } = record;
  const failure = await failureOf(client.call('VBD.create', rest));
  expect(failure[0]).toBe('INTERNAL_ERROR');
  expect(failure[1]).toContain('userdevice');
});

it('S12, S13 members name the master, for logins and for sessions of the master', async () => {
  client = await clientOf({ hostCount: 2 });
  const [pool] = await client.call<string[]>('pool.get_all');
  const master = await client.call('host.get_address', await client.call('pool.get_master', pool));
  const login = client.pool.dispatch(1, {
    method: 'session.login_with_password',
    params: ['root', 'secret'],
  });
  expect(await failureOf(login)).toEqual(['HOST_IS_SLAVE', master]);
  const read = client.pool.dispatch(1, { method: 'VM.get_all', params: [client.session] });
  expect(await failureOf(read)).toEqual(['HOST_IS_SLAVE', master]);
});

it.each([
  [{ profile: 'default-nfs' }, 5000],
  [{ profile: 'default-nfs', loginBrakeMs: 2200 }, 2200],
  [{ profile: 'instant', loginBrakeMs: 700 }, 700],
] as const)('S14 a wrong password takes its time: %j', async (options, expected) => {
  client = await clientOf(options);
  const before = client.clock.now();
  expect(await failureOf(client.transport.call('session.login_with_password', ['root', 'no']))).toEqual([
    'SESSION_AUTHENTICATION_FAILED',
    'root',
    'Authentication failure',
  ]);
  expect(client.clock.now() - before).toBe(expected);
});

it('S14 the password of the administrator can be changed; sessions go on, people of a directory may not', async () => {
  client = await clientOf({ directory: [{ name: 'ann', password: 'a', role: 'pool-admin' }] });
  const login = (user: string, password: string) =>
    client.transport.call('session.login_with_password', [user, password]) as Promise<string>;
  const ann = await login('ann', 'a');
  const foreign = client.transport.call('session.change_password', [ann, 'secret', 'x']);
  expect((await failureOf(foreign))[0]).toBe('RBAC_PERMISSION_DENIED');
  expect((await failureOf(client.call('session.change_password', 'wrong', 'new')))[0]).toBe(
    'SESSION_AUTHENTICATION_FAILED',
  );
  await client.call('session.change_password', 'secret', 'new');
  expect((await failureOf(login('root', 'secret')))[0]).toBe('SESSION_AUTHENTICATION_FAILED');
  await login('root', 'new');
  expect(await client.call('pool.get_all')).toHaveLength(1);
});

it('S15 sessions have caps by originator and by name, and end after a day of silence', async () => {
  client = await clientOf({ directory: [{ name: 'ann', password: 'a', role: 'read-only' }] });
  const login = (user: string, password: string, originator: string) =>
    client.transport.call('session.login_with_password', [
      user,
      password,
      '1.0',
      originator,
    ]) as Promise<string>;
  const first = await login('root', 'secret', 'flood');
  for (let count = 0; count < 500; count += 1) await login('root', 'secret', 'flood');
  expect(await failureOf(client.transport.call('VM.get_all', [first]))).toEqual(['SESSION_INVALID', first]);
  const anns = await login('ann', 'a', 'o-0');
  for (let count = 1; count <= 500; count += 1) await login('ann', 'a', `o-${count}`);
  expect(await failureOf(client.transport.call('VM.get_all', [anns]))).toEqual(['SESSION_INVALID', anns]);
  await client.clock.advance(25 * 3_600_000);
  expect((await failureOf(client.call('VM.get_all')))[0]).toBe('SESSION_INVALID');
});

it('S16 a logout ends the blocked event calls of the session, and no others', async () => {
  client = await clientOf();
  const other = (await client.transport.call('session.login_with_password', ['root', 'secret'])) as string;
  const batch = await client.call<{ token: string }>('event.from', ['vm'], '', 0.5);
  const blocked = client.transport.call('event.from', [other, ['vm'], batch.token, 30.5]);
  await client.transport.call('session.logout', [other]);
  expect(await failureOf(blocked)).toEqual(['SESSION_INVALID', other]);
  expect(await client.call('pool.get_all')).toHaveLength(1);
});

it('S21 both sides of a relation change and tell', async () => {
  client = await clientOf();
  const { vm, vdi } = await diskAndVm();
  const { token } = await client.call<{ token: string }>('event.from', ['*'], '', 0.5);
  const vbd = await client.call('VBD.create', vbdRecord(vm, vdi));
  type Batch = { events: { class: string; operation: string; ref: string }[]; token: string };
  const made = await client.call<Batch>('event.from', ['vm', 'vdi', 'vbd'], token, 5.5);
  const seen = new Map(made.events.map((event) => [event.ref, event.operation]));
  expect([seen.get(vm), seen.get(vdi), seen.get(vbd)]).toEqual(['mod', 'mod', 'add']);
  expect([await client.call('VM.get_VBDs', vm), await client.call('VDI.get_VBDs', vdi)]).toEqual([
    [vbd],
    [vbd],
  ]);
  await client.call('VBD.destroy', vbd);
  const gone = await client.call<Batch>('event.from', ['vm', 'vdi', 'vbd'], made.token, 5.5);
  expect(new Map(gone.events.map((event) => [event.ref, event.operation])).get(vbd)).toBe('del');
  expect([await client.call('VM.get_VBDs', vm), await client.call('VDI.get_VBDs', vdi)]).toEqual([[], []]);
});

it('S22 filters select records, and refuse what they cannot read', async () => {
  client = await clientOf();
  const vm = await client.call('VM.create', vmRecord({ name_label: 'sought' }));
  const found = await client.call<object>(
    'VM.get_all_records_where',
    'field "name__label" = "sought" and field "is_a_template" = "false"',
  );
  expect(Object.keys(found)).toEqual([vm]);
  expect((await failureOf(client.call('VM.get_all_records_where', 'field "x" =')))[0]).toBe('INVALID_VALUE');
  expect((await failureOf(client.call('VM.get_all_records_where', 'field "nosuch" = "x"')))[0]).toBe(
    'INTERNAL_ERROR',
  );
});
