/** What is set on whole systems: protection, the recycle bin, tags and search, leases, schedules. */
import { describe, expect, it } from 'vitest';
import { newName, useApi, type TokenRequests } from './api-fixture.js';

const world = useApi();
const asDemo = (): TokenRequests => world().as(world().demoToken);

async function deploy(name = newName('set')): Promise<string> {
  const body = { name, vdcId: world().demo.vdcId, descriptor: { name: 'three-tier' } };
  return (await asDemo().post('/v1/vsys').send(body).expect(202)).body.vsysId as string;
}

const setTags = async (id: string, settings: object) =>
  asDemo().patch(`/v1/vsys/${id}/settings`).send(settings).expect(200);
const idsOf = (body: { readonly items: readonly { readonly id: string }[] }) =>
  body.items.map(({ id }) => id);
const found = async (query: string) => idsOf((await asDemo().get(`/v1/vsys?${query}`).expect(200)).body);
const keepBin = async (retentionHours: number) =>
  asDemo().put(`/v1/vdcs/${world().demo.vdcId}/recycle-bin`).send({ retentionHours }).expect(200);

describe('protection', () => {
  it('refuses deleting and says what to do; the dry run tells it', async () => {
    const id = await deploy();
    await setTags(id, { protected: true });
    const refused = await asDemo().delete(`/v1/vsys/${id}`).expect(409);
    expect(refused.body.remedy).toContain('settings');
    const plan = await asDemo().delete(`/v1/vsys/${id}?dryRun=true`).expect(200);
    expect(plan.body.deletion.isProtected).toBe(true);
    await asDemo().delete(`/v1/vsys/${id}?purge=true`).expect(409);
    await setTags(id, { protected: false });
    await asDemo().delete(`/v1/vsys/${id}`).expect(202);
  });
});

describe('the recycle bin', () => {
  it('is off at first: a dry run tells what vanishes at once', async () => {
    const id = await deploy();
    const { body } = await asDemo().delete(`/v1/vsys/${id}?dryRun=true`).expect(200);
    expect(body.deletion).toMatchObject({
      isProtected: false,
      binnedUntil: null,
      servers: expect.arrayContaining(['db', 'web-1']),
      disks: ['db-data'],
      snapshots: [],
      stillCharged: [],
    });
    expect(body.deletion.servers).not.toContain('fw');
    expect(body.deletion.dataGiB).toBeGreaterThanOrEqual(20);
    const shown = await asDemo().get(`/v1/vsys/${id}`).expect(200);
    expect(body.deletion.freedAddresses).toContain(shown.body.publicIps[0].address);
    expect(Number(body.price.after.perHour)).toBe(0);
    expect(shown.body.generation).toBe(1);
  });

  it('keeps a deleted system stopped and hidden; nothing but restoring and purging is possible', async () => {
    await keepBin(48);
    const id = await deploy();
    const plan = await asDemo().delete(`/v1/vsys/${id}?dryRun=true`).expect(200);
    expect(Date.parse(plan.body.deletion.binnedUntil)).toBeGreaterThan(Date.now() + 47 * 3_600_000);
    expect(plan.body.deletion.stillCharged.length).toBeGreaterThan(3);
    expect(Number(plan.body.price.after.perHour)).toBeGreaterThan(0);

    const binned = await asDemo().delete(`/v1/vsys/${id}`).expect(202);
    expect(binned.body.operation.kind).toBe('vsys.bin');
    expect(await found('limit=500')).not.toContain(id);
    expect(await found('binned=true')).toContain(id);
    const shown = await asDemo().get(`/v1/vsys/${id}`).expect(200);
    expect(shown.body.purgeAt).not.toBeNull();
    expect(new Set(shown.body.vservers.map((server: { power: string }) => server.power))).toEqual(
      new Set(['stopped']),
    );
    for (const path of ['start', 'stop', 'start?dryRun=true']) {
      const refused = await asDemo().post(`/v1/vsys/${id}/${path}`).expect(409);
      expect([path, refused.body.details.allowed]).toEqual([path, ['restore', 'purge']]);
    }
    await asDemo().patch(`/v1/vsys/${id}`).set('If-Match', '*').send({ name: 'x' }).expect(409);
    await asDemo().post(`/v1/vservers/${shown.body.vservers[0].id}/start`).expect(409);
    await asDemo().delete(`/v1/vsys/${id}`).expect(409);

    const back = await asDemo().post(`/v1/vsys/${id}/restore`).expect(202);
    expect(back.body.operation.kind).toBe('vsys.restore');
    const restored = await asDemo().get(`/v1/vsys/${id}`).expect(200);
    expect(restored.body.purgeAt).toBeNull();
    expect(new Set(restored.body.vservers.map((server: { power: string }) => server.power))).toEqual(
      new Set(['running']),
    );
    await asDemo().post(`/v1/vsys/${id}/restore`).expect(409);
    await keepBin(0);
  });

  it('is skipped and emptied by purging', async () => {
    await keepBin(1);
    const [skipped, emptied] = [await deploy(), await deploy()];
    const gone = await asDemo().delete(`/v1/vsys/${skipped}?purge=true`).expect(202);
    expect(gone.body.operation.kind).toBe('vsys.delete');
    await asDemo().delete(`/v1/vsys/${emptied}`).expect(202);
    const purged = await asDemo().delete(`/v1/vsys/${emptied}?purge=true`).expect(202);
    expect(purged.body.operation.kind).toBe('vsys.delete');
    expect((await asDemo().get(`/v1/vsys/${emptied}`)).body.phase).toBe('deleting');
    await asDemo().post(`/v1/vsys/${emptied}/restore`).expect(409);
    await keepBin(0);
  });

  it('belongs to who manages the VDC', async () => {
    const path = `/v1/vdcs/${world().demo.vdcId}/recycle-bin`;
    await world().as(world().other.token).get(path).expect(404);
    await world()
      .as(await world().tokenWith(['designer']))
      .put(path)
      .send({ retentionHours: 1 })
      .expect(403);
    await asDemo().put(path).send({ retentionHours: -1 }).expect(400);
    expect((await asDemo().get(path).expect(200)).body).toEqual({
      vdcId: world().demo.vdcId,
      retentionHours: 0,
    });
  });
});

describe('settings', () => {
  it('change by themselves, with a version of their own', async () => {
    const id = await deploy();
    const path = `/v1/vsys/${id}/settings`;
    const first = await asDemo().get(path).expect(200);
    expect(first.headers['etag']).toBe('"0"');
    const body = { tags: { env: 'prod' }, notes: 'Ask Jo', externalId: newName('crm') };
    const changed = await asDemo().patch(path).set('If-Match', '"0"').send(body).expect(200);
    expect(changed.body).toEqual({ vsysId: id, version: 1, protected: false, lease: null, ...body });
    await asDemo().patch(path).set('If-Match', '"0"').send({ notes: 'late' }).expect(412);
    const cleared = await setTags(id, { externalId: null });
    expect(cleared.body).toMatchObject({ version: 2, externalId: null, notes: 'Ask Jo' });
    expect((await asDemo().get(`/v1/vsys/${id}`)).body).toMatchObject({
      generation: 1,
      tags: { env: 'prod' },
    });
    await world().as(world().other.token).get(path).expect(404);
    await world()
      .as(await world().tokenWith(['monitor']))
      .patch(path)
      .send({ notes: '' })
      .expect(403);
  });

  it('give an id that only one living system of the organization has', async () => {
    const [one, two] = [await deploy(), await deploy()];
    const externalId = newName('erp');
    await setTags(one, { externalId });
    const refused = await asDemo().patch(`/v1/vsys/${two}/settings`).send({ externalId }).expect(409);
    expect(refused.body).toMatchObject({ code: 'conflict', pointer: '/externalId' });
    expect(await found(`externalId=${externalId}`)).toEqual([one]);
  });

  it('can be given with the request that creates the system', async () => {
    const externalId = newName('order');
    const body = { name: newName('born'), vdcId: world().demo.vdcId, descriptor: { name: 'three-tier' } };
    const set = { externalId, tags: { env: 'prod' }, notes: 'Ask Jo' };
    const created = await asDemo()
      .post('/v1/vsys')
      .send({ ...body, ...set })
      .expect(202);
    const shown = await asDemo().get(`/v1/vsys/${created.body.vsysId}/settings`).expect(200);
    expect(shown.body).toMatchObject({ version: 1, ...set });
    const again = { ...body, name: newName('born'), externalId };
    expect((await asDemo().post('/v1/vsys').send(again).expect(409)).body.pointer).toBe('/externalId');
    expect(await found(`name=${again.name}`)).toEqual([]);
    await asDemo()
      .post('/v1/vsys')
      .send({ ...again, externalId: newName('order'), tags: { 'a b': '' } })
      .expect(400);
  });

  it('are what lists filter and search by', async () => {
    const [shop, blog] = [await deploy(newName('Laden')), await deploy(newName('blog'))];
    await setTags(shop, { tags: { stage: 'prod', team: 'red' }, notes: 'Kasse 100%_sicher' });
    await setTags(blog, { tags: { stage: 'test', team: 'red' } });
    expect(await found('tag=stage:prod')).toEqual([shop]);
    expect(await found('tag=team:red,stage')).toEqual([blog, shop]);
    expect(await found('tag=team:red,stage:test')).toEqual([blog]);
    expect(await found('tag=team:blue')).toEqual([]);
    expect(await found('search=LADEN-')).toEqual([shop]);
    expect(await found('search=stage:prod')).toEqual([shop]);
    expect(await found(`search=${encodeURIComponent('100%_s')}`)).toEqual([shop]);
    expect(await found(`search=${encodeURIComponent('100__s')}`)).toEqual([]);
    const foreign = await world().as(world().other.token).get('/v1/vsys?search=laden').expect(200);
    expect(foreign.body.items).toEqual([]);
    await asDemo().get('/v1/vsys?tag=:x').expect(400);
    await asDemo()
      .patch(`/v1/vsys/${shop}/settings`)
      .send({ tags: { 'a b': '' } })
      .expect(400);
  });

  it('are found page by page, newest first, each once, wherever the text is', async () => {
    const [first, second, third] = [await deploy('seek-1'), await deploy('seek-2'), await deploy()];
    await setTags(second, { notes: 'seek-2 and a note of it' });
    await setTags(third, { tags: { use: 'seek-3' } });
    const pages: string[][] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const after: string = cursor === '' ? '' : `&cursor=${cursor}`;
      const { body } = await asDemo().get(`/v1/vsys?search=seek-&limit=1${after}`).expect(200);
      pages.push(idsOf(body));
      cursor = body.nextCursor as string | null;
    }
    expect(pages).toEqual([[third], [second], [first]]);
    expect(await found('search=seek-&name=seek-1')).toEqual([first]);
    expect(await found('search=seek-&tag=use:seek-3')).toEqual([third]);
  });
});

describe('leases and schedules', () => {
  it('have an end in the future and can be taken away', async () => {
    const id = await deploy();
    const expiresAt = new Date(Date.now() + 3_600_000).toISOString();
    const leased = await setTags(id, { lease: { expiresAt, action: 'delete' } });
    expect(leased.body.lease).toEqual({ expiresAt, action: 'delete' });
    const past = await asDemo()
      .patch(`/v1/vsys/${id}/settings`)
      .send({ lease: { expiresAt: '2020-01-01T00:00:00Z', action: 'stop' } })
      .expect(400);
    expect(past.body.pointer).toBe('/lease/expiresAt');
    await asDemo().patch(`/v1/vsys/${id}/settings`).send({ lease: { expiresAt } }).expect(400);
    expect((await setTags(id, { lease: null })).body.lease).toBeNull();
  });

  it('show when they are due next, and are refused when they never are', async () => {
    const id = await deploy();
    const path = `/v1/vsys/${id}/schedules`;
    const weekdays = { verb: 'stop', cron: '0 18 * * MON-FRI', timeZone: 'Europe/Berlin' };
    const added = await asDemo().post(path).send(weekdays).expect(201);
    expect(added.body).toMatchObject({ ...weekdays, vsysId: id, lastRun: null });
    expect(Date.parse(added.body.nextAt)).toBeGreaterThan(Date.now());
    const listed = await asDemo().get(path).expect(200);
    expect(listed.body.items).toEqual([added.body]);
    for (const wrong of [{ cron: 'x' }, { cron: '0 0 31 2 *' }, { timeZone: 'Mars/Base' }, { verb: 'fly' }])
      await asDemo()
        .post(path)
        .send({ ...weekdays, ...wrong })
        .expect(400);
    await world().as(world().other.token).get(path).expect(404);
    await asDemo().delete(`${path}/${added.body.id}`).expect(204);
    await asDemo().delete(`${path}/${added.body.id}`).expect(404);
  });
});
