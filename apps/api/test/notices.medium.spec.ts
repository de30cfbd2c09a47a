/** Notices of the provider: who sees them, when, and the events that tell of them. */
import { describe, expect, it } from 'vitest';
import { useApi } from './api-fixture.js';

const world = useApi();
const provider = () => world().as(world().providerToken);
const demo = () => world().as(world().demoToken);
const other = () => world().as(world().other.token);
const NOTICE = { title: 'Maintenance', text: 'Servers may pause.', severity: 'warning' };

const titles = (answer: { body: { items: { title: string }[] } }): readonly string[] =>
  answer.body.items.map(({ title }) => title);

describe('notices', () => {
  it('are told to everybody, and shown until they end or are withdrawn', async () => {
    const made = await provider()
      .post('/v1/notices')
      .send({ ...NOTICE, title: 'all' })
      .expect(201);
    for (const reader of [demo(), other()])
      expect(titles(await reader.get('/v1/notices').expect(200))).toContain('all');
    const told = await demo().get(`/v1/events?type=notice.*&resource=${made.body.id}`).expect(200);
    expect(told.body.items).toHaveLength(1);
    expect(told.body.items[0]).toMatchObject({
      type: 'notice.published',
      data: { title: 'all', severity: 'warning' },
    });
    const path = `/v1/notices/${made.body.id}`;
    await provider().put(path).send(NOTICE).expect(428);
    const ended = { ...NOTICE, validFrom: '2026-01-01T00:00:00Z', validUntil: '2026-01-02T00:00:00Z' };
    await provider().put(path).set('If-Match', '"1"').send(ended).expect(200);
    await demo().get(path).expect(404);
    await provider().get(path).expect(200);
    await provider().delete(path).set('If-Match', '"2"').expect(204);
    await provider().get(path).expect(404);
    const kinds = await demo().get(`/v1/events?type=notice.*&resource=${made.body.id}`).expect(200);
    expect(kinds.body.items.map(({ type }: { type: string }) => type)).toEqual([
      'notice.withdrawn',
      'notice.changed',
      'notice.published',
    ]);
  });

  it('for one organization are seen by that one only, without saying for whom', async () => {
    const { organizationId } = world().demo;
    const made = await provider()
      .post('/v1/notices')
      .send({ ...NOTICE, title: 'one', organizationIds: [organizationId] })
      .expect(201);
    expect(made.body.organizationIds).toEqual([organizationId]);
    const seen = await demo().get(`/v1/notices/${made.body.id}`).expect(200);
    expect(seen.body.organizationIds).toBeNull();
    await other().get(`/v1/notices/${made.body.id}`).expect(404);
    expect(titles(await other().get('/v1/notices').expect(200))).not.toContain('one');
    const told = await other().get(`/v1/events?resource=${made.body.id}`).expect(200);
    expect(told.body.items).toEqual([]);
  });

  it('from later on are not shown yet', async () => {
    const made = await provider()
      .post('/v1/notices')
      .send({ ...NOTICE, title: 'later', validFrom: '2999-01-01T00:00:00Z' })
      .expect(201);
    const hidden = await demo().get(`/v1/notices/${made.body.id}`).expect(404);
    expect(hidden.body.code).toBe('not-found');
  });

  it('are the provider’s to publish, and end after they begin', async () => {
    await demo().post('/v1/notices').send(NOTICE).expect(403);
    const refused = await provider()
      .post('/v1/notices')
      .send({ ...NOTICE, validUntil: '2020-01-01T00:00:00Z' })
      .expect(400);
    expect(refused.body).toMatchObject({ pointer: '/validUntil' });
  });
});
