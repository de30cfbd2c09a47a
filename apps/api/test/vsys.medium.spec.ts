/** The life of a VSYS as its API shows it, up to where a worker would take over. */
import { describe, expect, it } from 'vitest';
import { emptyPool, useApi } from './api-fixture.js';

const world = useApi();

const threeTier = (name: string) => ({
  name,
  vdcId: world().demo.vdcId,
  descriptor: { name: 'three-tier' },
  parameters: { webCount: 2 },
});

describe('VSYS', () => {
  it('is admitted at once with the final ids of all parts, and woken', async () => {
    const api = world().as(world().demoToken);
    const created = await api.post('/v1/vsys').send(threeTier('shop')).expect(202);
    expect(created.body.vsysId).toMatch(/^DEMO0001-[A-Z0-9]{9}$/);
    expect(created.headers['location']).toBe(`/v1/operations/${created.body.operation.id}`);
    expect(created.headers['etag']).toBe('"1"');
    expect(created.body.operation).toMatchObject({
      kind: 'vsys.create',
      state: 'queued',
      generation: 1,
      error: null,
    });
    const kinds = Map.groupBy(created.body.parts, (part: { kind: string }) => part.kind);
    expect(kinds.get('vserver')).toHaveLength(5);
    expect(kinds.get('vnet')).toHaveLength(3);
    expect(kinds.get('public-ip')).toHaveLength(1);
    expect(world().wakeUps.woken).toContain(created.body.vsysId);

    const shown = await api.get(`/v1/vsys/${created.body.vsysId}`).expect(200);
    expect(shown.headers['etag']).toBe('"1"');
    expect(shown.body).toMatchObject({
      name: 'shop',
      phase: 'provisioning',
      generation: 1,
      observedGeneration: 0,
      descriptor: { name: 'three-tier' },
      problem: null,
      price: { currency: 'EUR', unpriced: [] },
    });
    expect(Number(shown.body.price.perHour)).toBeGreaterThan(0);
    expect(shown.body.vservers.map((server: { state: string }) => server.state)).toEqual(
      Array(5).fill('planned'),
    );
    expect(shown.body.vservers[0].nics.length).toBeGreaterThan(0);

    const listed = await api.get('/v1/vsys?name=shop').expect(200);
    expect(listed.body.items.map((item: { id: string }) => item.id)).toEqual([created.body.vsysId]);

    const operation = await api.get(created.headers['location'] ?? '').expect(200);
    expect(operation.body).toMatchObject({ id: created.body.operation.id, steps: [] });
  });

  it('has a name that no other living VSYS of the VDC has', async () => {
    const api = world().as(world().demoToken);
    await api.post('/v1/vsys').send(threeTier('only-one')).expect(202);
    const before = await api.get('/v1/vsys').expect(200);
    const refused = await api.post('/v1/vsys').send(threeTier('only-one')).expect(409);
    expect(refused.body).toMatchObject({ code: 'conflict', pointer: '/name', retry: 'after-change' });
    expect((await api.get('/v1/vsys').expect(200)).body).toEqual(before.body);
  });

  it('is planned without anything being stored', async () => {
    const api = world().as(world().demoToken);
    const before = await api.get('/v1/vsys').expect(200);
    const plan = await api.post('/v1/vsys/plans').send(threeTier('planned')).expect(200);
    expect(plan.body).toMatchObject({
      vsysId: null,
      basedOnGeneration: 0,
      capacity: { fits: true, reason: null },
    });
    expect(plan.body.steps.length).toBeGreaterThan(10);
    expect(plan.body.estimateMs).toBeGreaterThan(0);
    expect(plan.body.price.before.perHour).toBe('0');
    expect(Number(plan.body.price.after.perHour)).toBeGreaterThan(0);
    expect(plan.body.changes.every((change: { change: string }) => change.change === 'added')).toBe(true);
    const dry = await api.post('/v1/vsys?dryRun=true').send(threeTier('planned')).expect(200);
    expect(dry.body).toEqual(plan.body);
    const after = await api.get('/v1/vsys').expect(200);
    expect(after.body).toEqual(before.body);
  });

  it('is changed with If-Match, keeps ids, and tells what a change would do', async () => {
    const api = world().as(world().demoToken);
    const created = await api.post('/v1/vsys').send(threeTier('grows')).expect(202);
    const path = `/v1/vsys/${created.body.vsysId}`;
    const plan = await api
      .post(`${path}/plans`)
      .send({ parameters: { webCount: 3 } })
      .expect(200);
    const added = plan.body.changes.filter((change: { change: string }) => change.change === 'added');
    expect(added.map((change: { name: string }) => change.name)).toContain('web-3');
    expect(plan.body.basedOnGeneration).toBe(1);
    await api
      .patch(path)
      .send({ parameters: { webCount: 3 } })
      .expect(428);
    const changed = await api
      .patch(path)
      .set('If-Match', '"1"')
      .send({ parameters: { webCount: 3 } })
      .expect(202);
    expect(changed.body.generation).toBe(2);
    const old = new Set(created.body.parts.map((part: { id: string }) => part.id));
    const kept = changed.body.parts.filter((part: { id: string }) => old.has(part.id));
    expect(kept).toHaveLength(old.size);
    const stale = await api
      .patch(path)
      .set('If-Match', '"1"')
      .send({ parameters: { webCount: 4 } })
      .expect(412);
    expect(stale.body).toMatchObject({ code: 'stale', details: { generation: 2 } });
    const shown = await api.get(path).expect(200);
    expect(shown.body.parameters.webCount).toBe(3);
    expect(shown.body.vservers).toHaveLength(6);
  });

  it('is deleted once', async () => {
    const api = world().as(world().demoToken);
    const created = await api.post('/v1/vsys').send(threeTier('leaves')).expect(202);
    const path = `/v1/vsys/${created.body.vsysId}`;
    await api.delete(path).set('If-Match', '"7"').expect(412);
    const deleted = await api.delete(path).expect(202);
    expect(deleted.body.operation).toMatchObject({ kind: 'vsys.delete', generation: 2, onFailure: 'keep' });
    const again = await api.delete(path).expect(409);
    expect(again.body.code).toBe('conflict');
    await api.patch(path).set('If-Match', '*').send({ name: 'other' }).expect(409);
  });

  it('lets power of its servers be changed', async () => {
    const api = world().as(world().demoToken);
    const created = await api.post('/v1/vsys').send(threeTier('power')).expect(202);
    const server = created.body.parts.find(
      (part: { name: string; kind: string }) => part.name === 'web-1' && part.kind === 'vserver',
    );
    const restart = await api.post(`/v1/vservers/${server.id}/restart`).expect(409);
    expect(restart.body.details).toMatchObject({ state: 'planned' });
    const stopped = await api.post(`/v1/vservers/${server.id}/stop`).expect(202);
    expect(stopped.body.operation.kind).toBe('vserver.stop');
    expect((await api.get(`/v1/vservers/${server.id}`).expect(200)).body.power).toBe('stopped');
    await api.post(`/v1/vservers/${server.id}/start`).expect(202);
  });
});

describe('changes that would lose data', () => {
  it('are refused with the place', async () => {
    const api = world().as(world().demoToken);
    const created = await api.post('/v1/vsys').send(threeTier('data')).expect(202);
    const path = `/v1/vsys/${created.body.vsysId}`;
    const shrunk = await api
      .patch(path)
      .set('If-Match', '*')
      .send({ parameters: { dbDiskGiB: 1 } })
      .expect(409);
    expect(shrunk.body).toMatchObject({ code: 'conflict', remedy: expect.any(String) });
    expect(shrunk.body.violations[0].pointer).toContain('disks');
    expect((await api.get(path).expect(200)).body.generation).toBe(1);
  });
});

describe('a dry run', () => {
  it('of deleting and of power shows the plan and changes nothing', async () => {
    const api = world().as(world().demoToken);
    const created = await api.post('/v1/vsys').send(threeTier('dry')).expect(202);
    const path = `/v1/vsys/${created.body.vsysId}`;
    const removal = await api.delete(`${path}?dryRun=true`).expect(200);
    expect(removal.body.changes.every(({ change }: { change: string }) => change === 'removed')).toBe(true);
    expect(removal.body.price.after.perHour).toMatch(/^0(\.0+)?$/);
    const servers = removal.body.quotas.find((quota: { resource: string }) => quota.resource === 'vserver');
    expect(servers.usedBefore - servers.usedAfter).toBe(5);
    const server = created.body.parts.find(
      ({ name, kind }: { name: string; kind: string }) => name === 'web-1' && kind === 'vserver',
    );
    const stop = await api.post(`/v1/vservers/${server.id}/stop?dryRun=true`).expect(200);
    expect(stop.body.steps.map(({ kind }: { kind: string }) => kind)).toEqual(['vserver.stop']);
    expect(Number(stop.body.price.after.perHour)).toBeLessThan(Number(stop.body.price.before.perHour));
    expect((await api.get(path).expect(200)).body).toMatchObject({ generation: 1, phase: 'provisioning' });
  });
});

describe('starting a server', () => {
  it('is refused when no host has room for it', async () => {
    const api = world().as(world().demoToken);
    const created = await api.post('/v1/vsys').send(threeTier('room')).expect(202);
    const server = created.body.parts.find(
      ({ name, kind }: { name: string; kind: string }) => name === 'web-1' && kind === 'vserver',
    );
    await api.post(`/v1/vservers/${server.id}/stop`).expect(202);
    await world().seeCapacity(emptyPool(100));
    const refused = await api.post(`/v1/vservers/${server.id}/start`).expect(409);
    expect(refused.body.code).toBe('no-capacity');
    await world().seeCapacity(emptyPool());
    await api.post(`/v1/vservers/${server.id}/start`).expect(202);
  });
});
