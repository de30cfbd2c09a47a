/** Verbs of whole systems: power, scaling, former generations. */
import { describe, expect, it } from 'vitest';
import { newName, useApi, type TokenRequests } from './api-fixture.js';

const world = useApi();
const asDemo = (): TokenRequests => world().as(world().demoToken);

async function deploy(name = newName('whole'), webCount = 2): Promise<string> {
  const body = {
    name,
    vdcId: world().demo.vdcId,
    descriptor: { name: 'three-tier' },
    parameters: { webCount },
  };
  const created = await asDemo().post('/v1/vsys').send(body).expect(202);
  return created.body.vsysId as string;
}

interface Server {
  readonly id: string;
  readonly name: string;
  readonly power: string;
}
async function serversOf(id: string): Promise<readonly Server[]> {
  return (await asDemo().get(`/v1/vsys/${id}`).expect(200)).body.vservers as readonly Server[];
}
const powersOf = async (id: string): Promise<readonly string[]> => [
  ...new Set((await serversOf(id)).map(({ power }) => power)),
];

/** Of the newest generation. */
async function changesOf(id: string): Promise<readonly string[]> {
  const { body } = await asDemo().get(`/v1/vsys/${id}/generations?limit=1`).expect(200);
  const changes = body.items[0].changes as readonly { change: string; kind: string; name: string }[];
  return changes.map(({ change, kind, name }) => `${change} ${kind} ${name}`);
}

/** A descriptor of one role with a fixed count. */
const fixedCount = {
  apiVersion: 'openvsys/v1',
  kind: 'VsysDescriptor',
  metadata: { name: 'farm', version: '1.0.0' },
  vnets: { lan: { cidr: '10.9.0.0/24' } },
  vservers: {
    node: { type: 'standard.small', image: 'debian-13', count: 2, nics: [{ vnet: 'lan' }] },
    lone: { type: 'standard.small', image: 'debian-13', nics: [{ vnet: 'lan' }] },
  },
};

describe('power of a whole system', () => {
  it('is one operation for all servers and appliances, with a plan first', async () => {
    const id = await deploy();
    const plan = await asDemo().post(`/v1/vsys/${id}/stop?dryRun=true`).expect(200);
    expect(plan.body.steps.map((step: { kind: string }) => step.kind)).toEqual(Array(5).fill('vserver.stop'));
    const waves = new Map(
      plan.body.steps.map((step: { title: string; wave: number }) => [step.title, step.wave]),
    );
    expect(new Set(waves.values()).size).toBeGreaterThan(1);
    expect(await powersOf(id)).toEqual(['running']);

    const stopped = await asDemo().post(`/v1/vsys/${id}/stop`).expect(202);
    expect(stopped.body).toMatchObject({ generation: 2, operation: { kind: 'vsys.stop', state: 'queued' } });
    expect(await powersOf(id)).toEqual(['stopped']);
    const started = await asDemo().post(`/v1/vsys/${id}/start`).set('If-Match', '"2"').expect(202);
    expect(started.body).toMatchObject({ generation: 3, operation: { kind: 'vsys.start' } });
    expect(await powersOf(id)).toEqual(['running']);
    expect(world().wakeUps.woken.filter((woken) => woken === id)).toHaveLength(3);
  });

  it('refuses what is wanted already, what is stale, and who may not', async () => {
    const id = await deploy();
    const twice = await asDemo().post(`/v1/vsys/${id}/start`).expect(409);
    expect(twice.body).toMatchObject({ code: 'conflict', remedy: 'There is nothing to do.' });
    await asDemo().post(`/v1/vsys/${id}/stop`).set('If-Match', '"7"').expect(412);
    await world()
      .as(await world().tokenWith(['monitor']))
      .post(`/v1/vsys/${id}/stop`)
      .expect(403);
    await world().as(world().other.token).post(`/v1/vsys/${id}/stop`).expect(404);
    expect(await powersOf(id)).toEqual(['running']);
    await asDemo().post(`/v1/vsys/${id}/stop`).expect(202);
    await asDemo().post(`/v1/vsys/${id}/restart`).expect(409);
  });

  it('restarts every server once, however often the same request comes', async () => {
    const id = await deploy();
    const ask = async () =>
      asDemo().post(`/v1/vsys/${id}/restart`).set('Idempotency-Key', `restart-${id}`).expect(202);
    const [first, second] = [await ask(), await ask()];
    expect(second.body).toEqual(first.body);
    const generations = await asDemo().get(`/v1/vsys/${id}/generations`).expect(200);
    expect(generations.body.items[0].changes).toHaveLength(5);
    expect(generations.body.items[0].changes[0].fields).toEqual([{ field: 'restarts', from: 0, to: 1 }]);
  });
});

describe('scaling a role', () => {
  it('changes the parameter that the descriptor takes the count from, within its bounds', async () => {
    const id = await deploy();
    const path = `/v1/vsys/${id}/roles/web/scale`;
    const plan = await asDemo().post(`${path}?dryRun=true`).send({ count: 3 }).expect(200);
    expect(plan.body.changes).toContainEqual(expect.objectContaining({ name: 'web-3', change: 'added' }));
    const scaled = await asDemo().post(path).send({ count: 3 }).expect(202);
    expect(scaled.body.operation.kind).toBe('vsys.scale');
    const shown = await asDemo().get(`/v1/vsys/${id}`).expect(200);
    expect(shown.body.parameters.webCount).toBe(3);
    expect(shown.body.descriptor).toMatchObject({ name: 'three-tier' });
    const many = await asDemo().post(path).send({ count: 900 }).expect(422);
    expect(many.body.code).toBe('invalid-parameter');
    const unknown = await asDemo().post(`/v1/vsys/${id}/roles/wbe/scale`).send({ count: 1 }).expect(404);
    expect(unknown.body.remedy).toBe('Did you mean “web”?');
  });

  it('changes a fixed count, and refuses a role without one because its server would be destroyed', async () => {
    const body = { name: newName('farm'), vdcId: world().demo.vdcId, document: fixedCount };
    const id = (await asDemo().post('/v1/vsys').send(body).expect(202)).body.vsysId as string;
    const before = await serversOf(id);
    await asDemo().post(`/v1/vsys/${id}/roles/node/scale`).send({ count: 3 }).expect(202);
    const after = await serversOf(id);
    expect(after.map(({ name }) => name).toSorted()).toEqual(['lone', 'node-1', 'node-2', 'node-3']);
    expect(after).toEqual(
      expect.arrayContaining(before.map(({ id: kept }) => expect.objectContaining({ id: kept }))),
    );
    const refused = await asDemo().post(`/v1/vsys/${id}/roles/lone/scale`).send({ count: 2 }).expect(409);
    expect(refused.body.pointer).toBe('/vservers/lone/count');
  });
});

describe('clones', () => {
  interface Addressed {
    readonly name: string;
    readonly kind: string;
    readonly nics: readonly { readonly mac: string; readonly ipv4: string; readonly vnetId: string | null }[];
  }
  /** Inner addresses by server. */
  async function innerOf(id: string): Promise<Record<string, readonly string[]>> {
    const { body } = await asDemo().get(`/v1/vsys/${id}`).expect(200);
    const servers = body.vservers as readonly Addressed[];
    const inside = (server: Addressed) =>
      server.nics.filter(({ vnetId }) => vnetId !== null).map(({ ipv4 }) => ipv4);
    return Object.fromEntries(servers.map((server) => [server.name, inside(server).toSorted()]));
  }

  it('have the same inner addresses, whatever became of the source, and everything else of their own', async () => {
    const body = { name: newName('farm'), vdcId: world().demo.vdcId, document: fixedCount };
    const source = (await asDemo().post('/v1/vsys').send(body).expect(202)).body.vsysId as string;
    await asDemo().post(`/v1/vsys/${source}/roles/node/scale`).send({ count: 3 }).expect(202);
    const wish = { name: newName('copy'), contents: 'fresh' };
    const plan = await asDemo().post(`/v1/vsys/${source}/clone?dryRun=true`).send(wish).expect(200);
    expect(plan.body).toMatchObject({ vsysId: null, basedOnGeneration: 0, capacity: { fits: true } });
    const cloned = await asDemo().post(`/v1/vsys/${source}/clone`).send(wish).expect(202);
    expect(cloned.body).toMatchObject({ generation: 1, operation: { kind: 'vsys.clone' } });
    const clone = cloned.body.vsysId as string;
    expect(clone).not.toBe(source);
    expect(await innerOf(clone)).toEqual(await innerOf(source));
    // The next free addresses would have been others: the third node came after the lone one.
    const fresh = {
      ...body,
      name: newName('fresh'),
      document: {
        ...fixedCount,
        vservers: { ...fixedCount.vservers, node: { ...fixedCount.vservers.node, count: 3 } },
      },
    };
    const other = (await asDemo().post('/v1/vsys').send(fresh).expect(202)).body.vsysId as string;
    expect(await innerOf(other)).not.toEqual(await innerOf(source));
  });

  it('come with appliances and public addresses of their own, keep to their organization, and say what cannot be', async () => {
    const source = await deploy();
    const path = `/v1/vsys/${source}/clone`;
    const cloned = await asDemo()
      .post(path)
      .send({ name: newName('copy'), contents: 'fresh' })
      .expect(202);
    const clone = cloned.body.vsysId as string;
    expect(await innerOf(clone)).toEqual(await innerOf(source));
    const ipOf = async (id: string) =>
      (await asDemo().get(`/v1/vsys/${id}`)).body.publicIps[0].address as string;
    expect(await ipOf(clone)).not.toBe(await ipOf(source));
    const copy = await asDemo()
      .post(path)
      .send({ name: newName('copy'), contents: 'copy' })
      .expect(409);
    expect(copy.body).toMatchObject({ code: 'conflict', pointer: '/contents' });
    await world().as(world().other.token).post(path).send({ name: 'x', contents: 'fresh' }).expect(404);
    await asDemo().post(path).send({ name: 'x' }).expect(400);
    const provider = world().as(world().providerToken);
    const abroad = { name: newName('abroad'), contents: 'fresh', vdcId: world().other.vdcId };
    await provider.post(path).send(abroad).expect(404);
  });
});

describe('former generations', () => {
  it('are listed with who, what and the difference, page by page', async () => {
    const id = await deploy();
    await asDemo().post(`/v1/vsys/${id}/roles/web/scale`).send({ count: 3 }).expect(202);
    await asDemo().post(`/v1/vsys/${id}/stop`).expect(202);
    const page = await asDemo().get(`/v1/vsys/${id}/generations?limit=2`).expect(200);
    expect(page.body.items).toMatchObject([
      { generation: 3, operation: { kind: 'vsys.stop', requestedBy: expect.stringMatching(/^token:/) } },
      {
        generation: 2,
        operation: { kind: 'vsys.scale' },
        reachedAt: null,
        descriptor: { name: 'three-tier' },
      },
    ]);
    expect(page.body.items[1].changes).toContainEqual(
      expect.objectContaining({ kind: 'vserver', name: 'web-3', change: 'added' }),
    );
    const rest = await asDemo()
      .get(`/v1/vsys/${id}/generations?limit=2&cursor=${String(page.body.nextCursor)}`)
      .expect(200);
    expect(rest.body.items.map((item: { generation: number }) => item.generation)).toEqual([1]);
    expect(rest.body.nextCursor).toBeNull();
    await world().as(world().other.token).get(`/v1/vsys/${id}/generations`).expect(404);
  });

  it('come back when nothing is lost by it, with the ids that they had', async () => {
    const id = await deploy(newName('back'), 3);
    const before = await serversOf(id);
    await asDemo().post(`/v1/vsys/${id}/roles/web/scale`).send({ count: 2 }).expect(202);
    const back = await asDemo().post(`/v1/vsys/${id}/rollback`).send({ generation: 1 }).expect(202);
    expect(back.body).toMatchObject({ generation: 3, operation: { kind: 'vsys.rollback' } });
    expect(await changesOf(id)).toEqual(expect.arrayContaining(['added vserver web-3']));
    const kept = before.filter(({ name }) => name !== 'web-3').map(({ id: part }) => part);
    expect((await serversOf(id)).map(({ id: part }) => part)).toEqual(expect.arrayContaining(kept));
    expect((await asDemo().get(`/v1/vsys/${id}`)).body.parameters.webCount).toBe(3);
    const again = await asDemo().post(`/v1/vsys/${id}/rollback`).send({ generation: 3 }).expect(409);
    expect(again.body).toMatchObject({ code: 'conflict', pointer: '/generation' });
    await asDemo().post(`/v1/vsys/${id}/rollback`).send({ generation: 40 }).expect(404);
    await asDemo().post(`/v1/vsys/${id}/rollback`).send({}).expect(400);
  });

  it('are refused when contents would be destroyed, unless that is allowed; the plan shows it either way', async () => {
    const id = await deploy();
    await asDemo().post(`/v1/vsys/${id}/roles/web/scale`).send({ count: 3 }).expect(202);
    const path = `/v1/vsys/${id}/rollback`;
    const plan = await asDemo().post(`${path}?dryRun=true`).send({ generation: 1 }).expect(200);
    expect(plan.body.changes).toContainEqual(expect.objectContaining({ name: 'web-3', change: 'removed' }));
    const refused = await asDemo().post(path).send({ generation: 1 }).expect(409);
    expect(refused.body).toMatchObject({
      code: 'conflict',
      pointer: '/allowDataLoss',
      details: { lost: [{ kind: 'vserver', name: 'web-3' }] },
    });
    await asDemo().post(path).send({ generation: 1, allowDataLoss: true }).expect(202);
    expect(await changesOf(id)).toEqual(expect.arrayContaining(['removed vserver web-3']));
  });
});
