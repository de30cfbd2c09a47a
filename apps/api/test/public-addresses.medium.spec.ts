/** Public addresses that outlive systems, and the provider's ranges. */
import { describe, expect, it } from 'vitest';
import { newName, useApi, type TokenRequests } from './api-fixture.js';

const world = useApi();
const asDemo = (): TokenRequests => world().as(world().demoToken);
const asProvider = (): TokenRequests => world().as(world().providerToken);

/** Whatever JSON holds. */
type Body = ReturnType<typeof JSON.parse>;

/** A firewall that leads to a server by the public address `www`. */
const documentOf = (www: object, more: object = {}) => ({
  apiVersion: 'openvsys/v1',
  kind: 'VsysDescriptor',
  metadata: { name: 'addresses', version: '1.0.0' },
  vnets: { lan: { cidr: '10.0.0.0/24' } },
  publicIps: { www, ...more },
  efms: {
    fw: {
      kind: 'firewall',
      config: { rules: [], portForwards: [{ publicIp: 'www', port: 80, server: 'app' }] },
    },
  },
  vservers: { app: { type: 'standard.tiny', image: 'debian-13', nics: [{ vnet: 'lan' }] } },
});
const order = async (www: object, more: object = {}) =>
  asDemo()
    .post('/v1/vsys')
    .send({ name: newName('ip'), vdcId: world().demo.vdcId, document: documentOf(www, more) });
const shown = async (id: string): Promise<Body> => (await asDemo().get(`/v1/vsys/${id}`).expect(200)).body;
const url = (): string => `/v1/vdcs/${world().demo.vdcId}/public-addresses`;
const allocate = async (name = newName('addr')): Promise<Body> =>
  (await asDemo().post(url()).send({ name }).expect(201)).body;
const addressOf = async (id: string): Promise<Body> =>
  (await asDemo().get(`/v1/public-addresses/${id}`).expect(200)).body;
const sql = async (text: string, values: unknown[]) =>
  world().database.session(async (session) => session.rows<Body>(text, values));
const intervalsOf = async (resource: string) =>
  sql('SELECT dimension, product, ended_at AS ended FROM usage_interval WHERE resource = $1', [resource]);
/** As the engine does when the spec without it is reached. */
const release = async (vsys: string) =>
  world().database.transaction(async (session) => {
    await session.change(
      `UPDATE public_ip SET gone_at = now(), released_at = now() WHERE vsys_id = $1 AND NOT wanted`,
      [vsys],
    );
    await session.change(
      `UPDATE public_address a SET vsys_id = NULL, public_ip_id = NULL FROM public_ip p
       WHERE p.id = a.public_ip_id AND p.vsys_id = $1 AND p.released_at IS NOT NULL`,
      [vsys],
    );
  });
const quotaUse = async (): Promise<number> => {
  const { body } = await asDemo().get('/v1/quotas').expect(200);
  const found = body.items.find((item: Body) => item['resource'] === 'public-ip');
  return found.used + found.reserved;
};
const brokenInvariants = async (): Promise<string[]> => {
  const { body } = await asProvider().get('/v1/invariants').expect(200);
  return body.items.filter(({ count }: Body) => count > 0).map(({ name }: Body) => name);
};

describe('an allocated address', () => {
  it('is metered and counted from its allocation until it is freed', async () => {
    const before = await quotaUse();
    const made = await allocate();
    expect(made).toMatchObject({ vsysId: null, publicIpId: null, vdcId: world().demo.vdcId });
    expect(await quotaUse()).toBe(before + 1);
    expect(await intervalsOf(made['id'])).toEqual([
      { dimension: 'public-ip', product: 'ip.public', ended: null },
    ]);
    await asDemo().delete(`/v1/public-addresses/${made['id']}`).expect(204);
    expect((await intervalsOf(made['id']))[0]?.['ended']).not.toBeNull();
    expect(await quotaUse()).toBe(before);
    await asDemo().get(`/v1/public-addresses/${made['id']}`).expect(404);
    expect((await asDemo().get(url())).body.items.map(({ id }: Body) => id)).not.toContain(made['id']);
  });

  it('is told of in events, which explain the line of a bill', async () => {
    const { id, name, address } = await allocate();
    await asDemo().delete(`/v1/public-addresses/${id}`).expect(204);
    const told = await sql('SELECT type, data FROM event WHERE resource = $1 ORDER BY at, id', [id]);
    expect(told).toEqual(
      ['allocated', 'freed'].map((what) => ({ type: `public-address.${what}`, data: { name, address } })),
    );
  });

  it('is used by a system that names it, counted once, and stays when the system goes', async () => {
    const made = await allocate();
    const before = await quotaUse();
    const { body } = await order({ allocation: made['id'] });
    const vsys = await shown(body.vsysId);
    expect(vsys['publicIps']).toMatchObject([
      { name: 'www', address: made['address'], allocationId: made['id'] },
    ]);
    expect(await quotaUse()).toBe(before);
    expect(await addressOf(made['id'])).toMatchObject({
      vsysId: body.vsysId,
      publicIpId: vsys['publicIps'][0].id,
    });
    const refused = await asDemo().delete(`/v1/public-addresses/${made['id']}`).expect(409);
    expect(refused.body.detail).toContain(body.vsysId);
    const plan = await asDemo().delete(`/v1/vsys/${body.vsysId}?dryRun=true`).expect(200);
    expect(plan.body.deletion.freedAddresses).not.toContain(made['address']);
    await asDemo().delete(`/v1/vsys/${body.vsysId}`).expect(202);
    await release(body.vsysId);
    expect(await addressOf(made['id'])).toMatchObject({ vsysId: null, address: made['address'] });
  });

  it('is with one system at a time, also when ten want it at once', async () => {
    const made = await allocate();
    const answers = await Promise.all(
      Array.from({ length: 10 }, async () => order({ allocation: made['id'] })),
    );
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([
      202,
      ...Array.from({ length: 9 }, () => 409),
    ]);
    const twice = await order({ allocation: made['id'] }, { other: { allocation: made['id'] } });
    expect(twice.status).toBe(409);
    const free = await allocate();
    const doubled = await order({ allocation: free['id'] }, { other: { allocation: free['id'] } });
    expect(doubled.body).toMatchObject({
      code: 'invalid-descriptor',
      pointer: '/publicIps/other/allocation',
    });
  });

  it('moves from one system to another by calls, and what used it goes on with a new one', async () => {
    const made = await allocate();
    const first = (await order({ allocation: made['id'] })).body.vsysId as string;
    const second = (await order({})).body.vsysId as string;
    const attach = async (to: string) =>
      asDemo().post(`/v1/public-addresses/${made['id']}/attach`).send({ vsysId: to, name: 'www' });
    const detach = async (body: object) =>
      asDemo().post(`/v1/public-addresses/${made['id']}/detach`).send(body);
    expect((await attach(second)).body).toMatchObject({ code: 'conflict', details: { vsysId: first } });
    expect((await detach({})).body.code).toBe('conflict');
    expect((await detach({ replacement: 'new' })).status).toBe(202);
    const left = (await shown(first))['publicIps'].find((ip: Body) => ip['allocationId'] === null);
    expect(left).toMatchObject({ name: 'www' });
    expect((await attach(second)).body.code).toBe('conflict');
    await release(first);
    const formerly = (await shown(second))['publicIps'][0].address;
    expect((await attach(second)).status).toBe(202);
    const vsys = await shown(second);
    expect(vsys['publicIps'].find((ip: Body) => ip['allocationId'] === made['id'])).toMatchObject({
      name: 'www',
      address: made['address'],
    });
    expect(formerly).not.toBe(made['address']);
    const fw = vsys['vservers'].find((server: Body) => server['name'] === 'fw');
    const config = await asDemo().get(`/v1/efms/${fw.id}/configuration`).expect(200);
    expect(JSON.stringify(config.body)).toContain(made['address']);
    expect(await brokenInvariants()).toEqual([]);
  });

  it('is planned like any change', async () => {
    const made = await allocate();
    const id = (await order({})).body.vsysId as string;
    const plan = await asDemo()
      .post(`/v1/public-addresses/${made['id']}/attach?dryRun=true`)
      .send({ vsysId: id, name: 'second' })
      .expect(200);
    expect(plan.body.changes.filter(({ change }: Body) => change === 'added')).toMatchObject([
      { kind: 'public-ip', name: 'second' },
    ]);
    expect(await addressOf(made['id'])).toMatchObject({ vsysId: null });
  });

  it('is nobody else’s', async () => {
    const made = await allocate();
    const other = world().as(world().other.token);
    const path = `/v1/public-addresses/${made['id']}`;
    await other.get(path).expect(404);
    await other.delete(path).expect(404);
    await other.post(`${path}/attach`).send({ vsysId: 'DEMO0001-7K2M9QXPA', name: 'www' }).expect(404);
    await other.get(url()).expect(404);
    const theirs = {
      name: newName('ip'),
      vdcId: world().other.vdcId,
      document: documentOf({ allocation: made['id'] }),
    };
    expect((await other.post('/v1/vsys').send(theirs)).body.code).toBe('invalid-descriptor');
    await world()
      .as(await world().tokenWith(['monitor']))
      .post(url())
      .send({ name: 'no' })
      .expect(403);
    expect((await asDemo().post(url()).send({ name: made['name'] })).body.code).toBe('conflict');
  });

  it('is within the quota of the VDC, however many ask at once', async () => {
    const used = (
      await sql(
        'SELECT count(*)::integer AS n FROM allocated_address WHERE vdc_id = $1 AND released_at IS NULL',
        [world().demo.vdcId],
      )
    )[0]?.['n'] as number;
    const own = (
      await sql(
        'SELECT count(*)::integer AS n FROM public_ip WHERE released_at IS NULL AND allocation_id IS NULL',
        [],
      )
    )[0]?.['n'] as number;
    const limits = [{ resource: 'public-ip', limit: used + own + 2 }];
    await asDemo().put(`/v1/vdcs/${world().demo.vdcId}/quotas`).send({ limits }).expect(200);
    const answers = await Promise.all(
      Array.from({ length: 8 }, async () =>
        asDemo()
          .post(url())
          .send({ name: newName('many') }),
      ),
    );
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(2);
    await asDemo().put(`/v1/vdcs/${world().demo.vdcId}/quotas`).send({ limits: [] }).expect(200);
    expect(new Set(answers.map(({ body }) => body.code))).toContain('quota-exceeded');
  });
});

describe('ranges of the provider', () => {
  const path = (): string => `/v1/zones/${world().demo.zoneId}/address-ranges`;
  const range = (list: Body, first: string) => list['items'].find((item: Body) => item['first'] === first);

  it('are added, shown with their use, and removed when nobody has one', async () => {
    const added = await asProvider()
      .post(path())
      .send({ first: '198.51.100.10', last: '198.51.100.29' })
      .expect(200);
    expect(range(added.body, '198.51.100.10')).toMatchObject({ last: '198.51.100.29', total: 20, free: 20 });
    const again = await asProvider()
      .post(path())
      .send({ first: '198.51.100.20', last: '198.51.100.39' })
      .expect(200);
    expect(range(again.body, '198.51.100.10')).toMatchObject({ last: '198.51.100.39', total: 30 });
    const remove = async (first: string, last: string) =>
      asProvider().delete(`${path()}?first=${first}&last=${last}`);
    const split = await remove('198.51.100.15', '198.51.100.19');
    expect(range(split.body, '198.51.100.20')).toMatchObject({ total: 20 });
    await order({});
    const inUse = (await asProvider().get(path())).body.items.find((item: Body) => item['attached'] > 0);
    expect((await remove(inUse.first, inUse.last)).status).toBe(409);
    expect((await remove('192.0.2.1', '192.0.2.2')).status).toBe(404);
    expect((await remove('192.0.2.2', '192.0.2.1')).status).toBe(400);
    const wide = await asProvider().post(path()).send({ first: '198.18.0.0', last: '198.19.255.255' });
    expect(wide.status).toBe(400);
    await asDemo().get(path()).expect(403);
    await asDemo().post(path()).send({ first: '192.0.2.1', last: '192.0.2.1' }).expect(403);
  });
});
