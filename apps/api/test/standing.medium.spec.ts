/** Organizations that are suspended, closed and activated again: what they may still do, and who decides. */
import { describe, expect, it } from 'vitest';
import { newName, useApi } from './api-fixture.js';

const world = useApi();
const provider = () => world().as(world().providerToken);
const demo = () => world().as(world().demoToken);
const path = () => `/v1/organizations/${world().demo.organizationId}`;
const order = () => ({ name: newName('stand'), vdcId: world().demo.vdcId, descriptor: { name: '1-tier' } });

describe('the standing of an organization', () => {
  it('suspended: nothing new, but stopping and deleting; visible to the tenant, with the reason', async () => {
    const made = await demo().post('/v1/vsys').send(order()).expect(202);
    const kept = await demo().post('/v1/vsys').send(order()).expect(202);
    const server = made.body.parts.find(({ kind }: { kind: string }) => kind === 'vserver').id;
    await demo().post(`${path()}/suspend`).send({ reason: 'mine' }).expect(403);
    const suspended = await provider().post(`${path()}/suspend`).send({ reason: 'bill' }).expect(200);
    expect(suspended.body).toMatchObject({ state: 'suspended', running: 'keep', deleteAfter: null });
    const refused = await demo().post('/v1/vsys').send(order()).expect(409);
    expect(refused.body).toMatchObject({ code: 'conflict', details: { state: 'suspended' } });
    await demo().post(`/v1/vservers/${server}/stop`).expect(202);
    const start = await demo().post(`/v1/vservers/${server}/start`).expect(409);
    expect(start.body).toMatchObject({ code: 'conflict', details: { state: 'suspended' } });
    await demo().delete(`/v1/vsys/${made.body.vsysId}`).expect(202);
    const shown = await demo().get(`${path()}/standing`).expect(200);
    expect(shown.body).toMatchObject({ state: 'suspended', reason: 'bill' });
    expect(shown.body.systems).toBeGreaterThan(0);
    await provider().post(`${path()}/activate`).send({ reason: 'paid' }).expect(200);
    await demo().post('/v1/vsys').send(order()).expect(202);
    await demo().get(`/v1/vsys/${kept.body.vsysId}`).expect(200);
  });

  it('closed: until its retention is over it can be activated, and not be suspended', async () => {
    const closed = await provider()
      .post(`${path()}/close`)
      .send({ reason: 'end', retentionDays: 7 })
      .expect(200);
    const days = (Date.parse(closed.body.deleteAfter) - Date.now()) / 86_400_000;
    expect(closed.body).toMatchObject({ state: 'closed', running: 'stop' });
    expect(days).toBeCloseTo(7, 1);
    const refused = await provider().post(`${path()}/suspend`).send({ reason: 'x' }).expect(409);
    expect(refused.body.details).toEqual({ state: 'closed', possible: ['active'] });
    const back = await provider().post(`${path()}/activate`).send({ reason: 'stays' }).expect(200);
    expect(back.body).toMatchObject({ state: 'active', running: 'keep', deleteAfter: null });
    const events = await demo().get('/v1/events?limit=2').expect(200);
    expect(events.body.items.map(({ type }: { type: string }) => type)).toEqual([
      'organization.active',
      'organization.closed',
    ]);
  });
});
