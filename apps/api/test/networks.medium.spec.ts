/** Kinds, ranges and addresses of VNets over the API. */
import { describe, expect, it } from 'vitest';
import { newName, useApi, type TokenRequests } from './api-fixture.js';

const world = useApi();
const asDemo = (): TokenRequests => world().as(world().demoToken);

/** Whatever JSON holds. */
type Body = ReturnType<typeof JSON.parse>;

const documentOf = (vnets: object, vservers: object, more: object = {}) => ({
  apiVersion: 'openvsys/v1',
  kind: 'VsysDescriptor',
  metadata: { name: 'nets', version: '1.0.0' },
  vnets,
  vservers,
  ...more,
});
const app = (...nics: object[]) => ({ type: 'standard.tiny', image: 'debian-13', nics });
const order = async (vnets: object, vservers: object = { app: app({ vnet: 'lan' }) }) =>
  asDemo()
    .post('/v1/vsys')
    .send({ name: newName('net'), vdcId: world().demo.vdcId, document: documentOf(vnets, vservers) });
const deployed = async (...args: Parameters<typeof order>): Promise<Body> => {
  const { body } = await order(...args);
  return (await asDemo().get(`/v1/vsys/${body.vsysId}`).expect(200)).body;
};
const change = async (id: string, vnets: object, vservers: object) =>
  asDemo()
    .patch(`/v1/vsys/${id}`)
    .set('If-Match', '*')
    .send({ document: documentOf(vnets, vservers) });
const addressesOf = async (net: string): Promise<Body> =>
  (await asDemo().get(`/v1/vnets/${net}/addresses`).expect(200)).body;
const settings = async (body: object) =>
  asDemo().put(`/v1/vdcs/${world().demo.vdcId}/network-settings`).send(body);
const netNamed = (vsys: Body, name: string): Body => vsys['vnets'].find((net: Body) => net['name'] === name);

describe('kinds of VNets', () => {
  it('private ones need no VLAN; tunnels are refused where no pool offers them', async () => {
    const vsys = await deployed({ lan: { cidr: '10.0.0.0/24', kind: 'private', mtu: 1400 } });
    expect(netNamed(vsys, 'lan')).toMatchObject({ kind: 'private', vlan: null, mtu: 1400 });
    const wish = { lan: { cidr: '10.0.0.0/24', kind: 'tunnel' } };
    const refused = await order(wish);
    expect([refused.status, refused.body.code]).toEqual([409, 'no-capacity']);
    expect(refused.body.detail).toContain('tunnels between hosts');
    await world().database.transaction(async (session) =>
      session.change(`UPDATE pool SET description = '{"capabilities":["tunnels"]}'`, []),
    );
    expect(netNamed(await deployed(wish), 'lan')).toMatchObject({ kind: 'tunnel', vlan: null, mtu: 1450 });
  });

  it('keep the VLANs of a pool for those that need one', async () => {
    const vsys = await deployed({
      lan: { cidr: '10.0.0.0/24' },
      inner: { cidr: '10.0.1.0/24', kind: 'private' },
    });
    expect(netNamed(vsys, 'lan')['vlan']).toBeGreaterThan(0);
    const { body } = await change(
      vsys['id'],
      { lan: { cidr: '10.0.0.0/24', kind: 'private' }, inner: { cidr: '10.0.1.0/24', kind: 'private' } },
      { app: app({ vnet: 'lan' }) },
    );
    expect(body).toMatchObject({ code: 'conflict', pointer: '/vnets/lan/kind' });
  });
});

describe('chosen ranges', () => {
  it('never overlap in an organization, however many are ordered at once', async () => {
    await settings({ addressSpace: ['172.20.0.0/16'], reuseMinutes: 5 });
    const all = await Promise.all(Array.from({ length: 6 }, async () => deployed({ lan: { cidr: 'auto' } })));
    const cidrs = all.map((vsys) => netNamed(vsys, 'lan')['cidr']);
    expect(new Set(cidrs).size).toBe(6);
    expect(cidrs.every((cidr) => /^172\.20\.\d+\.0\/24$/.test(cidr))).toBe(true);
    expect(netNamed(all[0], 'lan')['autoRange']).toBe(true);
    const kept = await change(
      all[0]!['id'],
      { lan: { cidr: 'auto' } },
      { app: { ...app({ vnet: 'lan' }), count: 2 } },
    );
    expect(kept.status).toBe(202);
    const after = (await asDemo().get(`/v1/vsys/${all[0]!['id']}`)).body;
    expect(netNamed(after, 'lan')['cidr']).toBe(cidrs[0]);
  });

  it('are refused when the space is used up, and a plan says so too', async () => {
    await settings({ addressSpace: ['192.168.77.0/28'], reuseMinutes: 5 });
    const vnets = { lan: { cidr: 'auto/29' }, two: { cidr: 'auto/29' }, three: { cidr: 'auto/29' } };
    const refused = await order(vnets);
    expect([refused.status, refused.body.code]).toEqual([409, 'address-exhausted']);
    const body = {
      name: 'x',
      vdcId: world().demo.vdcId,
      document: documentOf(vnets, { app: app({ vnet: 'lan' }) }),
    };
    expect((await asDemo().post('/v1/vsys/plans').send(body)).body.code).toBe('address-exhausted');
  });

  it('refuse an address space that makes no sense', async () => {
    for (const addressSpace of [['8.0.0.0/8'], ['10.0.0.1/8'], ['10.0.0.0/8', '10.1.0.0/16'], ['x'], []]) {
      expect([addressSpace, (await settings({ addressSpace, reuseMinutes: 5 })).status]).toEqual([
        addressSpace,
        400,
      ]);
    }
    expect((await settings({ addressSpace: ['10.0.0.0/8'], reuseMinutes: 1_441 })).status).toBe(400);
    const monitor = world().as(await world().tokenWith(['monitor']));
    const url = `/v1/vdcs/${world().demo.vdcId}/network-settings`;
    await monitor
      .put(url)
      .send({ addressSpace: ['10.0.0.0/8'], reuseMinutes: 1 })
      .expect(403);
    await monitor.get(url).expect(200);
    await world().as(world().other.token).get(url).expect(404);
  });
});

describe('addresses of a VNet', () => {
  const LAN = { lan: { cidr: '10.0.0.0/24' } };

  it('are listed, reserved against servers and freed', async () => {
    await settings({ addressSpace: ['10.0.0.0/8'], reuseMinutes: 5 });
    const vsys = await deployed(LAN);
    const net = netNamed(vsys, 'lan')['id'] as string;
    expect(await addressesOf(net)).toMatchObject({
      total: 253,
      free: 252,
      nextFree: '10.0.0.3',
      gateway: '10.0.0.1',
    });
    const reserve = async (body: object) => asDemo().post(`/v1/vnets/${net}/reservations`).send(body);
    const made = await reserve({ first: '10.0.0.3', last: '10.0.0.9', note: 'printers' });
    expect(made.status).toBe(201);
    expect((await reserve({ first: '10.0.0.9' })).body).toMatchObject({
      code: 'conflict',
      pointer: '/first',
    });
    expect((await reserve({ first: '10.0.0.2' })).body.detail).toContain('“app”');
    expect((await reserve({ first: '10.0.1.2' })).status).toBe(400);
    expect((await reserve({ first: '10.0.0.300' })).status).toBe(400);
    await change(vsys['id'], LAN, {
      app: app({ vnet: 'lan' }),
      next: app({ vnet: 'lan' }),
      own: app({ vnet: 'lan', address: '10.0.0.5' }),
    });
    const book = await addressesOf(net);
    expect(book['addresses'].map((entry: Body) => [entry['address'], entry['use'], entry['server']])).toEqual(
      [
        ['10.0.0.1', 'gateway', null],
        ['10.0.0.2', 'nic', 'app'],
        ['10.0.0.5', 'nic', 'own'],
        ['10.0.0.10', 'nic', 'next'],
      ],
    );
    expect(book).toMatchObject({ free: 244, nextFree: '10.0.0.11', reservations: [{ note: 'printers' }] });
    const url = `/v1/vnets/${net}/reservations/${made.body.id}`;
    await world().as(world().other.token).delete(url).expect(404);
    await world().as(world().other.token).get(`/v1/vnets/${net}/addresses`).expect(404);
    await asDemo().delete(url).expect(204);
    await asDemo().delete(url).expect(404);
    expect((await addressesOf(net))['nextFree']).toBe('10.0.0.3');
  });

  it('are reserved once by 10 callers at once', async () => {
    const net = netNamed(await deployed(LAN), 'lan')['id'] as string;
    const answers = await Promise.all(
      Array.from({ length: 10 }, async (_, n) =>
        asDemo()
          .post(`/v1/vnets/${net}/reservations`)
          .send({ first: '10.0.0.50', last: `10.0.0.${60 + n}` }),
      ),
    );
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([
      201,
      ...Array.from({ length: 9 }, () => 409),
    ]);
  });

  it('rest before another server gets them', async () => {
    await settings({ addressSpace: ['10.0.0.0/8'], reuseMinutes: 5 });
    const vsys = await deployed(LAN, { app: app({ vnet: 'lan' }), old: app({ vnet: 'lan' }) });
    const net = netNamed(vsys, 'lan')['id'] as string;
    await change(vsys['id'], LAN, { app: app({ vnet: 'lan' }) });
    const goneSince = async (seconds: number) =>
      world().database.transaction(async (session) =>
        session.change(
          `UPDATE nic SET gone_at = now() - make_interval(secs => $2) WHERE vsys_id = $1 AND NOT wanted`,
          [vsys['id'], seconds],
        ),
      );
    expect((await addressesOf(net))['addresses'].at(-1)).toMatchObject({
      address: '10.0.0.3',
      use: 'leaving',
      until: null,
    });
    await goneSince(60);
    const resting = (await addressesOf(net))['addresses'].at(-1);
    expect(resting).toMatchObject({ address: '10.0.0.3', use: 'resting', server: 'old' });
    expect(Date.parse(resting.until)).toBeGreaterThan(Date.now());
    await change(vsys['id'], LAN, { app: app({ vnet: 'lan' }), one: app({ vnet: 'lan' }) });
    await goneSince(301);
    await change(vsys['id'], LAN, {
      app: app({ vnet: 'lan' }),
      one: app({ vnet: 'lan' }),
      two: app({ vnet: 'lan' }),
    });
    expect(
      (await addressesOf(net))['addresses'].map((entry: Body) => [entry['address'], entry['server']]),
    ).toEqual([
      ['10.0.0.1', null],
      ['10.0.0.2', 'app'],
      ['10.0.0.3', 'two'],
      ['10.0.0.4', 'one'],
    ]);
  });
});
