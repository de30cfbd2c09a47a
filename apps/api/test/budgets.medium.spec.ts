/** Budgets as tenants keep them: ETags, who may, what is refused. */
import { describe, expect, it } from 'vitest';
import { newName, useApi } from './api-fixture.js';

const world = useApi();
const demo = () => world().as(world().demoToken);
const TERMS = {
  name: 'shop',
  amount: '200.00',
  thresholds: [{ basis: 'spent', unit: 'percent', value: '80' }],
  atLimit: 'stop-new',
};

describe('budgets', () => {
  it('are made for an organization, a VDC and a VSYS, shown and listed', async () => {
    const { organizationId, vdcId } = world().demo;
    const made = await demo()
      .post('/v1/budgets')
      .send({ ...TERMS, scope: 'organization' })
      .expect(201);
    expect(made.body).toMatchObject({ scopeId: organizationId, currency: 'EUR', version: 1, spent: null });
    expect(made.headers['etag']).toBe('"1"');
    await demo()
      .post('/v1/budgets')
      .send({ ...TERMS, scope: 'vdc', scopeId: vdcId })
      .expect(201);
    await demo()
      .post('/v1/budgets')
      .send({ ...TERMS, scope: 'vsys', scopeId: 'DEMO0001-AAAAAAAAA' })
      .expect(404);
    const shown = await demo().get(`/v1/budgets/${made.body.id}`).expect(200);
    expect(shown.body).toMatchObject({ id: made.body.id, amount: '200.0000', alerts: [] });
    const bound = world().as(await world().tokenWith(['org-admin'], [vdcId]));
    const seen = await bound.get('/v1/budgets').expect(200);
    expect(seen.body.items.map(({ scope }: { scope: string }) => scope)).toEqual(['vdc']);
    await bound
      .post('/v1/budgets')
      .send({ ...TERMS, scope: 'vdc', scopeId: vdcId })
      .expect(403);
    await world()
      .as(await world().tokenWith(['designer']))
      .post('/v1/budgets')
      .send({ ...TERMS, scope: 'organization' })
      .expect(403);
  });

  it('are changed by who knows their version, and by nobody else', async () => {
    const made = await demo()
      .post('/v1/budgets')
      .send({ ...TERMS, scope: 'organization' })
      .expect(201);
    const path = `/v1/budgets/${made.body.id}`;
    await demo().put(path).send(TERMS).expect(428);
    const raised = { ...TERMS, amount: '300' };
    const changed = await demo().put(path).set('If-Match', '"1"').send(raised).expect(200);
    expect(changed.body).toMatchObject({ amount: '300', version: 2 });
    expect(changed.headers['etag']).toBe('"2"');
    await demo().put(path).set('If-Match', '"1"').send(TERMS).expect(412);
    await demo().delete(path).set('If-Match', '"1"').expect(412);
    await demo().delete(path).set('If-Match', '"2"').expect(204);
    await demo().get(path).expect(404);
  });

  it.each([
    [{ ...TERMS, amount: '0' }, '/amount'],
    [{ ...TERMS, amount: '1.23456' }, '/amount'],
    [{ ...TERMS, thresholds: [{ basis: 'spent', unit: 'percent', value: '2000' }] }, '/thresholds/0/value'],
  ])('are refused with the place that is wrong: %j', async (terms, pointer) => {
    const refused = await demo()
      .post('/v1/budgets')
      .send({ ...terms, scope: 'organization' });
    expect([refused.status, refused.body.pointer]).toEqual([400, pointer]);
  });

  it('that are used up refuse what is new, and nothing that ends', async () => {
    const made = await demo()
      .post('/v1/budgets')
      .send({ ...TERMS, scope: 'organization' })
      .expect(201);
    const request = { name: newName('budget'), vdcId: world().demo.vdcId, descriptor: { name: '1-tier' } };
    const before = await demo().post('/v1/vsys').send(request).expect(202);
    // What a worker writes when the month has cost as much.
    await world().database.session(async (session) =>
      session.change(
        `UPDATE budget SET spent = 200, stopped_until = now() + interval '1 hour' WHERE id = $1`,
        [made.body.id],
      ),
    );
    const refused = await demo()
      .post('/v1/vsys')
      .send({ ...request, name: newName('budget') })
      .expect(409);
    expect(refused.body).toMatchObject({
      code: 'quota-exceeded',
      detail: expect.stringContaining('The budget “shop” of the organization is used up'),
      details: { budgets: [{ id: made.body.id }] },
    });
    await demo().delete(`/v1/vsys/${before.body.vsysId}`).expect(202);
  });
});
