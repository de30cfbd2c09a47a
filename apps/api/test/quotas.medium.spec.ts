/** Limits of three levels, what setting them would do, and asking for more. */
import { describe, expect, it } from 'vitest';
import { newName, useApi } from './api-fixture.js';

const world = useApi();
const provider = () => world().as(world().providerToken);
const demo = () => world().as(world().demoToken);
const limitOf = (body: { items: { resource: string }[] }, resource: string) =>
  body.items.find((item) => item.resource === resource);

const SMALL = `apiVersion: openvsys/v1
kind: VsysDescriptor
metadata: { name: small, version: 1.0.0 }
vnets: { app: { cidr: 10.0.0.0/24 } }
vservers:
  web: { type: standard.small, image: debian-13, count: 2, nics: [{ vnet: app }] }
`;

async function create(): Promise<string> {
  const request = { name: newName('quota'), vdcId: world().demo.vdcId, source: SMALL };
  const made = await demo().post('/v1/vsys').send(request).expect(202);
  return made.body.vsysId;
}

describe('limits of a VSYS', () => {
  it('are set by the organization and hold for changes of that VSYS', async () => {
    const id = await create();
    const limits = [{ resource: 'vserver', limit: 2 }];
    const set = await demo().put(`/v1/vsys/${id}/quotas`).send({ limits }).expect(200);
    expect(limitOf(set.body, 'vserver')).toEqual({ resource: 'vserver', limit: 2, used: 2, reserved: 2 });
    await world().as(world().other.token).get(`/v1/vsys/${id}/quotas`).expect(404);
    const grown = { source: SMALL.replace('count: 2', 'count: 3') };
    const plan = await demo().post(`/v1/vsys/${id}/plans`).send(grown);
    if (plan.status === 200)
      expect(plan.body.quotas).toContainEqual(
        expect.objectContaining({ scope: 'vsys', resource: 'vserver', limit: 2, usedAfter: 3, fits: false }),
      );
    const shown = await demo().get(`/v1/vsys/${id}`).expect(200);
    const refused = await demo()
      .patch(`/v1/vsys/${id}`)
      .set('If-Match', shown.headers['etag'] ?? '')
      .send(grown)
      .expect(409);
    expect(refused.body).toMatchObject({
      code: 'quota-exceeded',
      detail: expect.stringContaining('vserver of the VSYS: limit 2, used 0, reserved 2, requested 1'),
      remedy: expect.stringContaining('administrator of the organization'),
      details: { exceeded: [{ scope: 'vsys', scopeId: id, raisedBy: 'organization' }] },
    });
  });
});

describe('limits of disk classes', () => {
  it('are set, shown with what is used, shown in plans and lifted by their own names', async () => {
    const id = await create();
    const limits = [{ resource: 'storage-gib/fast', limit: 3 }];
    const set = await demo().put(`/v1/vsys/${id}/quotas`).send({ limits }).expect(200);
    const fast = { resource: 'storage-gib/fast', limit: 3, used: 0, reserved: 0 };
    expect(limitOf(set.body, 'storage-gib/fast')).toEqual(fast);
    const grown = { source: `${SMALL}vdisks: { log: { size: 5, class: fast } }\n` };
    const plan = await demo().post(`/v1/vsys/${id}/plans`).send(grown).expect(200);
    expect(plan.body.quotas).toContainEqual({
      scope: 'vsys',
      resource: 'storage-gib/fast',
      limit: 3,
      usedBefore: 0,
      usedAfter: 5,
      fits: false,
    });
    const other = [{ resource: 'storage-gib/standard', limit: 1 }];
    const dry = await demo().put(`/v1/vsys/${id}/quotas?dryRun=true`).send({ limits: other }).expect(200);
    const effects = { items: dry.body.effects };
    expect(limitOf(effects, 'storage-gib/standard')).toMatchObject({
      limitBefore: null,
      limitAfter: 1,
      over: true,
    });
    expect(limitOf(effects, 'storage-gib/fast')).toMatchObject({ limitBefore: 3, limitAfter: null });
    const lifted = await demo().put(`/v1/vsys/${id}/quotas`).send({ limits: other }).expect(200);
    expect(limitOf(lifted.body, 'storage-gib/fast')).toBeUndefined();
    const unknown = { limits: [{ resource: 'storage-gib/Fast!', limit: 1 }] };
    await demo().put(`/v1/vsys/${id}/quotas`).send(unknown).expect(400);
  });
});

describe('a dry run', () => {
  it('says who would be over, and changes nothing', async () => {
    const id = await create();
    const { vdcId, organizationId } = world().demo;
    const limits = [{ resource: 'vserver', limit: 1 }];
    const dry = await demo().put(`/v1/vdcs/${vdcId}/quotas?dryRun=true`).send({ limits }).expect(200);
    expect(limitOf({ items: dry.body.effects }, 'vserver')).toMatchObject({
      limitBefore: null,
      limitAfter: 1,
      over: true,
      free: 0,
      holders: expect.arrayContaining([expect.objectContaining({ id, used: 2 })]),
    });
    expect(limitOf({ items: dry.body.effects }, 'vnet')).toMatchObject({ over: false, holders: [] });
    const after = await demo().get(`/v1/vdcs/${vdcId}/quotas`).expect(200);
    expect(limitOf(after.body, 'vserver')).toMatchObject({ limit: null });
    const organization = await provider()
      .put(`/v1/organizations/${organizationId}/quotas?dryRun=true`)
      .send({ limits })
      .expect(200);
    expect(limitOf({ items: organization.body.effects }, 'vserver')).toMatchObject({
      holders: [expect.objectContaining({ id: vdcId, name: 'main' })],
    });
    await demo().put(`/v1/organizations/${organizationId}/quotas?dryRun=true`).send({ limits }).expect(403);
  });
});

describe('callers of some VDCs', () => {
  it('do not lift the limits that are theirs', async () => {
    const { vdcId } = world().demo;
    const bound = world().as(await world().tokenWith(['org-admin'], [vdcId]));
    const lifted = await bound.put(`/v1/vdcs/${vdcId}/quotas`).send({ limits: [] });
    const read = await bound.get(`/v1/vdcs/${vdcId}/quotas`);
    expect([lifted.status, read.status]).toEqual([403, 200]);
  });
});

describe('requests for limits', () => {
  const ask = async (limit: number) =>
    demo()
      .post('/v1/quota-requests')
      .send({ scope: 'organization', limits: [{ resource: 'vsys', limit }], reason: 'sale in December' });

  it('are approved by the provider, once, and then hold', async () => {
    const { organizationId } = world().demo;
    const asked = await ask(321);
    expect(asked.status).toBe(201);
    expect(asked.body).toMatchObject({ state: 'open', scopeId: organizationId, decidedBy: null });
    const path = `/v1/quota-requests/${asked.body.id}`;
    await demo().post(`${path}/approve`).send({ reason: 'why not' }).expect(403);
    await world().as(world().other.token).get(path).expect(404);
    const before = await demo().get('/v1/quotas').expect(200);
    const approved = await provider().post(`${path}/approve`).send({ reason: 'as agreed' }).expect(200);
    expect(approved.body).toMatchObject({ state: 'approved', decision: 'as agreed' });
    const after = await demo().get('/v1/quotas').expect(200);
    expect(limitOf(after.body, 'vsys')).toMatchObject({ limit: 321 });
    expect(limitOf(after.body, 'vnet')).toEqual(limitOf(before.body, 'vnet'));
    await provider().post(`${path}/deny`).send({ reason: 'too late' }).expect(409);
    const events = await demo().get('/v1/events').expect(200);
    expect(events.body.items[0]).toMatchObject({ type: 'quota-request.approved', resource: asked.body.id });
  });

  it('are denied or withdrawn with a reason, stay as history, and change nothing', async () => {
    const [denied, withdrawn] = [await ask(400), await ask(401)];
    await provider().post(`/v1/quota-requests/${denied.body.id}/deny`).send({ reason: 'no' }).expect(200);
    const path = `/v1/quota-requests/${withdrawn.body.id}/withdraw`;
    await demo().post(path).send({ reason: 'mistake' }).expect(200);
    const list = await demo().get('/v1/quota-requests?state=denied').expect(200);
    expect(list.body.items[0]).toMatchObject({ id: denied.body.id, decision: 'no' });
    const first = await provider().get('/v1/quota-requests?limit=1').expect(200);
    expect(first.body.items[0]).toMatchObject({ id: withdrawn.body.id, state: 'withdrawn' });
    const second = await provider()
      .get(`/v1/quota-requests?limit=1&cursor=${first.body.nextCursor}`)
      .expect(200);
    expect(second.body.items[0].id).toBe(denied.body.id);
    const quotas = await demo().get('/v1/quotas').expect(200);
    expect(limitOf(quotas.body, 'vsys')).toMatchObject({ limit: 321 });
  });

  it('for a VDC are decided in the organization, and other limits may be granted', async () => {
    const { vdcId } = world().demo;
    const bound = world().as(await world().tokenWith(['designer'], [vdcId]));
    const wish = {
      scope: 'vdc',
      scopeId: vdcId,
      limits: [{ resource: 'efm', limit: 9 }],
      reason: 'more sites',
    };
    const asked = await bound.post('/v1/quota-requests').send(wish).expect(201);
    const path = `/v1/quota-requests/${asked.body.id}/approve`;
    const limits = [{ resource: 'efm', limit: 5 }];
    await demo().post(path).send({ reason: 'half of it', limits }).expect(200);
    const quotas = await bound.get(`/v1/vdcs/${vdcId}/quotas`).expect(200);
    expect(limitOf(quotas.body, 'efm')).toMatchObject({ limit: 5 });
    const seen = await bound.get('/v1/quota-requests').expect(200);
    expect(seen.body.items.map(({ scope }: { scope: string }) => scope)).toEqual(['vdc']);
  });
});
