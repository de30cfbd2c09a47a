/** One effect for each Idempotency-Key, however often and however parallel a request is repeated. */
import { describe, expect, it } from 'vitest';
import { useApi } from './api-fixture.js';

const world = useApi();
const request = (name: string) => ({ name, vdcId: world().demo.vdcId, descriptor: { name: '1-tier' } });

describe('Idempotency-Key', () => {
  it('gives one effect and one answer to a hundred requests at once', async () => {
    const send = async () =>
      world().as(world().demoToken).post('/v1/vsys').set('Idempotency-Key', 'once').send(request('once'));
    const answers = await Promise.all(Array.from({ length: 100 }, send));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202]));
    for (const { body } of answers) expect(body).toEqual(answers[0]?.body);
    expect(new Set(answers.map(({ headers }) => headers['location'])).size).toBe(1);
    const list = await world().as(world().demoToken).get('/v1/vsys?name=once').expect(200);
    expect(list.body.items).toHaveLength(1);
    const operations = await world()
      .as(world().demoToken)
      .get(`/v1/operations?vsys=${answers[0]!.body.vsysId}`);
    expect(operations.body.items).toHaveLength(1);
  });

  it('is refused with another body, another path or another precondition', async () => {
    const api = world().as(world().demoToken);
    const first = await api
      .post('/v1/vsys')
      .set('Idempotency-Key', 'taken')
      .send(request('first'))
      .expect(202);
    const other = await api
      .post('/v1/vsys')
      .set('Idempotency-Key', 'taken')
      .send(request('second'))
      .expect(422);
    expect(other.body.code).toBe('idempotency-reused');
    const path = `/v1/vsys/${first.body.vsysId}`;
    await api.delete(path).set('Idempotency-Key', 'taken').expect(422);
    expect((await api.get('/v1/vsys?name=second').expect(200)).body.items).toEqual([]);
  });

  it('takes bodies that mean the same as the same', async () => {
    const api = world().as(world().demoToken);
    const { name, vdcId, descriptor } = request('order');
    const first = await api
      .post('/v1/vsys')
      .set('Idempotency-Key', 'order')
      .send({ name, vdcId, descriptor });
    const again = await api
      .post('/v1/vsys')
      .set('Idempotency-Key', 'order')
      .send({ descriptor, vdcId, name });
    expect(again.body).toEqual(first.body);
  });

  it('is free again after a refusal', async () => {
    const send = async (body: object) =>
      world().as(world().demoToken).post('/v1/vsys').set('Idempotency-Key', 'retry').send(body);
    const refused = await send({ ...request('retry'), parameters: { nope: 1 } });
    const accepted = await send(request('retry'));
    expect([refused.status, accepted.status]).toEqual([422, 202]);
  });

  it('belongs to one organization', async () => {
    const { other, demoToken } = world();
    const mine = await world()
      .as(demoToken)
      .post('/v1/vsys')
      .set('Idempotency-Key', 'shared')
      .send(request('mine'));
    const theirs = await world()
      .as(other.token)
      .post('/v1/vsys')
      .set('Idempotency-Key', 'shared')
      .send({ ...request('theirs'), vdcId: other.vdcId });
    expect([mine.status, theirs.status]).toEqual([202, 202]);
    expect(theirs.body.vsysId).toMatch(/^OTHER001-/);
  });

  it('works for every verb that changes', async () => {
    const api = world().as(world().demoToken);
    const created = await api.post('/v1/vsys').send(request('verbs')).expect(202);
    const path = `/v1/vsys/${created.body.vsysId}`;
    const change = async () =>
      api.patch(path).set('If-Match', '"1"').set('Idempotency-Key', 'change').send({ name: 'verbs-2' });
    const [changed, again] = [await change(), await change()];
    expect([changed.status, again.status]).toEqual([202, 202]);
    expect(again.body).toEqual(changed.body);
    const server = created.body.parts.find(({ kind }: { kind: string }) => kind === 'vserver');
    const stop = async () => api.post(`/v1/vservers/${server.id}/stop`).set('Idempotency-Key', 'stop');
    const [stopped, stoppedAgain] = [await stop(), await stop()];
    expect([stopped.status, stoppedAgain.status]).toEqual([202, 202]);
    expect(stoppedAgain.body.generation).toBe(3);
    const remove = async () => api.delete(path).set('Idempotency-Key', 'delete');
    const [removed, removedAgain] = [await remove(), await remove()];
    expect([removed.status, removedAgain.status]).toEqual([202, 202]);
    expect(removedAgain.body).toEqual(removed.body);
  });

  it('must be sane', async () => {
    const answer = await world()
      .as(world().demoToken)
      .post('/v1/vsys')
      .set('Idempotency-Key', 'a b')
      .send(request('x'));
    expect(answer.status).toBe(400);
    expect(answer.body.pointer).toBe('/header/Idempotency-Key');
  });
});
