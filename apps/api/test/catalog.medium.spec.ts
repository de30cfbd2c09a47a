/** The provider offers server types and images and ends that; systems that have them keep them. */
import { describe, expect, it } from 'vitest';
import { useApi } from './api-fixture.js';

const world = useApi();
const HUGE = { name: 'standard.huge', vcpus: 16, memoryMiB: 65_536 };
const IMAGE = { name: 'debian-14', title: 'Debian 14', os: 'linux', systemDiskGiB: 4, minMemoryMiB: 512 };

const design = (type: string, image: string) => ({
  name: 'designed',
  vdcId: world().demo.vdcId,
  document: {
    apiVersion: 'openvsys/v1',
    kind: 'VsysDescriptor',
    metadata: { name: 'small', version: '1.0.0' },
    vnets: { lan: { cidr: '10.0.0.0/24' } },
    vservers: { app: { type, image, nics: [{ vnet: 'lan' }] } },
  },
});

describe('the catalogue of the provider', () => {
  it('offers a server type once, under a name that descriptors can write', async () => {
    const api = world().as(world().providerToken);
    const created = await api.post('/v1/server-types').send(HUGE).expect(201);
    expect(created.body).toEqual({ ...HUGE, kind: 'server', deprecated: false });
    const again = await api
      .post('/v1/server-types')
      .send({ ...HUGE, vcpus: 8 })
      .expect(409);
    expect(again.body).toMatchObject({ code: 'conflict', pointer: '/name' });
    for (const wrong of [{ name: 'Big Box' }, { vcpus: 0 }, { memoryMiB: 1.5 }, { kind: 'router' }])
      await api
        .post('/v1/server-types')
        .send({ ...HUGE, name: 'other', ...wrong })
        .expect(400);
    const list = await world().as(world().demoToken).get('/v1/server-types').expect(200);
    expect(list.body.items).toContainEqual(created.body);
  });

  it('ends an offer and makes it again', async () => {
    const api = world().as(world().providerToken);
    const change = async (deprecated: boolean) =>
      (await api.patch('/v1/server-types/standard.huge').send({ deprecated }).expect(200)).body.deprecated;
    expect([await change(true), await change(true), await change(false)]).toEqual([true, true, false]);
    await api.patch('/v1/server-types/nothing').send({ deprecated: true }).expect(404);
  });

  it('refuses designs with what is no longer offered, and names what is', async () => {
    const provider = world().as(world().providerToken);
    const tenant = world().as(world().demoToken);
    await provider.post('/v1/images').send(IMAGE).expect(201);
    const plan = async () => tenant.post('/v1/vsys/plans').send(design(HUGE.name, IMAGE.name));
    const before = await plan();
    expect([before.status, JSON.stringify(before.body)]).toEqual([200, expect.any(String)]);
    await provider.patch(`/v1/images/${IMAGE.name}`).send({ deprecated: true }).expect(200);
    await provider.patch(`/v1/server-types/${HUGE.name}`).send({ deprecated: true }).expect(200);
    const after = await plan();
    expect(after.status).toBe(422);
    const pointers = after.body.violations.map(({ pointer }: { pointer: string }) => pointer);
    expect(pointers.toSorted()).toEqual(['/vservers/app/image', '/vservers/app/type']);
    expect(after.text).toContain('no longer offered');
  });

  it('changes a title, and nothing without being told what', async () => {
    const api = world().as(world().providerToken);
    const titled = await api.patch(`/v1/images/${IMAGE.name}`).send({ title: 'Debian Forky' }).expect(200);
    expect(titled.body).toMatchObject({ title: 'Debian Forky', deprecated: true });
    await api.patch(`/v1/images/${IMAGE.name}`).send({}).expect(400);
    await api.patch(`/v1/images/${IMAGE.name}`).send({ systemDiskGiB: 5 }).expect(400);
    await api.patch('/v1/images/nothing').send({ title: 'x' }).expect(404);
  });

  it('keeps an appliance on offer: every design may have EFMs', async () => {
    const api = world().as(world().providerToken);
    const { items } = (await api.get('/v1/images').expect(200)).body;
    const appliance = items.find(({ kind }: { kind: string }) => kind === 'efm').name;
    const refused = await api.patch(`/v1/images/${appliance}`).send({ deprecated: true }).expect(409);
    expect(refused.body.remedy).toContain('first');
    const still = (await api.get('/v1/images').expect(200)).body.items;
    expect(still.find(({ name }: { name: string }) => name === appliance).deprecated).toBe(false);
    await api
      .post('/v1/images')
      .send({ ...IMAGE, name: 'appliance-2', kind: 'efm' })
      .expect(201);
    await api.patch(`/v1/images/${appliance}`).send({ deprecated: true }).expect(200);
  });

  it('is the provider’s alone, and says who changed it', async () => {
    await world().as(world().demoToken).post('/v1/server-types').send(HUGE).expect(403);
    await world().as(world().demoToken).patch(`/v1/images/${IMAGE.name}`).send({ title: 'mine' }).expect(403);
    const verbs = await world().database.session(async (session) =>
      session.rows<{ verb: string }>(`SELECT verb FROM audit WHERE resource = $1 ORDER BY id`, [HUGE.name]),
    );
    expect(verbs[0]).toEqual({ verb: 'server-type.create' });
  });
});
