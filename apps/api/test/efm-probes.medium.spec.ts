/** Ports of servers that workers wait for: asked through the agent of an appliance, answered to whoever asked. */
import { generateToken, insertEfmAgent, PgServiceProber } from '@openvsys/persistence';
import { vserverId } from '@openvsys/vsys';
import { beforeAll, describe, expect, it } from 'vitest';
import { newName, useApi } from './api-fixture.js';

const world = useApi();
const tenant = () => world().as(world().demoToken);
const tokens = [generateToken(), generateToken()] as const;
const [agent, stranger] = [() => world().as(tokens[0]), () => world().as(tokens[1])];

let firewall: string;
let etag: string;

beforeAll(async () => {
  const appliances: string[] = [];
  for (const token of tokens) {
    const body = { name: newName('probes'), vdcId: world().demo.vdcId, descriptor: { name: 'three-tier' } };
    const { vsysId } = (await tenant().post('/v1/vsys').send(body).expect(202)).body as { vsysId: string };
    const { items } = (await tenant().get(`/v1/efms?vsys=${vsysId}`).expect(200)).body as {
      items: { id: string; kind: string }[];
    };
    const id = items.find(({ kind }) => kind === 'firewall')!.id;
    appliances.push(id);
    const owner = { vserverId: vserverId(id), organizationId: world().demo.organizationId };
    await world().database.transaction(async (session) =>
      insertEfmAgent(session, { ...owner, createdAt: new Date() }, token),
    );
  }
  firewall = appliances[0]!;
  etag = (await agent().get('/agent/v1/document').expect(200)).headers['etag']!;
});

const clock = {
  now: () => new Date(),
  sleep: async (ms: number, signal?: AbortSignal): Promise<void> =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(resolve, Math.min(ms, 50));
      signal?.addEventListener('abort', () => {
        clearTimeout(timer);
        reject(new Error('given up'));
      });
    }),
};
const prober = () => new PgServiceProber({ database: world().database, clock, log: { warn() {} } });
const PROBE = { address: '10.0.3.10', port: 5432 };
const asked = (signal: AbortSignal) =>
  prober().answered({ ...PROBE, appliances: [vserverId(firewall)] }, signal);

interface Order {
  readonly id: string;
}
/** The next orders of the agent, which waits for them as it does. */
async function orders(): Promise<readonly Order[]> {
  for (;;) {
    const poll = await agent().get('/agent/v1/document?wait=20').set('If-None-Match', etag);
    if (poll.headers['openvsys-probes'] !== 'waiting') continue;
    const { items } = (await agent().post('/agent/v1/probes').expect(200)).body as {
      items: readonly Order[];
    };
    if (items.length > 0) return items;
  }
}
const rows = async (): Promise<number> =>
  world().database.session(
    async (session) =>
      (await session.rows('SELECT 1 AS n FROM efm_probe WHERE vserver_id = $1', [firewall])).length,
  );

describe('a port that is waited for', () => {
  it('wakes the appliance, is asked again when it was silent, and is answered', async () => {
    const end = asked(new AbortController().signal);
    const [first] = await orders();
    expect(first).toEqual({ id: first!.id, ...PROBE, path: null, seconds: 20 });
    expect((await agent().post('/agent/v1/probes').expect(200)).body).toEqual({ items: [] });
    await agent().post(`/agent/v1/probes/${first!.id}`).send({ error: 'refused' }).expect(204);
    const [second] = await orders();
    expect(second!.id).not.toBe(first!.id);
    // Nobody else tells of it.
    await stranger().post(`/agent/v1/probes/${second!.id}`).send({ error: 'no' }).expect(204);
    expect((await stranger().post('/agent/v1/probes').expect(200)).body).toEqual({ items: [] });
    await agent().post(`/agent/v1/probes/${second!.id}`).send({}).expect(204);
    await end;
    expect(await rows()).toBe(0);
  });

  it('is asked anew when the agent that took it says nothing any more', async () => {
    const end = asked(new AbortController().signal);
    const [lost] = await orders();
    await world().database.session(async (session) =>
      session.change(`UPDATE efm_probe SET started_at = now() - interval '1 minute' WHERE id = $1`, [
        lost!.id,
      ]),
    );
    const [again] = await orders();
    expect(again!.id).not.toBe(lost!.id);
    await agent().post(`/agent/v1/probes/${again!.id}`).send({}).expect(204);
    await end;
  });

  it('is forgotten when nobody waits any more; what comes late harms nothing', async () => {
    const ending = new AbortController();
    const end = asked(ending.signal).catch((error: unknown) => error);
    const [order] = await orders();
    ending.abort(new Error('given up'));
    expect(await end).toBeInstanceOf(Error);
    expect(await rows()).toBe(0);
    await agent().post(`/agent/v1/probes/${order!.id}`).send({}).expect(204);
    await agent().post('/agent/v1/probes/nonsense').send({}).expect(404);
    await tenant().post('/agent/v1/probes').expect(401);
  });
});
