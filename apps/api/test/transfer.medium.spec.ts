/** A system goes to another VDC of its organization, with its costs and its quota use. */
import { insertVdc } from '@openvsys/persistence';
import { vdcId, vsysId, type VdcId, type VsysId } from '@openvsys/vsys';
import { v7 as uuidv7 } from 'uuid';
import { describe, expect, it } from 'vitest';
import { newName, useApi, type TokenRequests } from './api-fixture.js';
import { PredictedPool } from './reached.js';

const world = useApi();
const pool = new PredictedPool(world);
const asDemo = (): TokenRequests => world().as(world().demoToken);

const document = {
  apiVersion: 'openvsys/v1',
  kind: 'VsysDescriptor',
  metadata: { name: 'small', version: '1.0.0' },
  vnets: { lan: { cidr: '10.9.0.0/24' } },
  vservers: { db: { type: 'standard.small', image: 'debian-13', nics: [{ vnet: 'lan' }] } },
};

async function deploy(name = newName('moved')): Promise<VsysId> {
  const created = await asDemo()
    .post('/v1/vsys')
    .send({ name, vdcId: world().demo.vdcId, document })
    .expect(202);
  const id = vsysId(created.body.vsysId as string);
  await pool.reach(id);
  return id;
}

async function newVdc(): Promise<VdcId> {
  const id = vdcId(uuidv7());
  const { database, demo } = world();
  await database.transaction(async (session) => {
    const zone = await session.first<{ zoneId: string }>(
      'SELECT zone_id AS "zoneId" FROM vdc WHERE id = $1',
      [demo.vdcId],
    );
    await insertVdc(session, {
      id,
      organizationId: demo.organizationId,
      zoneId: zone?.zoneId ?? '',
      name: newName('vdc'),
      createdAt: new Date(),
    });
  });
  return id;
}

const openIntervals = async (id: VsysId): Promise<readonly unknown[]> =>
  world().database.session(async (session) =>
    session.rows(
      `SELECT DISTINCT vdc_id AS vdc, ended_at IS NULL AS open FROM usage_interval WHERE vsys_id = $1 ORDER BY open`,
      [id],
    ),
  );

describe('a transfer', () => {
  it('takes the running system to the VDC at once, once, and is told', async () => {
    const [id, target] = [await deploy(), await newVdc()];
    const path = `/v1/vsys/${id}/transfer`;
    const ask = async () =>
      asDemo().post(path).set('Idempotency-Key', `transfer-${id}`).send({ vdcId: target }).expect(200);
    const { body } = await ask();
    expect(body).toMatchObject({ vsysId: id, fromVdcId: world().demo.vdcId, vdcId: target });
    expect((await ask()).body).toEqual(body);
    const shown = await asDemo().get(`/v1/vsys/${id}`).expect(200);
    expect(shown.body).toMatchObject({ vdcId: target, generation: 1, phase: 'ready' });
    expect(await openIntervals(id)).toEqual([
      { vdc: world().demo.vdcId, open: false },
      { vdc: target, open: true },
    ]);
    const { body: events } = await asDemo().get(`/v1/events?vsys=${id}`).expect(200);
    expect(events.items.map(({ type }: { type: string }) => type)).toContain('vsys.transferred');
    await asDemo().post(path).send({ vdcId: target }).expect(409);
  });

  it('stays within the organization, the limits of the VDC and its names', async () => {
    const name = newName('twin');
    const [id, target] = [await deploy(name), await newVdc()];
    const path = `/v1/vsys/${id}/transfer`;
    for (const unknown of [world().other.vdcId, uuidv7()])
      await asDemo().post(path).send({ vdcId: unknown }).expect(404);
    await world().as(world().other.token).post(path).send({ vdcId: world().other.vdcId }).expect(404);
    const onlyHere = world().as(await world().tokenWith(['org-admin'], [world().demo.vdcId]));
    await onlyHere.post(path).send({ vdcId: target }).expect(404);
    await asDemo().post(path).set('If-Match', '"9"').send({ vdcId: target }).expect(412);
    const limits = { limits: [{ resource: 'vserver', limit: 0 }] };
    await asDemo().put(`/v1/vdcs/${target}/quotas`).send(limits).expect(200);
    const full = await asDemo().post(path).send({ vdcId: target });
    expect(full.body).toMatchObject({
      code: 'quota-exceeded',
      details: { exceeded: [{ scope: 'vdc', requested: 1 }] },
    });
    expect((await asDemo().get(`/v1/vsys/${id}`)).body.vdcId).toBe(world().demo.vdcId);
    await asDemo()
      .put(`/v1/vdcs/${target}/quotas`)
      .send({ limits: [{ resource: 'vserver', limit: 100 }] })
      .expect(200);
    const twin = { name, vdcId: target, document };
    await asDemo().post('/v1/vsys').send(twin).expect(202);
    const taken = await asDemo().post(path).send({ vdcId: target }).expect(409);
    expect(taken.body.detail).toContain('of this name');
  });
});
