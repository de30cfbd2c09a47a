// S17: roles. Who may do what follows from the data model; the local administrator may do everything.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { clientOf, failureOf, vmRecord, type Client } from '../support/pool-under-test.js';
import { startSimServer } from '@openvsys/xcp-sim';
import { WireClient } from '../support/wire-client.js';

const ROLES = [
  'pool-admin',
  'pool-operator',
  'vm-power-admin',
  'vm-admin',
  'vm-operator',
  'read-only',
] as const;
type Role = (typeof ROLES)[number];

let client: Client;

beforeEach(async () => {
  client = await clientOf({
    directory: [
      ...ROLES.map((role) => ({ name: role, password: `pw-${role}`, role })),
      { name: 'stranger', password: 'pw' },
    ],
  });
});

afterEach(() => {
  expect(client.pool.crashes).toEqual([]);
  client.close();
});

async function as(role: string, password = `pw-${role}`): Promise<string> {
  return (await client.transport.call('session.login_with_password', [
    role,
    password,
    '1.0',
    'roles',
  ])) as string;
}

/** Message, arguments that are right in shape, and the weakest role that may. */
function samples(vm: string): readonly (readonly [string, unknown[], Role])[] {
  return [
    ['VM.get_record', [vm], 'read-only'],
    ['VM.get_all_records', [], 'read-only'],
    ['VM.get_all_records_where', ['true'], 'read-only'],
    ['VM.get_by_name_label', ['x'], 'read-only'],
    ['VM.clean_shutdown', [vm], 'vm-operator'],
    ['VM.set_name_label', [vm, 'y'], 'vm-admin'],
    ['VM.create', [vmRecord()], 'vm-admin'],
    ['VM.snapshot', [vm, 's'], 'vm-power-admin'],
    ['VLAN.create', ['OpaqueRef:none', 5, 'OpaqueRef:none'], 'pool-operator'],
    ['host.disable', ['OpaqueRef:none'], 'pool-operator'],
    ['subject.create', [{ subject_identifier: 'S-1', other_config: {} }], 'pool-admin'],
  ];
}

describe('S17 roles', () => {
  it.each(ROLES)('%s may do what the data model grants, and nothing else', async (role) => {
    const vm = await client.call('VM.create', vmRecord());
    const session = await as(role);
    for (const [method, params, weakest] of samples(vm)) {
      const outcome = await client.transport.call(method, [session, ...params]).then(
        () => 'ok',
        (error: unknown) => (error as { code: string }).code,
      );
      const granted = ROLES.indexOf(role) <= ROLES.indexOf(weakest);
      expect([method, outcome === 'RBAC_PERMISSION_DENIED']).toEqual([method, !granted]);
    }
  });

  it('names the permission and who has it', async () => {
    const session = await as('vm-admin');
    expect(await failureOf(client.transport.call('host.disable', [session, 'OpaqueRef:none']))).toEqual([
      'RBAC_PERMISSION_DENIED',
      'host.disable',
      'No permission in user session. (Roles with this permission: pool-admin, pool-operator)',
    ]);
  });

  it('checks shape and session before the role, and refuses asynchronous calls in their task', async () => {
    const session = await as('read-only');
    expect((await failureOf(client.transport.call('VM.start', [session])))[0]).toBe(
      'MESSAGE_PARAMETER_COUNT_MISMATCH',
    );
    const vm = await client.call('VM.create', vmRecord());
    const task = (await client.transport.call('Async.VM.start', [session, vm, false, false])) as string;
    expect((await client.call<string[]>('task.get_error_info', task)).slice(0, 2)).toEqual([
      'RBAC_PERMISSION_DENIED',
      'vm.start',
    ]);
  });

  it('lets operators edit folders and fields, but not the rest of the map', async () => {
    const vm = await client.call('VM.create', vmRecord());
    const session = await as('vm-operator');
    await client.transport.call('VM.add_to_other_config', [session, vm, 'folder', '/a']);
    await client.transport.call('VM.add_to_other_config', [session, vm, 'XenCenter.CustomFields.x', '1']);
    const reader = await as('read-only');
    const denied = client.transport.call('VM.remove_from_other_config', [reader, vm, 'folder']);
    expect((await failureOf(denied))[0]).toBe('RBAC_PERMISSION_DENIED');
    const other = client.transport.call('VM.add_to_other_config', [session, vm, 'pci', '1']);
    expect((await failureOf(other)).slice(0, 2)).toEqual([
      'RBAC_PERMISSION_DENIED',
      'vm.add_to_other_config',
    ]);
  });

  it('lets weak roles touch their own tasks only', async () => {
    const session = await as('vm-operator');
    const mine = (await client.transport.call('task.create', [session, 'mine', ''])) as string;
    const foreign = await client.call('task.create', 'foreign', '');
    await client.transport.call('task.destroy', [session, mine]);
    expect((await failureOf(client.transport.call('task.destroy', [session, foreign]))).slice(0, 2)).toEqual([
      'RBAC_PERMISSION_DENIED',
      'task.destroy/any',
    ]);
  });

  it('tells wrong passwords from people without a role, and ends sessions with the subject', async () => {
    expect((await failureOf(as('vm-admin', 'wrong')))[0]).toBe('SESSION_AUTHENTICATION_FAILED');
    expect((await failureOf(as('stranger', 'pw')))[0]).toBe('SESSION_AUTHORIZATION_FAILED');
    const session = await as('read-only');
    const identifier = await client.call('auth.get_subject_identifier', 'read-only');
    expect(await client.call('session.get_all_subject_identifiers')).toEqual([identifier]);
    const subject = await client.call('session.get_subject', session);
    await client.call('subject.destroy', subject);
    expect(await failureOf(client.transport.call('VM.get_all', [session]))).toEqual([
      'SESSION_INVALID',
      session,
    ]);
  });

  it('gives nobody but the local administrator what has no role', async () => {
    const session = await as('pool-admin');
    const host = (await client.call<string[]>('host.get_all'))[0];
    const denied = client.transport.call('host.get_sched_gran', [session, host]);
    expect((await failureOf(denied))[0]).toBe('RBAC_PERMISSION_DENIED');
    expect(await client.call('host.get_sched_gran', host)).toBe('cpu');
  });

  it('switches the directory off and on', async () => {
    const [pool] = await client.call<string[]>('pool.get_all');
    await client.call('pool.disable_external_auth', pool, {});
    expect((await failureOf(as('read-only')))[0]).toBe('SESSION_AUTHENTICATION_FAILED');
    expect(await failureOf(client.call('auth.get_subject_identifier', 'read-only'))).toEqual([
      'AUTH_IS_DISABLED',
    ]);
    const config = { user: 'a', pass: 'b' };
    expect(await failureOf(client.call('pool.enable_external_auth', pool, config, 'd', 'LDAP'))).toEqual([
      'AUTH_UNKNOWN_TYPE',
      'LDAP',
    ]);
    await client.call('pool.enable_external_auth', pool, config, 'directory.sim', 'AD');
    expect(
      (await failureOf(client.call('pool.enable_external_auth', pool, config, 'directory.sim', 'AD')))[0],
    ).toBe('POOL_AUTH_ALREADY_ENABLED');
    await as('read-only');
  });
});

describe('S17 roles at the HTTP handlers', () => {
  it('refuse who may not, with 403, and ask who is not known, with 401', async () => {
    const server = await startSimServer({
      hostCount: 1,
      directory: [{ name: 'reader', password: 'r', role: 'read-only' }],
    });
    try {
      const wire = new WireClient(server.hosts[0]?.url ?? '');
      const { result } = await wire.json2('session.login_with_password', ['reader', 'r']);
      const statusOf = async (path: string, session: string): Promise<number> =>
        (await fetch(`${wire.url}${path}?session_id=${session}`)).status;
      expect(await statusOf('/export', String(result))).toBe(403);
      expect(await statusOf('/export_raw_vdi', String(result))).toBe(403);
      expect(await statusOf('/export', 'OpaqueRef:nobody')).toBe(401);
      expect(await statusOf('/host_rrd', String(result))).not.toBe(403);
      const basic = await fetch(`${wire.url}/export`, {
        headers: { authorization: `Basic ${btoa('reader:r')}` },
      });
      expect(basic.status).toBe(403);
    } finally {
      await server.close();
    }
  });
});
