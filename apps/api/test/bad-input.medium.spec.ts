/** Everything that callers get wrong: a clear 4xx that names the place, and nothing stored or reserved. */
import { describe, expect, it } from 'vitest';
import { BODY_LIMIT, emptyPool, newName, useApi } from './api-fixture.js';

const world = useApi();

const SMALL = `apiVersion: openvsys/v1
kind: VsysDescriptor
metadata: { name: small, version: 1.0.0 }
parameters:
  count: { type: integer, default: 1, minimum: 1, maximum: 3 }
vnets:
  app: { cidr: 10.0.0.0/24 }
vservers:
  web: { type: standard.small, image: debian-13, count: '\${count}', nics: [{ vnet: app }] }
`;

interface Case {
  readonly name: string;
  readonly source?: string;
  readonly body?: Record<string, unknown>;
  readonly status: number;
  readonly code: string;
  readonly pointer?: string;
}

const cases: readonly Case[] = [
  { name: 'no design at all', body: {}, status: 400, code: 'invalid-request', pointer: '/descriptor' },
  {
    name: 'two designs',
    body: { source: SMALL, document: {} },
    status: 400,
    code: 'invalid-request',
    pointer: '/descriptor',
  },
  {
    name: 'a field that does not exist',
    body: { source: SMALL, colour: 'red' },
    status: 400,
    code: 'invalid-request',
    pointer: '/colour',
  },
  {
    name: 'a value of the wrong type',
    body: { source: SMALL, name: 7 },
    status: 400,
    code: 'invalid-request',
    pointer: '/name',
  },
  { name: 'text that is not YAML', source: 'a: [', status: 422, code: 'invalid-descriptor' },
  {
    name: 'a key twice',
    source: SMALL.replace('vnets:', 'kind: VsysDescriptor\nvnets:'),
    status: 422,
    code: 'invalid-descriptor',
  },
  {
    name: 'an alias bomb',
    source: `a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c]\ne: [*d,*d,*d,*d,*d,*d,*d,*d,*d]`,
    status: 422,
    code: 'invalid-descriptor',
  },
  {
    name: 'a text that is too long',
    source: `# ${'x'.repeat(262_145)}`,
    status: 400,
    code: 'invalid-request',
    pointer: '/source',
  },
  {
    name: 'an unknown type',
    source: SMALL.replace('standard.small', 'standard.smal'),
    status: 422,
    code: 'invalid-descriptor',
    pointer: '/vservers/web/type',
  },
  {
    name: 'an unknown image',
    source: SMALL.replace('debian-13', 'debian-99'),
    status: 422,
    code: 'invalid-descriptor',
    pointer: '/vservers/web/image',
  },
  {
    name: 'a reference to an unknown network',
    source: SMALL.replace('vnet: app', 'vnet: apps'),
    status: 422,
    code: 'invalid-descriptor',
    pointer: '/vservers/web/nics/0/vnet',
  },
  {
    name: 'a range that is too small',
    source: SMALL.replace('10.0.0.0/24', '10.0.0.0/29').replace("'${count}'", '20'),
    status: 422,
    code: 'invalid-descriptor',
  },
  {
    name: 'an order that goes in circles',
    source: `${SMALL}  db: { type: standard.small, image: debian-13, nics: [{ vnet: app }], startAfter: [cache] }
  cache: { type: standard.small, image: debian-13, nics: [{ vnet: app }], startAfter: [db] }
`,
    status: 422,
    code: 'invalid-descriptor',
  },
  {
    name: 'an unknown parameter',
    body: { source: SMALL, parameters: { counts: 2 } },
    status: 422,
    code: 'invalid-parameter',
    pointer: '/parameters/counts',
  },
  {
    name: 'a parameter out of its range',
    body: { source: SMALL, parameters: { count: 4 } },
    status: 422,
    code: 'invalid-parameter',
    pointer: '/parameters/count',
  },
  {
    name: 'a parameter of the wrong type',
    body: { source: SMALL, parameters: { count: 'two' } },
    status: 422,
    code: 'invalid-parameter',
    pointer: '/parameters/count',
  },
  { name: 'an unknown descriptor', body: { descriptor: { name: 'nope' } }, status: 404, code: 'not-found' },
  {
    name: 'an unknown version',
    body: { descriptor: { name: 'three-tier', version: '9.9.9' } },
    status: 404,
    code: 'not-found',
  },
  {
    name: 'a VDC of somebody else',
    body: {
      source: SMALL,
      get vdcId() {
        return world().other.vdcId;
      },
    },
    status: 404,
    code: 'not-found',
  },
  {
    name: 'a VDC that does not exist',
    body: { source: SMALL, vdcId: '019399d2-5d5a-7cc8-9d6e-0a2f6d3b1c11' },
    status: 404,
    code: 'not-found',
  },
];

/** Every row that an admission could leave behind. */
async function traces(): Promise<unknown> {
  return world().database.session((session) =>
    session.first(
      `SELECT (SELECT count(*) FROM vsys) AS vsys, (SELECT count(*) FROM vsys_generation) AS generations,
         (SELECT count(*) FROM vserver) AS servers, (SELECT count(*) FROM vnet) AS nets, (SELECT count(*) FROM nic) AS nics,
         (SELECT count(*) FROM operation) AS operations, (SELECT count(*) FROM event) AS events,
         (SELECT count(*) FROM audit) AS audit, (SELECT count(*) FROM idempotency_key) AS keys,
         (SELECT count(*) FROM public_address WHERE vsys_id IS NOT NULL) AS addresses`,
    ),
  );
}

const requestOf = (body: Record<string, unknown>) => ({
  name: newName('bad'),
  vdcId: world().demo.vdcId,
  ...body,
});

describe('a bad request to create a VSYS', () => {
  it.each(cases)('$name', async ({ source, body, status, code, pointer }) => {
    const before = await traces();
    const answer = await world()
      .as(world().demoToken)
      .post('/v1/vsys')
      .set('Idempotency-Key', `key-${code}-${Math.random()}`)
      .set('X-Request-Id', 'req-1')
      .send(requestOf(body ?? { source }));
    expect(answer.body).toMatchObject({ status, code, requestId: 'req-1' });
    expect(answer.status).toBe(status);
    expect(answer.headers['content-type']).toContain('application/problem+json');
    expect(answer.body.type).toBe(`urn:openvsys:problem:${code}`);
    expect(answer.body.remedy).toEqual(expect.any(String));
    if (pointer !== undefined) {
      const pointers = [
        answer.body.pointer,
        ...(answer.body.violations ?? []).map((each: { pointer: string }) => each.pointer),
      ];
      expect(pointers).toContain(pointer);
    }
    expect(answer.text).not.toMatch(/node_modules|\.[jt]s:\d/);
    expect(await traces()).toEqual(before);
  });

  it('is refused as a plan with the same words', async () => {
    const send = (path: string) =>
      world()
        .as(world().demoToken)
        .post(path)
        .set('X-Request-Id', 'same')
        .send(requestOf({ source: SMALL.replace('debian-13', 'debian-99') }));
    const [created, planned] = [await send('/v1/vsys'), await send('/v1/vsys/plans')];
    expect({ ...planned.body, instance: '' }).toEqual({ ...created.body, instance: '' });
  });

  it('is refused when a quota would be exceeded, and the plan says so before', async () => {
    const { demo, providerToken, demoToken } = world();
    const limits = [{ resource: 'vserver', limit: 2 }];
    await world().as(demoToken).put(`/v1/vdcs/${demo.vdcId}/quotas`).send({ limits }).expect(200);
    const request = requestOf({ source: SMALL, parameters: { count: 3 } });
    const plan = await world().as(demoToken).post('/v1/vsys/plans').send(request).expect(200);
    const broken = plan.body.quotas.filter((quota: { fits: boolean }) => !quota.fits);
    expect(broken).toEqual([
      { scope: 'vdc', resource: 'vserver', limit: 2, usedBefore: 0, usedAfter: 3, fits: false },
    ]);
    const before = await traces();
    const refused = await world().as(demoToken).post('/v1/vsys').send(request).expect(409);
    expect(refused.body).toMatchObject({
      code: 'quota-exceeded',
      retry: 'after-change',
      details: { exceeded: [{ scope: 'vdc', resource: 'vserver', limit: 2, wouldBe: 3 }] },
    });
    expect(await traces()).toEqual(before);
    await world().as(providerToken).put(`/v1/vdcs/${demo.vdcId}/quotas`).send({ limits: [] }).expect(200);
  });

  it('is refused when no pool has room, and the plan says so before', async () => {
    await world().seeCapacity(emptyPool(1_024));
    const request = requestOf({ source: SMALL });
    const plan = await world().as(world().demoToken).post('/v1/vsys/plans').send(request).expect(200);
    expect(plan.body.capacity).toMatchObject({ fits: false, reason: expect.stringContaining('memory') });
    const before = await traces();
    const refused = await world().as(world().demoToken).post('/v1/vsys').send(request).expect(409);
    expect(refused.body).toMatchObject({ code: 'no-capacity', remedy: expect.any(String) });
    expect(await traces()).toEqual(before);
    await world().seeCapacity(emptyPool());
  });

  it('is refused when what was admitted before has taken the room', async () => {
    // Room for one server of 2 GiB on each of three hosts.
    await world().seeCapacity(emptyPool(2_560));
    const create = async () =>
      world()
        .as(world().demoToken)
        .post('/v1/vsys')
        .send(requestOf({ source: SMALL }));
    const answers = await Promise.all(Array.from({ length: 6 }, create));
    expect(answers.filter(({ status }) => status === 202)).toHaveLength(3);
    expect(answers.filter(({ body }) => body.code === 'no-capacity')).toHaveLength(3);
    await world().seeCapacity(emptyPool());
  });
});

describe('a request that is not one', () => {
  it('of broken JSON is refused', async () => {
    const answer = await world()
      .as(world().demoToken)
      .post('/v1/vsys')
      .set('Content-Type', 'application/json')
      .send('{"name":');
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ code: 'invalid-request', requestId: expect.any(String) });
  });

  it('of too many bytes is refused', async () => {
    const answer = await world()
      .as(world().demoToken)
      .post('/v1/vsys')
      .send({ name: 'x'.repeat(BODY_LIMIT) });
    expect(answer.status).toBe(413);
    expect(answer.body.code).toBe('too-large');
  });

  it('of a list instead of an object is refused', async () => {
    const answer = await world().as(world().demoToken).post('/v1/vsys').send([1]);
    expect(answer.status).toBe(400);
    expect(answer.body.code).toBe('invalid-request');
  });

  it('with unknown or wrong query parameters is refused', async () => {
    const unknown = await world().as(world().demoToken).get('/v1/vsys?colour=red').expect(400);
    expect(unknown.body.violations).toMatchObject([{ pointer: '/query/colour' }]);
    const wrong = await world().as(world().demoToken).get('/v1/vsys?limit=1000&phase=happy').expect(400);
    expect(wrong.body.violations.map((each: { pointer: string }) => each.pointer).toSorted()).toEqual([
      '/query/limit',
      '/query/phase',
    ]);
    const cursor = await world().as(world().demoToken).get('/v1/vsys?cursor=abc').expect(400);
    expect(cursor.body.code).toBe('invalid-request');
  });

  it('to a path that is not there is a problem too', async () => {
    const answer = await world().http().get('/v1/nothing').expect(404);
    expect(answer.body).toMatchObject({ code: 'not-found', instance: '/v1/nothing' });
  });

  it('with an If-Match that is none of ours is refused', async () => {
    const created = await world()
      .as(world().demoToken)
      .post('/v1/vsys')
      .send(requestOf({ source: SMALL }))
      .expect(202);
    const answer = await world()
      .as(world().demoToken)
      .patch(`/v1/vsys/${created.body.vsysId}`)
      .set('If-Match', 'abc')
      .send({ name: 'x' });
    expect(answer.status).toBe(400);
    expect(answer.body.pointer).toBe('/header/If-Match');
  });
});
