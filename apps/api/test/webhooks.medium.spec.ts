/** Webhooks as tenants keep them: secrets shown once, addresses that may not be reached, deliveries, replays; sending is the worker's. */
import { feedEvents, insertEvent, lockWebhook } from '@openvsys/persistence';
import { Scope } from '@openvsys/vsys';
import { v7 as uuidv7 } from 'uuid';
import { describe, expect, it } from 'vitest';
import { useApi } from './api-fixture.js';

const world = useApi();
const demo = () => world().as(world().demoToken);
const TERMS = {
  name: 'billing',
  url: 'https://hooks.example/openvsys?key=1',
  types: ['statement.*', 'budget.threshold'],
};

async function create(terms: object = TERMS): Promise<{ readonly id: string; readonly secret: string }> {
  const made = await demo().post('/v1/webhooks').send(terms).expect(201);
  return made.body as { id: string; secret: string };
}

/** As a worker does. */
const feed = async () => world().database.transaction(async (session) => feedEvents(session, new Date()));

async function tell(type: string): Promise<string> {
  const { organizationId } = world().demo;
  const id = uuidv7();
  const event = { id, organizationId, vsysId: null, resource: '2026-03', type, data: {}, at: new Date() };
  await world().database.transaction(async (session) => insertEvent(session, event));
  await feed();
  return id;
}

describe('webhooks', () => {
  it('are created with a secret that is shown once and kept sealed', async () => {
    const made = await demo().post('/v1/webhooks').send(TERMS).expect(201);
    expect(made.headers['etag']).toBe('"1"');
    expect(made.body).toMatchObject({ ...TERMS, state: 'enabled', version: 1, vsysIds: [], vdcIds: null });
    expect(made.body.secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    const shown = await demo().get(`/v1/webhooks/${made.body.id}`).expect(200);
    const listed = await demo().get('/v1/webhooks').expect(200);
    expect(JSON.stringify([shown.body, listed.body])).not.toContain(made.body.secret);
    const scope = Scope.of({ actor: 'test', organizationId: null, roles: [], vdcIds: null });
    const row = await world().database.transaction(async (session) =>
      lockWebhook(session, scope, made.body.id),
    );
    expect(JSON.stringify(row)).not.toContain(made.body.secret.slice(6));
    const audit = await demo().get('/v1/audit?verb=webhook.create').expect(200);
    expect(JSON.stringify(audit.body)).not.toContain('key=1');
  });

  it('are not created twice unseen: the secret could not be shown again', async () => {
    const refused = await demo().post('/v1/webhooks').set('Idempotency-Key', 'a').send(TERMS).expect(400);
    expect(refused.body.pointer).toBe('/header/Idempotency-Key');
  });

  it.each([
    'http://hooks.example/',
    'https://inner.example/',
    'https://127.0.0.1/',
    'https://[::1]/',
    'https://169.254.169.254/latest/meta-data',
    'https://user:pass@hooks.example/',
    'ftp://hooks.example/',
    'hooks.example',
  ])('do not lead to %s', async (url) => {
    const refused = await demo()
      .post('/v1/webhooks')
      .send({ ...TERMS, url })
      .expect(400);
    expect(refused.body).toMatchObject({ code: 'invalid-request', pointer: '/url' });
  });

  it('name kinds of events', async () => {
    const types = ['statement.*', 'Vserver State'];
    const refused = await demo()
      .post('/v1/webhooks')
      .send({ ...TERMS, types })
      .expect(400);
    expect(refused.body).toMatchObject({ pointer: '/types/1' });
  });

  it('are changed and deleted by who knows their version', async () => {
    const { id } = await create();
    const path = `/v1/webhooks/${id}`;
    await demo().put(path).send(TERMS).expect(428);
    const changed = await demo()
      .put(path)
      .set('If-Match', '"1"')
      .send({ ...TERMS, state: 'disabled' })
      .expect(200);
    expect(changed.body).toMatchObject({ state: 'disabled', version: 2 });
    expect(changed.body.secret).toBeUndefined();
    await demo().put(path).set('If-Match', '"1"').send(TERMS).expect(412);
    await demo().post(`${path}/test`).expect(409);
    await demo().delete(path).set('If-Match', '"2"').expect(204);
    await demo().get(path).expect(404);
  });

  it('get a new secret beside the old one', async () => {
    const { id, secret } = await create();
    const rotated = await demo()
      .post(`/v1/webhooks/${id}/rotate-secret`)
      .send({ overlapSeconds: 60 })
      .expect(200);
    expect(rotated.body.secret).toMatch(/^whsec_/);
    expect(rotated.body.secret).not.toBe(secret);
    const until = new Date(rotated.body.previousSecretUntil).getTime() - Date.now();
    expect(until).toBeGreaterThan(50_000);
    expect(until).toBeLessThanOrEqual(60_000);
    const once = await demo()
      .post(`/v1/webhooks/${id}/rotate-secret`)
      .send({ overlapSeconds: 0 })
      .expect(200);
    expect(once.body.previousSecretUntil).toBeNull();
  });

  it('belong to their organization, and to its VDCs for who is limited to some', async () => {
    const { id } = await create();
    const { vdcId } = world().demo;
    const other = world().as(world().other.token);
    for (const path of [`/v1/webhooks/${id}`, `/v1/webhooks/${id}/deliveries`])
      await other.get(path).expect(404);
    for (const verb of ['test', 'rotate-secret'])
      await other.post(`/v1/webhooks/${id}/${verb}`).send({}).expect(404);
    const bound = world().as(await world().tokenWith(['org-admin'], [vdcId]));
    await bound.get(`/v1/webhooks/${id}`).expect(404);
    const own = await bound.post('/v1/webhooks').send(TERMS).expect(201);
    expect(own.body.vdcIds).toEqual([vdcId]);
    await world()
      .as(await world().tokenWith(['monitor']))
      .post('/v1/webhooks')
      .send(TERMS)
      .expect(403);
  });
});

describe('deliveries', () => {
  it('are made for what a webhook asked for, listed, and made again', async () => {
    const { id } = await create();
    const path = `/v1/webhooks/${id}`;
    const event = await tell('statement.closed');
    await tell('vserver.state');
    const { body } = await demo().get(`${path}/deliveries`).expect(200);
    expect(body.items).toHaveLength(1);
    expect(body.items[0]).toMatchObject({
      eventId: event,
      type: 'statement.closed',
      state: 'pending',
      attempts: 0,
    });
    const delivery = body.items[0].id as string;
    await demo().get(`${path}/deliveries/${delivery}`).expect(200);
    await demo().get(`${path}/deliveries/x`).expect(404);
    const again = await demo()
      .post(`${path}/deliveries/${delivery}/replay`)
      .set('Idempotency-Key', `r-${id}`)
      .expect(202);
    const repeated = await demo()
      .post(`${path}/deliveries/${delivery}/replay`)
      .set('Idempotency-Key', `r-${id}`)
      .expect(202);
    expect(again.body).toMatchObject({ eventId: event, replay: true, state: 'pending' });
    expect(repeated.body.id).toBe(again.body.id);
    await demo().get(`${path}/deliveries?state=dead`).expect(200, { items: [], nextCursor: null });
  });

  it('of a time are made again, those that wait left alone', async () => {
    const { id } = await create();
    await tell('statement.closed');
    const range = { from: '2020-01-01T00:00:00.000Z', to: '2100-01-01T00:00:00.000Z' };
    const none = await demo().post(`/v1/webhooks/${id}/replay`).send(range).expect(202);
    expect(none.body).toEqual({ replayed: 0 });
    await world().database.session(async (session) =>
      session.change(`UPDATE webhook_delivery SET state = 'dead', ended_at = now() WHERE webhook_id = $1`, [
        id,
      ]),
    );
    const dead = await demo()
      .post(`/v1/webhooks/${id}/replay`)
      .send({ ...range, state: 'dead' })
      .expect(202);
    expect(dead.body).toEqual({ replayed: 1 });
    await demo().post(`/v1/webhooks/${id}/replay`).send({ from: range.to, to: range.from }).expect(400);
  });

  it('try a webhook out with an event of its own, told once', async () => {
    const { id } = await create();
    const test = await demo().post(`/v1/webhooks/${id}/test`).expect(202);
    expect(test.body).toMatchObject({ type: 'webhook.test', resource: id, state: 'pending' });
    await feed();
    const { body } = await demo().get(`/v1/webhooks/${id}/deliveries`).expect(200);
    expect(body.items).toHaveLength(1);
  });
});
