/** Single parts of a system: made, changed, removed, one by one and by many callers at once. */
import { describe, expect, it } from 'vitest';
import { createTextSealer } from '@openvsys/persistence';
import { vserverId, vsysId, type SealedText } from '@openvsys/vsys';
import { newName, useApi, type TokenRequests } from './api-fixture.js';

const world = useApi();
const asDemo = (): TokenRequests => world().as(world().demoToken);

async function deploy(webCount = 2): Promise<string> {
  const body = {
    name: newName('parts'),
    vdcId: world().demo.vdcId,
    descriptor: { name: 'three-tier' },
    parameters: { webCount },
  };
  return (await asDemo().post('/v1/vsys').send(body).expect(202)).body.vsysId as string;
}

interface Part {
  readonly id: string;
  readonly name: string;
  readonly [field: string]: unknown;
}
interface System {
  readonly vservers: readonly Part[];
  readonly vdisks: readonly Part[];
  readonly vnets: readonly Part[];
  readonly publicIps: readonly Part[];
}
const show = async (id: string): Promise<System> =>
  (await asDemo().get(`/v1/vsys/${id}`).expect(200)).body as System;
const named = (parts: readonly Part[], name: string): Part => {
  const found = parts.find((part) => part.name === name);
  if (found === undefined) throw new Error(`no ${name} among ${parts.map((part) => part.name).join(', ')}`);
  return found;
};
/** What is wanted; nothing is taken away here, for there is no worker. */
async function wanted(id: string) {
  const work = await world().store.findWork(vsysId(id));
  if (work === undefined) throw new Error(`no system ${id}`);
  const namesOf = (parts: readonly { readonly name: string }[]) => parts.map(({ name }) => name);
  const { servers, nets, publicIps, disks } = work.spec;
  return [servers, nets, publicIps, disks].map(namesOf);
}
const addedOf = (body: { added: readonly Part[] }) => body.added.map(({ name }) => name);

describe('lists of parts', () => {
  it('have exact filters and chosen fields', async () => {
    const id = await deploy();
    const list = async (what: string, query: string): Promise<readonly object[]> =>
      (await asDemo().get(`/v1/${what}?vsys=${id}&${query}`).expect(200)).body.items as object[];
    expect(await list('vservers', 'name=db&fields=name,vsysId')).toEqual([{ name: 'db', vsysId: id }]);
    expect(await list('vservers', 'name=d')).toEqual([]);
    const { items } = (await asDemo().get(`/v1/vservers?vsys=${id}`).expect(200)).body as {
      items: readonly { readonly name: string; readonly state: string }[];
    };
    const { state } = items[0]!;
    const wanted = items.filter((each) => each.state === state).map(({ name }) => ({ name }));
    expect(await list('vservers', `state=${state}&fields=name`)).toEqual(wanted);
    expect(await list('vservers', 'state=gone')).toEqual([]);
    expect(await list('vnets', 'name=dmz&fields=name')).toEqual([{ name: 'dmz' }]);
    expect(await list('efms', 'name=fw&fields=name,kind')).toEqual([{ name: 'fw', kind: 'firewall' }]);
    await asDemo().get('/v1/vservers?fields=host,rootPassword').expect(400);
    await asDemo().get('/v1/vservers?state=lost').expect(400);
  });
});

describe('servers of a system that is there', () => {
  it('are waited for as a call says, and the plan shows it before', async () => {
    const id = await deploy();
    const db = named((await show(id)).vservers, 'db');
    const ready = { tcp: 5432, timeout: 90, delay: 5, onTimeout: 'fail' };
    const plan = await asDemo().patch(`/v1/vservers/${db.id}?dryRun=true`).send({ ready }).expect(200);
    expect(JSON.stringify(plan.body)).toContain('TCP port 5432 of VServer');
    expect(plan.body.changes).toContainEqual(
      expect.objectContaining({ name: 'db', change: 'changed', restartNeeded: false }),
    );
    await asDemo().patch(`/v1/vservers/${db.id}`).send({ ready }).expect(202);
    const readyOf = async () =>
      (await world().store.findWork(vsysId(id)))?.spec.servers.find((each) => each.id === db.id)?.ready;
    expect(await readyOf()).toEqual({
      gate: { kind: 'tcp', port: 5432 },
      timeoutSeconds: 90,
      delaySeconds: 5,
      onTimeout: 'fail',
    });
    const both = await asDemo()
      .patch(`/v1/vservers/${db.id}`)
      .send({ ready: { ...ready, guestAgent: true } });
    expect([both.status, JSON.stringify(both.body)]).toEqual([
      422,
      expect.stringContaining('exclude each other'),
    ]);
    await asDemo().patch(`/v1/vservers/${db.id}`).send({ ready: null }).expect(202);
    expect(await readyOf()).toBeUndefined();
  });

  it('come, change and go one by one, and the others stay what they were', async () => {
    const id = await deploy();
    const before = await show(id);
    const vnetId = named(before.vnets, 'app').id;
    const body = { vsysId: id, name: 'job', count: 2, type: 'standard.small', image: 'debian-13' };
    const wish = { ...body, nics: [{ vnetId }], disks: [{ name: 'data', sizeGiB: 7 }] };
    const plan = await asDemo().post('/v1/vservers?dryRun=true').send(wish).expect(200);
    expect(plan.body.changes).toContainEqual(expect.objectContaining({ name: 'job-2', change: 'added' }));
    const created = await asDemo().post('/v1/vservers').send(wish).expect(202);
    expect(created.body.operation).toMatchObject({ kind: 'vserver.create', state: 'queued' });
    expect(addedOf(created.body)).toEqual(
      expect.arrayContaining(['job-1', 'job-2', 'job-1-data', 'job-2-data']),
    );
    const web = named(before.vservers, 'web-1');
    const changed = await asDemo()
      .patch(`/v1/vservers/${web.id}`)
      .send({ type: 'standard.medium' })
      .expect(202);
    expect(changed.body).toMatchObject({ operation: { kind: 'vserver.change' }, added: [] });
    const job = (created.body.added as Part[]).find(({ name }) => name === 'job-1');
    await asDemo()
      .delete(`/v1/vservers/${job?.id ?? ''}`)
      .expect(202);
    const after = await show(id);
    expect(after.vservers.map(({ id: server }) => server)).toEqual(
      expect.arrayContaining(before.vservers.map(({ id: server }) => server)),
    );
    expect(named(after.vservers, 'web-1')).toMatchObject({ id: web.id, type: 'standard.medium' });
    expect(named(after.vservers, 'web-2')).toMatchObject({ type: 'standard.small' });
    expect(named(after.vdisks, 'job-1-data')).toMatchObject({ vserverId: null, sizeGiB: 7 });
    const scaled = await asDemo().post(`/v1/vsys/${id}/roles/web/scale`).send({ count: 3 }).expect(202);
    expect(addedOf(scaled.body)).toContain('web-3');
  });

  it('are refused in terms of the request, and nothing is left', async () => {
    const id = await deploy();
    const { vnets, vservers } = await show(id);
    const wish = { vsysId: id, name: 'job', image: 'debian-13', nics: [{ vnetId: vnets[0]!.id }] };
    const unknown = await asDemo()
      .post('/v1/vservers')
      .send({ ...wish, type: 'none' });
    expect(unknown.body).toMatchObject({ code: 'invalid-descriptor', pointer: '/type' });
    const taken = await asDemo()
      .post('/v1/vservers')
      .send({ ...wish, name: 'web', type: 'standard.small' });
    expect(taken.body).toMatchObject({ status: 409, pointer: '/name' });
    const needed = await asDemo()
      .delete(`/v1/vservers/${named(vservers, 'db').id}`)
      .expect(409);
    expect(needed.body.violations[0].pointer).toMatch(/^\/efms\//);
    await asDemo()
      .delete(`/v1/vservers/${named(vservers, 'fw').id}`)
      .expect(409);
    await asDemo()
      .delete(`/v1/vnets/${named(vnets, 'app').id}`)
      .expect(409);
    const stale = asDemo()
      .patch(`/v1/vservers/${named(vservers, 'db').id}`)
      .set('If-Match', '"9"');
    await stale.send({ type: 'standard.large' }).expect(412);
    await world()
      .as(world().other.token)
      .delete(`/v1/vservers/${named(vservers, 'db').id}`)
      .expect(404);
    const monitor = world().as(await world().tokenWith(['monitor']));
    await monitor.delete(`/v1/vservers/${named(vservers, 'db').id}`).expect(403);
    expect((await asDemo().get(`/v1/vsys/${id}/generations`).expect(200)).body.items).toHaveLength(1);
  });

  it('may be given another name, and stay the same', async () => {
    const id = await deploy();
    const vnetId = named((await show(id)).vnets, 'app').id;
    const wish = { vsysId: id, name: 'job', type: 'standard.small', image: 'debian-13', nics: [{ vnetId }] };
    await asDemo().post('/v1/vservers').send(wish).expect(202);
    const before = named((await show(id)).vservers, 'job');
    const change = { name: 'batch', type: 'standard.medium' };
    const plan = await asDemo().patch(`/v1/vservers/${before.id}?dryRun=true`).send(change).expect(200);
    const removals = plan.body.changes.filter((each: { change: string }) => each.change === 'removed');
    expect(removals).toEqual([]);
    await asDemo().patch(`/v1/vservers/${before.id}`).send(change).expect(202);
    const after = named((await show(id)).vservers, 'batch');
    expect(after).toMatchObject({ id: before.id, nics: before['nics'], type: 'standard.medium' });
    await asDemo().patch(`/v1/vservers/${before.id}`).send({ name: 'db' }).expect(409);
  });

  it('are made once, however often the same request comes', async () => {
    const id = await deploy();
    const vnetId = named((await show(id)).vnets, 'app').id;
    const wish = { vsysId: id, name: 'job', type: 'standard.small', image: 'debian-13', nics: [{ vnetId }] };
    const ask = async () => asDemo().post('/v1/vservers').set('Idempotency-Key', `job-${id}`).send(wish);
    const answers = await Promise.all([ask(), ask(), ask()]);
    for (const { status, body } of answers) expect([status, body]).toEqual([202, answers[0]?.body]);
    expect((await show(id)).vservers.filter(({ name }) => name === 'job')).toHaveLength(1);
  });

  it('keep passwords to themselves', async () => {
    const id = await deploy();
    const vnetId = named((await show(id)).vnets, 'app').id;
    const login = { user: 'root', password: 'correct horse battery' };
    const wish = {
      vsysId: id,
      name: 'job',
      type: 'standard.small',
      image: 'debian-13',
      nics: [{ vnetId }],
      login,
    };
    await asDemo().post('/v1/vservers').send(wish).expect(202);
    const shown = JSON.stringify((await asDemo().get(`/v1/vsys/${id}`).expect(200)).body);
    const stored = await world().database.session((session) =>
      session.rows('SELECT * FROM vsys_generation WHERE vsys_id = $1', [id]),
    );
    expect(shown + JSON.stringify(stored)).not.toContain('correct horse');
  });
});

describe('a password that is made for a server', () => {
  it('is shown once, to its tenant, is another one for each server, and is stored sealed', async () => {
    const id = await deploy();
    const vnetId = named((await show(id)).vnets, 'app').id;
    const login = { user: 'root', generatePassword: true };
    const body = { vsysId: id, name: 'job', count: 2, type: 'standard.small', image: 'debian-13' };
    const wish = { ...body, nics: [{ vnetId }], login };
    const both = { ...wish, login: { ...login, password: 'given as well' } };
    await asDemo().post('/v1/vservers').send(both).expect(400);
    const created = await asDemo().post('/v1/vservers').send(wish).expect(202);
    const [first, second] = (created.body.added as Part[]).filter(({ kind }) => kind === 'vserver');
    const path = (server: Part | undefined) => `/v1/vservers/${server?.id ?? ''}/initial-password`;
    await world().as(world().other.token).post(path(first)).expect(404);
    await world()
      .as(await world().tokenWith(['monitor']))
      .post(path(first))
      .expect(403);
    const answers = await Promise.all([1, 2, 3].map(async () => asDemo().post(path(first))));
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 410, 410]);
    const shown = answers.find(({ status }) => status === 200)?.body as { user: string; password: string };
    expect(shown).toMatchObject({ user: 'root', password: expect.stringMatching(/^[A-Za-z2-9]{20}$/) });
    const other = (await asDemo().post(path(second)).expect(200)).body as { password: string };
    expect(other.password).not.toBe(shown.password);
    await asDemo()
      .post(path(named((await show(id)).vservers, 'db')))
      .expect(404);

    const spec = (await world().store.findWork(vsysId(id)))?.spec;
    const server = spec?.servers.find((each) => each.id === first?.id);
    const sealed = server?.guestData['openvsys/login/password'] ?? '';
    expect(createTextSealer(world().secrets).open(sealed as SealedText, vserverId(first!.id))).toBe(
      shown.password,
    );
    expect(server?.configDrive?.files['vendor-data']).toBeDefined();
    const rows = await world().database.session((session) =>
      session.rows(
        'SELECT * FROM vsys_generation g, initial_password p WHERE g.vsys_id = p.vsys_id AND g.vsys_id = $1',
        [id],
      ),
    );
    expect(JSON.stringify(rows)).not.toContain(shown.password);
  });
});

describe('disks, network cards, networks, addresses, EFMs', () => {
  it('are changed one by one', async () => {
    const id = await deploy();
    const before = await wanted(id);
    const { vservers, vnets } = await show(id);
    const web = named(vservers, 'web-1').id;
    const disk = await asDemo()
      .post('/v1/vdisks')
      .send({ vsysId: id, name: 'spare', sizeGiB: 5, vserverId: web })
      .expect(202);
    const diskId = (disk.body.added as Part[])[0]?.id ?? '';
    await asDemo().post(`/v1/vdisks/${diskId}/attach`).send({ vserverId: web }).expect(409);
    await asDemo().post(`/v1/vdisks/${diskId}/detach`).expect(202);
    await asDemo().post(`/v1/vdisks/${diskId}/detach`).expect(409);
    await asDemo().patch(`/v1/vdisks/${diskId}`).send({ sizeGiB: 9 }).expect(202);
    const smaller = await asDemo().patch(`/v1/vdisks/${diskId}`).send({ sizeGiB: 4 }).expect(409);
    expect(smaller.body.pointer).toBe('/sizeGiB');
    await asDemo()
      .post(`/v1/vdisks/${diskId}/attach`)
      .send({ vserverId: named(vservers, 'db').id })
      .expect(202);
    expect(named((await show(id)).vdisks, 'spare')).toMatchObject({
      sizeGiB: 9,
      vserverId: named(vservers, 'db').id,
    });
    await asDemo().delete(`/v1/vdisks/${diskId}`).expect(202);

    const net = await asDemo()
      .post('/v1/vnets')
      .send({ vsysId: id, name: 'back', cidr: '10.0.9.0/24' })
      .expect(202);
    const netId = (net.body.added as Part[]).find(({ name }) => name === 'back')?.id ?? '';
    const nic = await asDemo().post(`/v1/vservers/${web}/nics`).send({ vnetId: netId }).expect(202);
    const nicId = (nic.body.added as Part[])[0]?.id ?? '';
    await asDemo().delete(`/v1/vnets/${netId}`).expect(409);
    await asDemo()
      .delete(`/v1/vservers/${named(vservers, 'db').id}/nics/${nicId}`)
      .expect(404);
    await asDemo().delete(`/v1/vservers/${web}/nics/${nicId}`).expect(202);
    await asDemo().delete(`/v1/vnets/${netId}`).expect(202);

    const address = await asDemo().post('/v1/public-ips').send({ vsysId: id, name: 'extra' }).expect(202);
    const addressId = (address.body.added as Part[])[0]?.id ?? '';
    const efm = {
      vsysId: id,
      name: 'inner',
      kind: 'load-balancer',
      nics: [{ vnetId: named(vnets, 'app').id }],
    };
    const made = await asDemo()
      .post('/v1/efms')
      .send({ ...efm, config: { listeners: [] } })
      .expect(202);
    const efmId = (made.body.added as Part[]).find(({ name }) => name === 'inner')?.id ?? '';
    await asDemo().patch(`/v1/efms/${efmId}`).send({ type: 'efm.large' }).expect(202);
    expect(named((await show(id)).vservers, 'inner').type).toBe('efm.large');
    await asDemo().delete(`/v1/efms/${efmId}`).expect(202);
    await asDemo().delete(`/v1/public-ips/${addressId}`).expect(202);
    expect(await wanted(id)).toEqual(before);
  });

  it('leave an audit and an operation of their own kind', async () => {
    const id = await deploy();
    const db = named((await show(id)).vservers, 'db').id;
    await asDemo().patch(`/v1/vservers/${db}`).send({ type: 'standard.large' }).expect(202);
    const { body } = await asDemo().get(`/v1/audit?resource=${db}`).expect(200);
    expect(body.items.map(({ verb }: { verb: string }) => verb)).toEqual(['vserver.change']);
  });
});

describe('cutting the power of a server', () => {
  it('comes after a stop that takes too long, once, and needs no body otherwise', async () => {
    const id = await deploy();
    const db = named((await show(id)).vservers, 'db').id;
    await asDemo().post(`/v1/vservers/${db}/stop`).expect(202);
    await asDemo().post(`/v1/vservers/${db}/stop`).send({}).expect(409);
    const cut = await asDemo().post(`/v1/vservers/${db}/stop`).send({ force: true }).expect(202);
    expect(cut.body.operation.kind).toBe('vserver.stop');
    await asDemo().post(`/v1/vservers/${db}/stop`).send({ force: true }).expect(409);
    await asDemo().post(`/v1/vservers/${db}/stop`).send({ force: 'perhaps' }).expect(400);
    await asDemo().post(`/v1/vservers/${db}/start`).expect(202);
  });
});

describe('why a server does not run', () => {
  it('is said to its tenant', async () => {
    const id = await deploy();
    const web = named((await show(id)).vservers, 'web-1').id;
    const { body } = await asDemo().get(`/v1/vservers/${web}/diagnosis`).expect(200);
    expect(body).toMatchObject({ verdict: 'waiting', wanted: 'running', state: 'planned' });
    const causes = body.findings.map(({ cause }: { cause: string }) => cause);
    expect(new Set(causes)).toEqual(new Set(['part-missing', 'start-order']));
    await world().as(world().other.token).get(`/v1/vservers/${web}/diagnosis`).expect(404);
    await asDemo().get(`/v1/vservers/${id}-S-9999/diagnosis`).expect(404);
  });
});

describe('twenty callers at once', () => {
  it('change a hundred servers with the result of some serial order, and none is refused as busy', async () => {
    const vnets = { lan: { cidr: '10.7.0.0/23' } };
    const node = {
      type: 'standard.small',
      image: 'debian-13',
      power: 'stopped',
      count: 100,
      nics: [{ vnet: 'lan' }],
    };
    const document = {
      apiVersion: 'openvsys/v1',
      kind: 'VsysDescriptor',
      metadata: { name: 'hundred', version: '1.0.0' },
      vnets,
      vservers: { node },
    };
    const body = { name: newName('hundred'), vdcId: world().demo.vdcId, document };
    const id = (await asDemo().post('/v1/vsys').send(body).expect(202)).body.vsysId as string;
    const before = await show(id);
    const types = ['standard.medium', 'standard.large'];
    const statuses: number[] = [];
    const caller = async (number: number): Promise<void> => {
      for (const server of before.vservers.filter((_, index) => index % 20 === number)) {
        const type = types[Number(server.id.slice(-4)) % 2];
        statuses.push((await asDemo().patch(`/v1/vservers/${server.id}`).send({ type })).status);
      }
    };
    await Promise.all(Array.from({ length: 20 }, async (_, number) => caller(number)));
    expect(statuses).toEqual(Array(100).fill(202));
    const after = await show(id);
    expect(after.vservers.map(({ id: server, type }) => [server, type])).toEqual(
      before.vservers.map(({ id: server }) => [server, types[Number(server.slice(-4)) % 2]]),
    );
    const generations = await asDemo().get(`/v1/vsys/${id}/generations?limit=200`).expect(200);
    const changes = (generations.body.items as { generation: number; changes: { name: string }[] }[]).filter(
      ({ generation }) => generation > 1,
    );
    // Each generation has exactly the one change of its caller: none was made from an old design.
    expect(changes).toHaveLength(100);
    expect(changes.every(({ changes: own }) => own.length === 1)).toBe(true);
    expect(new Set(changes.map(({ changes: [only] }) => only?.name)).size).toBe(100);
  });
});
