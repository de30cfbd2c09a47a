/** Back-ups over the API: taken, restored in every way, kept beyond their system, given to others, deleted. */
import { describe, expect, it } from 'vitest';
import { srUuid, vsysId, type BackupId, type VDiskId, type VServerId, type VsysId } from '@openvsys/vsys';
import { emptyPool, newName, useApi, type TokenRequests } from './api-fixture.js';
import { PredictedPool } from './reached.js';

const world = useApi();
const asDemo = (): TokenRequests => world().as(world().demoToken);
const asOther = (): TokenRequests => world().as(world().other.token);
const pool = new PredictedPool(world);

const document = {
  apiVersion: 'openvsys/v1',
  kind: 'VsysDescriptor',
  metadata: { name: 'small', version: '1.0.0' },
  vnets: { lan: { cidr: '10.9.0.0/24' } },
  vservers: { db: { type: 'standard.small', image: 'debian-13', nics: [{ vnet: 'lan' }] } },
  vdisks: { data: { size: 10, server: 'db' } },
};

interface System {
  readonly id: VsysId;
  readonly disk: VDiskId;
  readonly server: VServerId;
}

async function deploy(as = asDemo(), vdcId: string = world().demo.vdcId): Promise<System> {
  const created = await as
    .post('/v1/vsys')
    .send({ name: newName('backed'), vdcId, document })
    .expect(202);
  const id = vsysId(created.body.vsysId as string);
  await pool.reach(id);
  return { id, disk: `${id}-D-0001` as VDiskId, server: `${id}-S-0001` as VServerId };
}

async function backUp(disk: string, body: object = { name: 'monday' }): Promise<BackupId> {
  const path = disk.includes('-S-') ? 'vservers' : 'vdisks';
  const { body: accepted } = await asDemo().post(`/v1/${path}/${disk}/backups`).send(body).expect(202);
  expect(accepted).toMatchObject({ operation: { kind: 'backup.create' }, added: [{ kind: 'backup' }] });
  await pool.reach(vsysId(accepted.vsysId as string));
  return accepted.added[0].id as BackupId;
}

const metered = async (resource: string): Promise<readonly unknown[]> =>
  world().database.session(async (session) =>
    session.rows(
      `SELECT dimension, product, quantity::int, ended_at IS NULL AS open FROM usage_interval WHERE resource = $1`,
      [resource],
    ),
  );
const quota = async (): Promise<Record<string, { used: number; reserved: number }>> => {
  const { body } = await asDemo().get(`/v1/organizations/${world().demo.organizationId}/quotas`).expect(200);
  const items = (body.items ?? body.quotas) as readonly {
    resource: string;
    used: number;
    reserved: number;
  }[];
  return Object.fromEntries(items.map(({ resource, used, reserved }) => [resource, { used, reserved }]));
};

describe('a back-up', () => {
  it('is planned, taken, shown, counted and metered, and really deleted', async () => {
    const { id, disk, server } = await deploy();
    const before = await quota();
    const plan = await asDemo()
      .post(`/v1/vdisks/${disk}/backups?dryRun=true`)
      .send({ name: 'x' })
      .expect(200);
    expect(plan.body.steps).toMatchObject([{ kind: 'backup.create' }]);
    const backup = await backUp(disk);
    expect(backup).toBe(`${id}-B-0001`);
    const { body } = await asDemo().get(`/v1/backups/${backup}`).expect(200);
    expect(body).toMatchObject({
      name: 'monday',
      source: disk,
      sourceName: 'data',
      state: 'ready',
      sizeGiB: 10,
      placed: 'same-storage',
      outlives: false,
      hasCopyKey: false,
      vsysDeletedAt: null,
    });
    expect(body.takenAt).not.toBeNull();
    expect(await metered(backup)).toEqual([
      { dimension: 'backup-gib', product: 'backup', quantity: 10, open: true },
    ]);
    const own = await backUp(server, { name: 'system' });
    const after = await quota();
    expect(after['backup']!.used - before['backup']!.used).toBe(2);
    expect(after['backup-gib']!.used - before['backup-gib']!.used).toBe(14);
    const lists = [`vdisks/${disk}/backups`, `vservers/${server}/backups`, `backups?vsysId=${id}`];
    const listed = await Promise.all(lists.map(async (path) => asDemo().get(`/v1/${path}`).expect(200)));
    expect(listed.map((answer) => answer.body.items.map((item: { id: string }) => item.id))).toEqual([
      [backup],
      [own],
      [backup, own],
    ]);

    await asDemo().delete(`/v1/backups/${backup}`).expect(202);
    await pool.reach(id);
    await asDemo().get(`/v1/backups/${backup}`).expect(404);
    expect(pool.observed(id).backups).toEqual([{ id: own }]);
    expect(await metered(backup)).toMatchObject([{ open: false }]);
    expect(await backUp(disk)).toBe(`${id}-B-0003`);
  });

  it('goes to storage for back-ups, else away from its disk', async () => {
    const { disk } = await deploy();
    const [home] = emptyPool().srs;
    const other = { ...home!, uuid: srUuid('0a000000-0000-4000-8000-000000000002'), freeGiB: 100 };
    const kept = { ...other, uuid: srUuid('0a000000-0000-4000-8000-000000000003'), diskClass: 'backup' };
    const placed = async (): Promise<string> =>
      (
        await asDemo()
          .get(`/v1/backups/${await backUp(disk)}`)
          .expect(200)
      ).body.placed as string;
    await world().seeCapacity({ ...emptyPool(), srs: [home!, other] });
    expect(await placed()).toBe('other-storage');
    await world().seeCapacity({ ...emptyPool(), srs: [home!, other, kept] });
    expect(await placed()).toBe('backup-storage');
    await world().seeCapacity({ ...emptyPool(), srs: [{ ...home!, freeGiB: 5 }] });
    await asDemo().post(`/v1/vdisks/${disk}/backups`).send({ name: 'x' }).expect(409);
    await world().seeCapacity(emptyPool());
  });

  it('is nobody else’s, and of no disk that there is not', async () => {
    const { id, disk } = await deploy();
    const backup = await backUp(disk);
    for (const path of [`backups/${backup}`, `backups/${id}-B-0099`, 'backups/what'])
      await asOther().get(`/v1/${path}`).expect(404);
    expect((await asOther().get(`/v1/vdisks/${disk}/backups`)).status).toBe(404);
    await asOther().post(`/v1/vdisks/${disk}/backups`).send({ name: 'x' }).expect(404);
    await asOther().delete(`/v1/backups/${backup}`).expect(404);
    await asDemo().post(`/v1/vdisks/${id}-D-0042/backups`).send({ name: 'x' }).expect(404);
    await asDemo().post(`/v1/vdisks/${disk}/backups`).send({ name: '' }).expect(400);
    const monitor = world().as(await world().tokenWith(['monitor']));
    await monitor.get(`/v1/backups/${backup}`).expect(200);
    await monitor.delete(`/v1/backups/${backup}`).expect(403);
  });

  it('stays when its system is deleted, if it shall, and can be used and deleted then', async () => {
    const { id, disk } = await deploy();
    const [stays, goes] = [await backUp(disk, { name: 'kept', outlives: true }), await backUp(disk)];
    await asDemo().delete(`/v1/vsys/${id}?purge=true`).expect(202);
    await pool.reach(id);
    expect((await asDemo().get(`/v1/vsys/${id}`).expect(200)).body.phase).toBe('deleted');
    await asDemo().get(`/v1/backups/${goes}`).expect(404);
    const { body } = await asDemo().get(`/v1/backups/${stays}`).expect(200);
    expect(body).toMatchObject({ state: 'ready', sourceName: 'data' });
    expect(body.vsysDeletedAt).not.toBeNull();
    expect(await metered(stays)).toMatchObject([{ open: true }]);
    expect(pool.observed(id)).toMatchObject({ servers: [], disks: [], backups: [{ id: stays }] });
    expect(await pool.reach(id)).toBe(false);

    const target = await deploy();
    await asDemo()
      .post(`/v1/backups/${stays}/restore`)
      .send({ disk: target.disk, stopServer: true })
      .expect(202);
    await pool.reach(target.id);
    await asDemo().delete(`/v1/backups/${stays}`).expect(202);
    expect(await pool.reach(id)).toBe(true);
    await asDemo().get(`/v1/backups/${stays}`).expect(404);
    expect(await metered(stays)).toMatchObject([{ open: false }]);
    expect(pool.observed(id).backups).toEqual([]);
    expect(await pool.reach(id)).toBe(false);
  });

  it('of a system stays when its deletion asks for it', async () => {
    const { id, disk } = await deploy();
    const backup = await backUp(disk);
    await asDemo().delete(`/v1/vsys/${id}?purge=true&keepBackups=true`).expect(202);
    await pool.reach(id);
    expect((await asDemo().get(`/v1/backups/${backup}`).expect(200)).body).toMatchObject({ outlives: true });
    await asDemo().delete(`/v1/backups/${backup}`).expect(202);
    await pool.reach(id);
  });
});

describe('restoring', () => {
  it('in place stops a running server only when it may', async () => {
    const { id, disk } = await deploy();
    const backup = await backUp(disk);
    const refused = await asDemo().post(`/v1/backups/${backup}/restore`).send({}).expect(409);
    expect(refused.body).toMatchObject({ code: 'conflict', pointer: '/stopServer' });
    const plan = await asDemo()
      .post(`/v1/backups/${backup}/restore?dryRun=true`)
      .send({ stopServer: true })
      .expect(200);
    const kinds = ['vserver.stop', 'disk.fill', 'vserver.start'];
    expect(plan.body.steps.map(({ kind }: { kind: string }) => kind)).toEqual(kinds);
    await asDemo().post(`/v1/backups/${backup}/restore`).send({ stopServer: true }).expect(202);
    await pool.reach(id);
    expect(pool.observed(id).disks).toMatchObject([{ origin: 3 }]);
    await asDemo().post(`/v1/vsys/${id}/stop`).expect(202);
    await asDemo().post(`/v1/backups/${backup}/restore`).send({}).expect(202);
    await pool.reach(id);
    expect(pool.observed(id).disks).toMatchObject([{ origin: 5 }]);
  });

  it('makes a new disk, in its own system or another one, that later changes keep', async () => {
    const { id, disk } = await deploy();
    const target = await deploy();
    const backup = await backUp(disk);
    const small = { name: 'restored', sizeGiB: 5 };
    await asDemo().post(`/v1/backups/${backup}/restore-to-new-disk`).send(small).expect(409);
    const body = { name: 'restored', vsysId: target.id, vserverId: target.server };
    await asDemo().post(`/v1/backups/${backup}/restore-to-new-disk`).send(body).expect(202);
    await pool.reach(target.id);
    expect(pool.observed(target.id).disks).toContainEqual({
      id: `${target.id}-D-0002`,
      sizeGiB: 10,
      attachedTo: target.server,
      origin: 2,
    });
    await asDemo().post(`/v1/backups/${backup}/restore-to-new-disk`).send({ name: 'again' }).expect(202);
    await pool.reach(id);
    const { body: grown } = await asDemo()
      .patch(`/v1/vdisks/${target.id}-D-0002`)
      .send({ sizeGiB: 20 })
      .expect(202);
    expect(grown.parts).toContainEqual({ id: `${target.id}-D-0002`, kind: 'vdisk', name: 'restored' });
    await pool.reach(target.id);
    expect(pool.observed(target.id).disks).toContainEqual(
      expect.objectContaining({ sizeGiB: 20, origin: 2 }),
    );
  });

  it('needs a disk that is large enough, and a back-up that is complete', async () => {
    const { id, disk, server } = await deploy();
    const backup = await backUp(disk);
    const tooSmall = { disk: server, stopServer: true };
    const answer = await asDemo().post(`/v1/backups/${backup}/restore`).send(tooSmall).expect(409);
    expect(answer.body).toMatchObject({ pointer: '/sizeGiB', details: { needed: 10, available: 4 } });
    await asDemo().post(`/v1/vdisks/${disk}/backups`).send({ name: 'unfinished' }).expect(202);
    const early = await asDemo()
      .post(`/v1/backups/${id}-B-0002/restore`)
      .send({ stopServer: true })
      .expect(409);
    expect(early.body).toMatchObject({ details: { state: 'planned' } });
    // Deleted before it was begun.
    await asDemo().delete(`/v1/backups/${id}-B-0002`).expect(202);
    await pool.reach(id);
    await asDemo().get(`/v1/backups/${id}-B-0002`).expect(404);
  });

  it('of another tenant’s back-up takes a key that is meant for the tenant', async () => {
    const { disk } = await deploy();
    const backup = await backUp(disk);
    const target = await deploy(asOther(), world().other.vdcId);
    const restore = async (key?: string) =>
      asOther().post(`/v1/backups/${backup}/restore`).send({ disk: target.disk, stopServer: true, key });
    expect((await restore()).status).toBe(404);
    expect((await restore('guessed')).status).toBe(404);
    await asDemo().get(`/v1/backups/${backup}/copy-key`).expect(404);
    const stranger = await asDemo()
      .put(`/v1/backups/${backup}/copy-key`)
      .send({ contracts: ['NOBODY01'] })
      .expect(200);
    expect((await restore(stranger.body.key as string)).status).toBe(404);
    const { body } = await asDemo()
      .put(`/v1/backups/${backup}/copy-key`)
      .send({ contracts: ['OTHER001'] })
      .expect(200);
    expect((await asDemo().get(`/v1/backups/${backup}/copy-key`).expect(200)).body).toEqual(body);
    await asOther().get(`/v1/backups/${backup}/copy-key`).expect(404);
    expect((await restore(stranger.body.key as string)).status).toBe(404);
    expect((await restore(body.key as string)).status).toBe(202);
    await pool.reach(target.id);
    expect(pool.observed(target.id).disks).toMatchObject([{ origin: 2 }]);
    await asDemo().delete(`/v1/backups/${backup}/copy-key`).expect(204);
    expect((await restore(body.key as string)).status).toBe(404);
    expect(world().log.join('\n')).not.toContain(body.key);
  });
});

describe('a clone with contents', () => {
  const clone = async (id: VsysId, body: object) =>
    asDemo()
      .post(`/v1/vsys/${id}/clone`)
      .send({ name: newName('clone'), contents: 'copy', ...body });

  it('is made of a stopped system, disk by disk, once', async () => {
    const { id, disk, server } = await deploy();
    const running = await clone(id, {});
    expect([running.status, running.body.pointer]).toEqual([409, '/contents']);
    await asDemo().post(`/v1/vsys/${id}/stop`).expect(202);
    expect((await clone(id, {})).status).toBe(409);
    await pool.reach(id);
    const { status, body } = await clone(id, {});
    expect(status).toBe(202);
    const copy = vsysId(body.vsysId as string);
    const work = await world().store.findWork(copy);
    expect(work?.spec.servers).toMatchObject([{ systemOrigin: { from: { disk: server }, count: 1 } }]);
    expect(work?.spec.disks).toMatchObject([{ origin: { from: { disk }, count: 1 } }]);
    await pool.reach(copy);
    expect(pool.observed(copy)).toMatchObject({
      servers: [{ power: 'running', systemOrigin: 1 }],
      disks: [{ origin: 1 }],
    });
    // Lost later, it is made anew without what the other system holds by then.
    const later = await world().store.findWork(copy);
    expect(later?.spec.disks[0]).not.toHaveProperty('origin');
    expect(later?.spec.servers[0]).not.toHaveProperty('systemOrigin');
  });

  it('is made of a running one as a snapshot of all its servers has it', async () => {
    const { id, disk, server } = await deploy();
    expect((await clone(id, { snapshotId: `${id}-X-0001` })).status).toBe(404);
    const taken = await asDemo().post(`/v1/vsys/${id}/snapshots`).send({ name: 'now' }).expect(202);
    await pool.reach(id);
    expect(taken.body.added).toMatchObject([{ kind: 'snapshot' }]);
    const snapshot = taken.body.added[0].id as string;
    const plan = await asDemo()
      .post(`/v1/vsys/${id}/clone?dryRun=true`)
      .send({ name: newName('clone'), contents: 'copy', snapshotId: snapshot })
      .expect(200);
    const kinds = plan.body.steps.map(({ kind }: { kind: string }) => kind);
    expect(kinds.filter((kind: string) => kind === 'disk.fill')).toHaveLength(2);
    const { body } = await clone(id, { snapshotId: snapshot });
    const work = await world().store.findWork(vsysId(body.vsysId as string));
    expect(work?.spec.servers[0]?.systemOrigin?.from).toEqual({ snapshot, disk: server });
    expect(work?.spec.disks[0]?.origin?.from).toEqual({ snapshot, disk });
  });
});

describe('a policy', () => {
  it('is added with what is right, listed with its next due time, and removed', async () => {
    const { id } = await deploy();
    const path = `/v1/vsys/${id}/backup-policies`;
    const good = {
      name: 'nightly',
      cron: '30 2 * * *',
      timeZone: 'Europe/Berlin',
      keep: { last: 2, weekly: 4 },
    };
    for (const [wrong, status] of [
      [{ ...good, cron: 'always' }, 400],
      [{ ...good, timeZone: 'Berlin' }, 400],
      [{ ...good, keep: {} }, 400],
      [{ ...good, keep: { last: -1 } }, 400],
      [{ ...good, sources: ['nothing'] }, 404],
    ] as const)
      await asDemo().post(path).send(wrong).expect(status);
    const { body } = await asDemo()
      .post(path)
      .send({ ...good, sources: ['data', 'db'] })
      .expect(201);
    expect(body).toMatchObject({ sources: ['data', 'db'], keep: { last: 2, weekly: 4 }, lastRun: null });
    const { body: listed } = await asDemo().get(path).expect(200);
    expect(listed.items).toMatchObject([{ id: body.id, name: 'nightly', nextAt: body.nextAt }]);
    await asOther().get(path).expect(404);
    await asOther().delete(`${path}/${body.id}`).expect(404);
    await asDemo().delete(`${path}/${body.id}`).expect(204);
    await asDemo().delete(`${path}/${body.id}`).expect(404);
  });
});
