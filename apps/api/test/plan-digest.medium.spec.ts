/** Apply exactly this plan: the change is refused when anything that the plan depends on is no longer as it was. */
import { describe, expect, it } from 'vitest';
import { newName, useApi } from './api-fixture.js';

const world = useApi();
const demo = () => world().as(world().demoToken);
const provider = () => world().as(world().providerToken);

const request = (webCount = 2) => ({
  name: newName('planned'),
  vdcId: world().demo.vdcId,
  descriptor: { name: 'three-tier' },
  parameters: { webCount },
});

async function deploy(): Promise<string> {
  return (await demo().post('/v1/vsys').send(request()).expect(202)).body.vsysId as string;
}
const digestOf = async (path: string, body: object): Promise<string> =>
  (await demo().post(path).send(body).expect(200)).body.digest as string;

async function refused(path: string, body: object, digest: string): Promise<readonly string[]> {
  const { body: problem } = await demo().post(path).set('OpenVSYS-Plan', digest).send(body).expect(409);
  expect(problem).toMatchObject({
    code: 'conflict',
    details: { digest: expect.stringMatching(/^p1\./) as string },
  });
  return problem.details.changed as readonly string[];
}

describe('estimates of plans', () => {
  it('are learnt from what actions took', async () => {
    const id = await deploy();
    await world().database.session(async (session) =>
      session.change(
        `INSERT INTO action (id, vsys_id, part, kind, key, attempt, action, epoch, outcome, created_at, started_at, finished_at)
         SELECT gen_random_uuid(), $1, 'x', 'vserver.start', 'x', 1, '{}', 1, 'done', now(), now() - interval '40 seconds', now()
         FROM generate_series(1, 6)`,
        [id],
      ),
    );
    const { body } = await demo().post('/v1/vsys/plans').send(request()).expect(200);
    const steps = body.steps as readonly { kind: string; estimateMs: number }[];
    const starts = steps.filter(({ kind }) => kind === 'vserver.start').map(({ estimateMs }) => estimateMs);
    expect(new Set(starts)).toEqual(new Set([40_000]));
    expect(body.estimateMs).toBeGreaterThan(40_000);
  });
});

describe('a plan that is applied exactly', () => {
  it('of a new system', async () => {
    const body = request();
    const digest = await digestOf('/v1/vsys/plans', body);
    expect(await digestOf('/v1/vsys/plans', body)).toBe(digest);
    await demo().post('/v1/vsys').set('OpenVSYS-Plan', digest).send(body).expect(202);
    const other = { ...body, name: newName('planned'), parameters: { webCount: 3 } };
    expect(await refused('/v1/vsys', other, digest)).toEqual(['parts', 'catalogue', 'prices']);
  });

  it('of a change by another design', async () => {
    const id = await deploy();
    const body = { descriptor: { name: 'three-tier' }, parameters: { webCount: 4 } };
    const digest = await digestOf(`/v1/vsys/${id}/plans`, body);
    const patched = await demo()
      .patch(`/v1/vsys/${id}`)
      .set('If-Match', '"1"')
      .set('OpenVSYS-Plan', digest)
      .send(body);
    expect(patched.status).toBe(202);
    const again = await demo()
      .patch(`/v1/vsys/${id}`)
      .set('If-Match', '"2"')
      .set('OpenVSYS-Plan', digest)
      .send(body);
    expect(again.status).toBe(409);
    expect(again.body.details.changed).toContain('generation');
  });

  it('of power, scaling and deleting, whose dry run is the plan', async () => {
    const id = await deploy();
    const scale = { count: 3 };
    const path = `/v1/vsys/${id}/roles/web/scale`;
    const scaling = await digestOf(`${path}?dryRun=true`, scale);
    expect(await refused(path, { count: 5 }, scaling)).toEqual(['parts', 'catalogue', 'prices']);
    await demo().post(path).set('OpenVSYS-Plan', scaling).send(scale).expect(202);
    const stop = await digestOf(`/v1/vsys/${id}/stop?dryRun=true`, {});
    await demo().post(`/v1/vsys/${id}/stop`).set('OpenVSYS-Plan', stop).send({}).expect(202);
    expect(await refused(`/v1/vsys/${id}/start`, {}, stop)).toContain('generation');
  });

  it('names a limit that was changed meanwhile', async () => {
    const body = request();
    const digest = await digestOf('/v1/vsys/plans', body);
    const { vdcId } = world().demo;
    await demo()
      .put(`/v1/vdcs/${vdcId}/quotas`)
      .send({ limits: [{ resource: 'vserver', limit: 77 }] })
      .expect(200);
    expect(await refused('/v1/vsys', body, digest)).toEqual(['limits']);
    expect(await digestOf('/v1/vsys/plans', body)).not.toBe(digest);
  });

  it('names a server type and prices that were changed meanwhile', async () => {
    const body = request();
    const digest = await digestOf('/v1/vsys/plans', body);
    await world().database.session(async (session) =>
      session.change(`UPDATE server_type SET memory_mib = memory_mib + 1 WHERE name = 'standard.small'`),
    );
    expect(await refused('/v1/vsys', body, digest)).toEqual(expect.arrayContaining(['catalogue']));
  });

  it('is refused where there is none, and when it is no digest', async () => {
    const digest = await digestOf('/v1/vsys/plans', request());
    const notice = { title: 'x', text: 'x', severity: 'info' };
    const none = await provider().post('/v1/notices').set('OpenVSYS-Plan', digest).send(notice).expect(400);
    expect(none.body.pointer).toBe('/header/OpenVSYS-Plan');
    const nonsense = await demo().post('/v1/vsys').set('OpenVSYS-Plan', 'p0').send(request()).expect(400);
    expect(nonsense.body.pointer).toBe('/header/OpenVSYS-Plan');
  });
});
