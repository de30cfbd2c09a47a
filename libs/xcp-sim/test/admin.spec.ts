// The simulator's own interface: what it tells, what it changes, what it refuses, and that it outlives the hosts.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startSimServer, type SimServer } from '@openvsys/xcp-sim';

let server: SimServer;

beforeEach(async () => {
  server = await startSimServer({ clock: { mode: 'scaled', speed: 1 } });
});

afterEach(async () => {
  expect(server.pool.crashes).toEqual([]);
  await server.close();
});

interface Answer {
  status: number;
  body: Record<string, unknown>;
}

async function ask(path: string, method = 'GET', body?: unknown): Promise<Answer> {
  const text = body === undefined ? {} : { body: JSON.stringify(body) };
  const answer = await fetch(`${server.admin}${path}`, { method, ...text });
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
}

async function rpc(method: string, ...params: unknown[]): Promise<Record<string, unknown>> {
  const answer = await fetch(`${server.hosts[0]?.url ?? ''}/jsonrpc`, {
    method: 'POST',
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
  });
  return (await answer.json()) as Record<string, unknown>;
}

describe('the admin interface', () => {
  it('serves a page that loads nothing from elsewhere', async () => {
    const answer = await fetch(server.admin);
    expect(answer.headers.get('content-type')).toContain('text/html');
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'");
    const page = await answer.text();
    for (const id of ['hosts', 'storage', 'vms', 'tasks', 'faults', 'calls', 'clock'])
      expect(page).toContain(`id="${id}"`);
    expect(page).not.toMatch(/(src|href)="https?:/);
  });

  it('tells hosts, storage, VMs by name, and the calls so far', async () => {
    await rpc('session.login_with_password', 'root', 'secret');
    const { body } = await ask('/summary?vms=1&search=debian');
    expect(body['hosts']).toHaveLength(3);
    expect(body['vms']).toEqual([expect.objectContaining({ name: 'debian-13', kind: 'template' })]);
    expect(body['callsPerMethod']).toEqual({ 'session.login_with_password': 1 });
    const log = await ask('/log?latest=1&limit=5');
    expect(log.body['calls']).toEqual([
      expect.objectContaining({ method: 'session.login_with_password', outcome: 'ok' }),
    ]);
    expect((await ask('/tables/sr')).body).toHaveLength(1);
    const catalogue = (await ask('/catalogue')).body as { methods: string[]; changes: string[] };
    expect(catalogue.methods).toContain('VM.start');
    expect(catalogue.changes).toContain('host-down');
  });

  it('adds, lists and removes fault rules', async () => {
    const rule = { method: 'pool.get_all', count: 1, effect: { kind: 'error', code: 'TOO_BUSY' } };
    const added = await ask('/faults', 'POST', rule);
    expect(added.status).toBe(201);
    const second = await ask('/faults', 'POST', { method: '*', effect: { kind: 'hang' } });
    expect((await ask(`/faults/${String(second.body['id'])}`, 'DELETE')).status).toBe(200);
    const { result: session } = await rpc('session.login_with_password', 'root', 'secret');
    expect(await rpc('pool.get_all', session)).toMatchObject({ error: { message: 'TOO_BUSY' } });
    expect((await ask('/faults')).body).toEqual([expect.objectContaining({ id: added.body['id'], hits: 1 })]);
    await ask('/faults', 'DELETE');
    expect((await ask('/faults')).body).toEqual([]);
  });

  it('outlives the death of the host it is asked at', async () => {
    expect((await ask('/world', 'POST', { change: 'host-down', host: 0 })).status).toBe(200);
    await expect(rpc('system.listMethods')).rejects.toThrow();
    expect((await ask('/summary?vms=0')).body['hosts']).toContainEqual(
      expect.objectContaining({ index: 0, powered: false, live: true }),
    );
    await ask('/world', 'POST', { change: 'host-up', host: 0 });
    expect(await rpc('system.listMethods')).toHaveProperty('result');
  });

  it('lets a host join: it listens, sees the shared storage and names the master', async () => {
    await ask('/world', 'POST', { change: 'host-join' });
    await expect.poll(() => server.hosts.length).toBe(4);
    const joined = server.hosts[3];
    const answer = await fetch(`${joined?.url ?? ''}/jsonrpc`, {
      method: 'POST',
      body: JSON.stringify({
        jsonrpc: '2.0',
        id: 1,
        method: 'session.login_with_password',
        params: ['root', 'x'],
      }),
    });
    expect(await answer.json()).toMatchObject({
      error: { message: 'HOST_IS_SLAVE', data: [server.hosts[0]?.address] },
    });
    const row = server.pool.db.getByUuid('host', joined?.uuid ?? '');
    expect(row.set('PBDs')).toHaveLength(1);
    expect(row.text('address')).toBe(joined?.address);
  });

  it('changes the speed of time', async () => {
    expect((await ask('/clock')).body).toMatchObject({ kind: 'scaled', speed: 1 });
    const { body } = await ask('/clock', 'POST', { speed: 500 });
    expect(body).toMatchObject({ speed: 500 });
    const before = server.clock.now();
    await ask('/clock');
    expect(server.clock.now()).toBeGreaterThan(before);
  });

  it.each([
    ['/world', { change: 'earthquake' }, /unknown change/],
    ['/world', { change: 'host-down' }, /host must be/],
    ['/world', { change: 'host-down', host: 9 }, /no host 9/],
    ['/world', { change: 'vm-power', vm: 'nobody', state: 'Running' }, /no VM "nobody"/],
    ['/faults', { method: 'VM.start' }, /effect is missing/],
    ['/faults', { method: 'VM.start', effect: { kind: 'explode' } }, /effect.kind must be one of/],
    [
      '/faults',
      { method: 'VM.start', effect: { kind: 'damage', damage: 'all' } },
      /effect.damage must be one of/,
    ],
    ['/faults', { method: 'VM.start', nth: 0, effect: { kind: 'hang' } }, /nth must be/],
    ['/clock', { speed: -1 }, /speed must be/],
  ])('says what is wrong with %s %j', async (path, body, reason) => {
    const answer = await ask(path, 'POST', body);
    expect(answer.status).toBe(400);
    expect(String(answer.body['error'])).toMatch(reason);
  });

  it('refuses tables, numbers and pages that do not exist', async () => {
    expect((await ask('/tables/nothing')).status).toBe(400);
    expect((await ask('/faults/99', 'DELETE')).status).toBe(400);
    expect((await ask('/log?after=x')).status).toBe(400);
    expect((await fetch(`${server.admin}/nothing`)).status).toBe(403);
  });
});

describe('changes by hand', () => {
  it('touch VMs, disks, networks and tags as an administrator would', async () => {
    const { result: session } = await rpc('session.login_with_password', 'root', 'secret');
    const { db } = server.pool;
    const call = async (method: string, ...params: unknown[]): Promise<string> =>
      (await rpc(method, session, ...params))['result'] as string;
    const template = db.rows('VM').find((vm) => vm.text('name_label') === 'debian-13');
    const vm = await call('VM.clone', template?.ref, 'mine');
    await call('VM.provision', vm);
    const { uuid } = db.get('VM', vm);
    const change = async (body: Record<string, unknown>): Promise<void> => {
      expect(await ask('/world', 'POST', body)).toEqual({ status: 200, body: {} });
    };
    await change({ change: 'vm-power', vm: uuid, state: 'Running' });
    expect(db.get('VM', vm).text('power_state')).toBe('Running');
    await change({ change: 'vm-migrate', vm: uuid, to: 'host-2' });
    expect(db.find('host', db.get('VM', vm).link('resident_on'))?.text('name_label')).toBe('host-2');
    await change({ change: 'rename', class: 'VM', object: uuid, name: 'yours' });
    await change({ change: 'tag', class: 'VM', object: uuid, key: 'owner', value: 'nobody' });
    expect(db.get('VM', vm).text('name_label')).toBe('yours');
    expect(db.get('VM', vm).map('other_config')['owner']).toBe('nobody');
    await change({ change: 'tag', class: 'VM', object: uuid, key: 'owner', value: null });
    expect(db.get('VM', vm).map('other_config')).not.toHaveProperty('owner');
    const [vbd] = db.follow('VBD', db.get('VM', vm).set('VBDs'));
    await change({ change: 'disk-detach', vbd: vbd?.uuid });
    expect(vbd?.bool('currently_attached')).toBe(false);
    const network = db.get(
      'network',
      await call('network.create', { name_label: 'doomed', other_config: {} }),
    );
    await change({ change: 'network-delete', network: 'doomed' });
    expect(network.alive).toBe(false);
    const vdi = db.get('VDI', vbd?.link('VDI') ?? '');
    await change({ change: 'vm-destroy', vm: uuid, disks: true });
    expect([db.find('VM', vm), vdi.alive]).toEqual([undefined, false]);
  });
});
