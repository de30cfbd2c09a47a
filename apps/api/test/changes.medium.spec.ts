/** Who changed what of a part: values before and after, by whom, why. */
import { describe, expect, it } from 'vitest';
import { newName, useApi } from './api-fixture.js';

const world = useApi();
const demo = () => world().as(world().demoToken);

interface Row {
  readonly generation: number;
  readonly reason: string | null;
  readonly operation: { readonly kind: string; readonly requestedBy: string };
  readonly changes: readonly {
    readonly part: string;
    readonly change: string;
    readonly fields: readonly object[];
  }[];
}

async function deploy(): Promise<{ readonly id: string; readonly servers: ReadonlyMap<string, string> }> {
  const body = {
    name: newName('changes'),
    vdcId: world().demo.vdcId,
    descriptor: { name: 'three-tier' },
    parameters: { webCount: 2 },
  };
  const id = (await demo().post('/v1/vsys').send(body).expect(202)).body.vsysId as string;
  const listed = (await demo().get(`/v1/vservers?vsys=${id}`).expect(200)).body.items as {
    id: string;
    name: string;
  }[];
  return { id, servers: new Map(listed.map((server) => [server.name, server.id])) };
}

describe('changes of a part', () => {
  it('are told with values before and after, by whom and why, and those of other parts are not', async () => {
    const { id, servers } = await deploy();
    const [web, other] = [servers.get('web-1') ?? '', servers.get('web-2') ?? ''];
    await demo().post(`/v1/vservers/${web}/stop`).set('OpenVSYS-Reason', 'ticket%204711').expect(202);
    await demo().post(`/v1/vservers/${other}/stop`).expect(202);
    const { body } = await demo().get(`/v1/vservers/${web}/changes`).expect(200);
    const [stopped, created] = body.items as readonly Row[];
    expect(body.items).toHaveLength(2);
    expect(stopped).toMatchObject({ generation: 2, reason: 'ticket 4711' });
    expect(stopped?.operation.requestedBy).toMatch(/^token:/);
    expect(stopped?.changes).toEqual([
      expect.objectContaining({
        part: web,
        change: 'changed',
        fields: [{ field: 'power', from: 'running', to: 'stopped' }],
      }),
    ]);
    expect(created).toMatchObject({ generation: 1, reason: null });
    expect(created?.changes.map(({ part, change }) => `${change} ${part.slice(web.length)}`)).toEqual([
      'added ',
      'added -E-0',
    ]);
    const whole = await demo().get(`/v1/vsys/${id}/changes`).expect(200);
    expect((whole.body.items as readonly Row[]).map(({ generation }) => generation)).toEqual([3, 2, 1]);
  });

  it('outlive the part and page', async () => {
    const { id, servers } = await deploy();
    const web = servers.get('web-2') ?? '';
    await demo().post(`/v1/vsys/${id}/roles/web/scale`).send({ count: 1 }).expect(202);
    const first = await demo().get(`/v1/vservers/${web}/changes?limit=1`).expect(200);
    expect((first.body.items as readonly Row[])[0]?.changes.map(({ change }) => change)).toContain('removed');
    const next = await demo()
      .get(`/v1/vservers/${web}/changes?limit=1&cursor=${first.body.nextCursor}`)
      .expect(200);
    expect((next.body.items as readonly Row[])[0]?.changes.map(({ change }) => change)).toContain('added');
  });

  it('of what never was, or is of others, are not found', async () => {
    const { id, servers } = await deploy();
    await demo().get(`/v1/vservers/${id}-S-0999/changes`).expect(404);
    await demo().get(`/v1/vdisks/${id}-D-0999/changes`).expect(404);
    const foreign = await world()
      .as(world().other.token)
      .get(`/v1/vservers/${servers.get('web-1')}/changes`)
      .expect(404);
    expect(foreign.body.code).toBe('not-found');
  });
});
