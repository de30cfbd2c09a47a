/** Connections between VNets of two systems: agreed, attached on both sides, asked about, ended. */
import { vsysId } from '@openvsys/vsys';
import { describe, expect, it } from 'vitest';
import { newName, useApi, type TokenRequests } from './api-fixture.js';
import { PredictedPool } from './reached.js';

const world = useApi();
const pool = new PredictedPool(world);

/** Whatever JSON holds. */
type Body = ReturnType<typeof JSON.parse>;

/** A firewall between `app` and a VNet beside it. */
const documentOf = (third: number, efms: object = { fw: { kind: 'firewall' } }) => ({
  apiVersion: 'openvsys/v1',
  kind: 'VsysDescriptor',
  metadata: { name: 'joined', version: '1.0.0' },
  vnets: { app: { cidr: `10.7.${third}.0/24` } },
  efms,
  vservers: { web: { type: 'standard.tiny', image: 'debian-13', nics: [{ vnet: 'app' }] } },
});

interface Ordered {
  readonly id: string;
  readonly vnet: string;
  readonly api: TokenRequests;
}

interface Owner {
  readonly token: string;
  readonly vdcId: string;
}

async function order(tenant: Owner, third: number, efms?: object): Promise<Ordered> {
  const api = world().as(tenant.token);
  const document = documentOf(third, efms);
  const { body } = await api
    .post('/v1/vsys')
    .send({ name: newName('joined'), vdcId: tenant.vdcId, document })
    .expect(202);
  await pool.reach(vsysId(body.vsysId));
  return { id: body.vsysId, vnet: `${body.vsysId}-N-APP`, api };
}
const demo = (): Owner => ({ token: world().demoToken, vdcId: world().demo.vdcId });

const shown = async ({ api }: Ordered, id: string): Promise<Body> =>
  (await api.get(`/v1/connections/${id}`).expect(200)).body;
async function agreed(from: Ordered, to: Ordered): Promise<string> {
  const { body } = await from.api
    .post('/v1/connections')
    .send({ from: { vnetId: from.vnet, name: 'partner' }, to: { vnetId: to.vnet, name: 'partner' } })
    .expect(201);
  return body.id;
}
async function attach({ api, id: system }: Ordered, id: string): Promise<void> {
  await api.post(`/v1/connections/${id}/attach`).send({ vsysId: system }).expect(202);
  await pool.reach(vsysId(system));
}
async function allow(of: Ordered, from: string, to: string): Promise<void> {
  const rule = { from, to, protocol: 'tcp', ports: [443] };
  const { body } = await of.api.get(`/v1/efms?vsys=${of.id}`).expect(200);
  await of.api.post(`/v1/efms/${body.items[0].id}/rules`).send({ rule }).expect(202);
  await pool.reach(vsysId(of.id));
}
const vnetsUsed = async (api: TokenRequests): Promise<number> => {
  const { body } = await api.get('/v1/quotas').expect(200);
  const found = body.items.find((item: Body) => item['resource'] === 'vnet');
  return found.used + found.reserved;
};
const firewallOf = async (system: string): Promise<Body> => {
  const rows = await world().database.session(async (session) =>
    session.rows<Body>(
      `SELECT c.rendered, c.document, c.secrets FROM efm_config c JOIN vserver s ON s.id = c.vserver_id
       WHERE s.vsys_id = $1 ORDER BY c.version DESC LIMIT 1`,
      [system],
    ),
  );
  return rows[0];
};

describe('a connection of two systems of one owner', { timeout: 60_000 }, () => {
  it('is agreed, planned, attached on both sides and asked about; nothing passes without rules of both', async () => {
    const owner = demo();
    const [a, b] = [await order(owner, 1), await order(owner, 2)];
    const before = await vnetsUsed(a.api);
    const id = await agreed(a, b);
    expect(await shown(a, id)).toMatchObject({
      state: 'accepted',
      from: { vsysId: a.id, cidr: '10.7.1.0/24', isAttached: false },
      to: { vsysId: b.id, cidr: '10.7.2.0/24', name: 'partner' },
    });
    expect(await vnetsUsed(a.api)).toBe(before + 2);

    const plan = await a.api
      .post(`/v1/connections/${id}/attach?dryRun=true`)
      .send({ vsysId: a.id })
      .expect(200);
    expect(JSON.stringify(plan.body)).toContain('configuration');
    await a.api.post(`/v1/connections/${id}/attach`).send({}).expect(400);
    await attach(a, id);
    expect(await shown(a, id)).toMatchObject({ state: 'accepted', from: { isReached: true } });
    await attach(b, id);
    expect((await shown(a, id)).state).toBe('established');

    const ask = async (): Promise<Body> =>
      (
        await a.api
          .post(`/v1/vsys/${a.id}/reachability`)
          .send({ from: 'web', to: `${b.id}/web`, protocol: 'tcp', port: 443 })
          .expect(200)
      ).body;
    expect((await ask()).allowed).toBe(false);
    await allow(a, 'app', 'partner');
    expect(await ask()).toMatchObject({ allowed: false, steps: [{ vsysId: a.id }, { vsysId: b.id }] });
    await allow(b, 'partner', 'app');
    const way = await ask();
    expect(way).toMatchObject({
      allowed: true,
      explanation: expect.stringContaining('connection “partner”'),
    });
    expect(way.steps.map((step: Body) => step.verdict.pointer)).toEqual([
      '/config/rules/0',
      '/config/rules/0',
    ]);

    const [mine, theirs] = [await firewallOf(a.id), await firewallOf(b.id)];
    expect(mine.rendered['wg0.conf']).toMatch(
      /AllowedIPs = 10\.7\.2\.0\/24\nEndpoint = 100\.64\.\d+\.\d+:51821/,
    );
    expect(theirs.rendered['wg0.conf']).toContain('AllowedIPs = 10.7.1.0/24');
    expect(Object.keys(mine.secrets)).toEqual(['connections/private.key']);
    expect(mine.document.secrets).toEqual({});
  });

  it('is forgotten by both firewalls when it is deleted; rules that name it stay and fit nothing', async () => {
    const owner = demo();
    const [a, b] = [await order(owner, 1), await order(owner, 2)];
    const before = await vnetsUsed(a.api);
    const id = await agreed(a, b);
    await attach(a, id);
    await attach(b, id);
    await allow(a, 'app', 'partner');
    await a.api.post(`/v1/connections/${id}/detach`).send({ vsysId: a.id }).expect(409);
    const { body } = await a.api.delete(`/v1/connections/${id}`).expect(200);
    expect(body).toMatchObject({ state: 'deleted', detached: [{ vsysId: a.id }, { vsysId: b.id }] });
    for (const { id: system } of [a, b]) {
      await pool.reach(vsysId(system));
      expect((await firewallOf(system)).rendered).not.toHaveProperty('wg0.conf');
    }
    expect(await vnetsUsed(a.api)).toBe(before);
    expect((await a.api.get(`/v1/vsys/${a.id}/connections`).expect(200)).body.items).toEqual([]);
    const again = await a.api.delete(`/v1/connections/${id}`).expect(200);
    expect(again.body).toMatchObject({ state: 'deleted', detached: [] });
  });

  it('ends with either system, and the plan of the deletion says so', async () => {
    const owner = demo();
    const [a, b] = [await order(owner, 1), await order(owner, 2)];
    const id = await agreed(a, b);
    await attach(a, id);
    await attach(b, id);
    const plan = await b.api.delete(`/v1/vsys/${b.id}?purge=true&dryRun=true`).expect(200);
    expect(plan.body.deletion.connections).toEqual([id]);
    await b.api.delete(`/v1/vsys/${b.id}?purge=true`).expect(202);
    expect(await shown(a, id)).toMatchObject({ state: 'deleted', from: { isAttached: false } });
    const { body } = await a.api.get(`/v1/events?vsys=${a.id}&type=connection.deleted`).expect(200);
    expect(body.items).toHaveLength(1);
  });

  it.each([
    ['ranges that overlap', 1, 1, undefined, '/from'],
    ['a side without a firewall', 1, 2, {}, '/to'],
  ])('is refused for %s, with the place', async (_, first, second, efms, pointer) => {
    const owner = demo();
    const [a, b] = [await order(owner, first), await order(owner, second, efms)];
    const ends = { from: { vnetId: a.vnet, name: 'partner' }, to: { vnetId: b.vnet, name: 'partner' } };
    const { body } = await a.api.post('/v1/connections').send(ends).expect(409);
    expect(body).toMatchObject({ pointer, remedy: expect.any(String) });
    const same = { from: ends.from, to: { vnetId: a.vnet, name: 'self' } };
    expect((await a.api.post('/v1/connections').send(same).expect(409)).body.pointer).toBe('/to');
    expect((await a.api.get(`/v1/vsys/${a.id}/connections`).expect(200)).body.items).toEqual([]);
  });

  it('keeps the range that was agreed: a VNet of it does not overlap later, nor leave the firewall', async () => {
    const owner = demo();
    const [a, b] = [await order(owner, 1), await order(owner, 2)];
    await attach(a, await agreed(a, b));
    const net = { vsysId: a.id, name: 'late', cidr: '10.7.2.128/25' };
    const { body } = await a.api.post('/v1/vnets').send(net).expect(422);
    expect(JSON.stringify(body)).toContain('overlaps');
  });
});

describe('a connection of two owners', { timeout: 60_000 }, () => {
  it('is accepted with the key only; each sees of the other what was agreed, and either ends it', async () => {
    const [mine, theirs] = [demo(), world().other];
    const [a, b] = [await order(mine, 1), await order(theirs, 2)];
    const proposed = await a.api
      .post('/v1/connections')
      .send({ from: { vnetId: a.vnet, name: 'their-db' } })
      .expect(201);
    const { id } = proposed.body;
    expect(proposed.body).toMatchObject({ state: 'proposed', to: null });
    const { key } = (await a.api.get(`/v1/connections/${id}/key`).expect(200)).body;
    const end = { vnetId: b.vnet, name: 'their-web' };
    await b.api.get(`/v1/connections/${id}`).expect(404);
    await b.api.delete(`/v1/connections/${id}`).expect(404);
    await b.api.post(`/v1/connections/${id}/accept`).send(end).expect(404);
    await b.api
      .post(`/v1/connections/${id}/accept`)
      .send({ ...end, key: 'guessed' })
      .expect(404);
    await a.api.post(`/v1/connections/${id}/attach`).send({}).expect(409);
    const accepted = await b.api
      .post(`/v1/connections/${id}/accept`)
      .send({ ...end, key })
      .expect(200);
    expect(accepted.body).toMatchObject({
      state: 'accepted',
      from: { vsysId: a.id, cidr: '10.7.1.0/24', vnetId: null, name: null },
      to: { vnetId: b.vnet, name: 'their-web' },
    });
    await a.api.get(`/v1/connections/${id}/key`).expect(404);

    await attach(a, id);
    await b.api.post(`/v1/connections/${id}/attach`).send({ vsysId: a.id }).expect(404);
    await attach(b, id);
    expect((await shown(b, id)).state).toBe('established');
    const told = await a.api.get(`/v1/events?vsys=${a.id}&type=connection.accepted`).expect(200);
    expect(told.body.items).toHaveLength(1);

    const ended = await b.api.delete(`/v1/connections/${id}`).expect(200);
    expect(ended.body.detached.map((each: Body) => each.vsysId)).toEqual([b.id]);
    await pool.reach(vsysId(a.id));
    expect((await firewallOf(a.id)).rendered).not.toHaveProperty('wg0.conf');
  });
});
