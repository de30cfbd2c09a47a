/** Pools: what the provider may ask for; what workers do about it is tested beside them. */
import { PoolFindingStore, PoolOperationStore, SecretBox, type PoolFinding } from '@openvsys/persistence';
import { vsysId } from '@openvsys/vsys';
import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { emptyPool, newName, useApi } from './api-fixture.js';

const world = useApi();
const provider = () => world().as(world().providerToken);
const demo = () => world().as(world().demoToken);

const pool = (more: object = {}) => ({
  name: newName('new'),
  urls: ['https://xcp.example'],
  username: 'root',
  password: 'canary-login',
  vlanFirst: 1,
  vlanLast: 9,
  ...more,
});
const own = () => `/v1/pools/${world().demo.poolId}`;

describe('registering a pool', () => {
  it('is written down once, and the pool is not there before somebody looked', async () => {
    const body = pool();
    const register = async () => provider().post('/v1/pools').set('Idempotency-Key', body.name).send(body);
    const [made, again] = [await register(), await register()];
    expect([made.status, again.status]).toEqual([202, 202]);
    expect(again.body).toEqual(made.body);
    expect(made.body).toMatchObject({ kind: 'pool.register', state: 'queued', error: null });
    await provider().get(`/v1/pools/${made.body.poolId}`).expect(404);
    const shown = await provider().get(`/v1/pool-operations/${made.body.id}`).expect(200);
    expect(shown.body).toEqual(made.body);
    expect(JSON.stringify([made.body, shown.body])).not.toContain('canary-login');
    const { secret } = (await world().database.session(async (session) =>
      session.first<{ secret: Buffer }>('SELECT secret FROM pool_operation WHERE id = $1', [made.body.id]),
    ))!;
    expect(secret.toString('latin1')).not.toContain('canary-login');
  });

  it('is refused at once when the request cannot work', async () => {
    const cases: readonly (readonly [object, string])[] = [
      [{ urls: ['ftp://h'] }, '/urls/0'],
      [{ urls: ['https://h', 'http://10.0.0.1'] }, '/urls/1'],
      [{ urls: ['https://root:pw@h'] }, '/urls/0'],
      [{ certificateFingerprints: ['12:34'] }, '/certificateFingerprints/0'],
      [{ vlanFirst: 9, vlanLast: 2 }, '/vlanLast'],
      [{ zoneId: randomUUID() }, '/zoneId'],
    ];
    for (const [more, pointer] of cases) {
      const { body } = await provider().post('/v1/pools').send(pool(more)).expect(400);
      expect([body.code, body.pointer]).toEqual(['invalid-request', pointer]);
    }
    await provider()
      .post('/v1/pools')
      .send(pool({ name: 'pool-1' }))
      .expect(409);
  });

  it('can be waited for and cancelled', async () => {
    const { body } = await provider().post('/v1/pools').send(pool()).expect(202);
    const waiting = provider().get(`/v1/pool-operations/${body.id}/wait?timeout=20`);
    const told = waiting.then((answer) => answer);
    expect((await provider().get(`/v1/pool-operations/${body.id}/wait?timeout=0`)).status).toBe(202);
    await provider().post(`/v1/pool-operations/${body.id}/cancel`).expect(202);
    const answer = await told;
    expect([answer.status, answer.body.state]).toEqual([409, 'cancelled']);
    await provider().post(`/v1/pool-operations/${body.id}/cancel`).expect(409);
    const listed = await provider().get('/v1/pool-operations?state=cancelled&limit=1').expect(200);
    expect(listed.body.items[0].id).toBe(body.id);
  });
});

describe('changing a pool', () => {
  it('tries one login at a time and keeps what is left out', async () => {
    const first = await provider().patch(own()).send({ password: 'canary-next' }).expect(202);
    expect(first.body).toMatchObject({ kind: 'pool.update', poolId: world().demo.poolId });
    const { body } = await provider().patch(own()).send({ username: 'other' }).expect(409);
    expect(body.remedy).toContain('other operation');
    const operations = new PoolOperationStore(world().database, new SecretBox(Buffer.alloc(32, 1)));
    const { task } = (await world().database.session(async (session) =>
      session.first<{ task: object }>('SELECT task FROM pool_operation WHERE id = $1', [first.body.id]),
    ))!;
    expect(task).toMatchObject({ name: 'pool-1', login: { urls: ['http://127.0.0.1:1'], username: 'root' } });
    // Under another key the password cannot be opened, so nobody acts with a wrong one.
    await expect(operations.claimProbe('w', 1)).rejects.toMatchObject({ code: 'internal' });
    await provider().post(`/v1/pool-operations/${first.body.id}/cancel`).expect(202);
  });

  it('drains it: what is there goes on, nothing new comes', async () => {
    await world().seeCapacity(emptyPool());
    const system = () => ({
      name: newName('s'),
      vdcId: world().demo.vdcId,
      descriptor: { name: 'three-tier' },
    });
    const before = await demo().post('/v1/vsys').send(system()).expect(202);
    expect((await provider().post(`${own()}/drain`).expect(200)).body.draining).toBe(true);
    expect((await demo().post('/v1/vsys').send(system())).body.code).toBe('no-capacity');
    const grown = demo().patch(`/v1/vsys/${before.body.vsysId}`).set('If-Match', '"1"');
    await grown.send({ parameters: { webCount: 3 } }).expect(202);
    expect((await provider().post(`${own()}/reopen`).expect(200)).body.draining).toBe(false);
    await demo().post('/v1/vsys').send(system()).expect(202);
  });

  it('switches it off and on, and shows what was seen', async () => {
    expect((await provider().post(`${own()}/disable`).expect(200)).body.enabled).toBe(false);
    expect((await provider().post(`${own()}/enable`).expect(200)).body.enabled).toBe(true);
    const shown = await provider().get(own()).expect(200);
    expect(shown.body).toMatchObject({ hosts: [{}, {}, {}], srs: [{ name: 'nfs-1' }], description: null });
    await provider().get('/v1/pools/019399d2-5d5a-7cc8-9d6e-0a2f6d3b1c11').expect(404);
  });
});

describe('hosts', () => {
  const host = emptyPool().hosts[0]!.uuid;

  it('are planned for, emptied one at a time each, and returned', async () => {
    const plan = await provider().post(`${own()}/hosts/${host}/maintenance-plan`).expect(202);
    expect(plan.body.kind).toBe('host.plan');
    const made = await provider()
      .post(`${own()}/hosts/${host}/maintain`)
      .send({ concurrency: 3 })
      .expect(202);
    expect(made.body).toMatchObject({ kind: 'host.maintain', subject: host });
    await provider().post(`${own()}/hosts/${host}/return`).expect(409);
    await provider().post(`/v1/pool-operations/${made.body.id}/cancel`).expect(202);
    await provider().post(`${own()}/hosts/${host}/return`).expect(202);
    await provider().post(`${own()}/hosts/${randomUUID()}/maintain`).send({}).expect(404);
    await provider().post(`${own()}/hosts/${host}/maintain`).send({ concurrency: 11 }).expect(400);
  });
});

describe('findings', () => {
  const finding = (more: Partial<PoolFinding>): PoolFinding => ({
    kind: 'orphan',
    class: 'VDI',
    uuid: randomUUID(),
    name: 'left',
    vsysId: vsysId('DEMO0001-AAAAAAAAA'),
    part: 'DEMO0001-AAAAAAAAA-D-0001',
    reason: 'DEMO0001-AAAAAAAAA was deleted.',
    removable: true,
    ...more,
  });

  it('are listed in pages, and only a proved orphan can be removed', async () => {
    const [proved, doubtful] = [finding({}), finding({ removable: false, reason: 'Nobody knows.' })];
    const drift = ['copy', 'foreign', 'missing', 'twin'].map((kind) => finding({ kind: kind as 'copy' }));
    const store = new PoolFindingStore(world().database);
    await store.replace(world().fence, [proved, doubtful, ...drift], new Date());
    const orphans = await provider().get(`${own()}/orphans`).expect(200);
    expect(orphans.body.items.map(({ uuid }: PoolFinding) => uuid).toSorted()).toEqual(
      [proved.uuid, doubtful.uuid].toSorted(),
    );
    const first = await provider().get(`${own()}/drift?limit=3`).expect(200);
    const rest = await provider().get(`${own()}/drift?limit=3&cursor=${first.body.nextCursor}`).expect(200);
    const kinds = [...first.body.items, ...rest.body.items].map(({ kind }: PoolFinding) => kind);
    expect(kinds).toEqual(['copy', 'foreign', 'missing', 'twin']);
    const asked = await provider().post(`${own()}/orphans/${proved.uuid}/remove`).expect(202);
    expect(asked.body).toMatchObject({ kind: 'orphan.remove', subject: proved.uuid });
    const refused = await provider().post(`${own()}/orphans/${doubtful.uuid}/remove`).expect(409);
    expect(refused.body.detail).toContain('Nobody knows');
    await provider().post(`${own()}/orphans/${drift[0]!.uuid}/remove`).expect(404);
    await store.replace(world().fence, [], new Date());
    expect((await provider().get(`${own()}/orphans`).expect(200)).body.items).toEqual([]);
  });
});

it('is nobody’s business but the provider’s', async () => {
  const reads = ['/v1/pools', '/v1/pool-operations', `${own()}/orphans`, `${own()}/drift`];
  const changes = ['/v1/pools', `${own()}/audit`, `${own()}/drain`];
  const answers = [
    ...(await Promise.all(reads.map(async (path) => demo().get(path)))),
    ...(await Promise.all(changes.map(async (path) => demo().post(path).send({})))),
  ];
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([403]));
});
