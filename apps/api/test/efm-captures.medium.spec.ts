/** Packets that tenants ask their appliances for: handed to the agent once, fetched once, bounded, forgotten. */
import { generateToken, insertEfmAgent } from '@openvsys/persistence';
import { vserverId } from '@openvsys/vsys';
import { beforeAll, describe, expect, it } from 'vitest';
import { newName, useApi } from './api-fixture.js';

const world = useApi();
const tenant = () => world().as(world().demoToken);
const agentToken = generateToken();
const agent = () => world().as(agentToken);
const PACKETS = Buffer.from('a1b2c3d4'.repeat(64), 'hex');

let firewall: string;
const path = (rest = ''): string => `/v1/efms/${firewall}/captures${rest}`;

beforeAll(async () => {
  const body = { name: newName('captures'), vdcId: world().demo.vdcId, descriptor: { name: 'three-tier' } };
  const { vsysId } = (await tenant().post('/v1/vsys').send(body).expect(202)).body as { vsysId: string };
  const { items } = (await tenant().get(`/v1/efms?vsys=${vsysId}`).expect(200)).body as {
    items: { id: string; kind: string }[];
  };
  firewall = items.find(({ kind }) => kind === 'firewall')!.id;
  const owner = { vserverId: vserverId(firewall), organizationId: world().demo.organizationId };
  await world().database.transaction(async (session) =>
    insertEfmAgent(session, { ...owner, createdAt: new Date() }, agentToken),
  );
});

const ask = async (wish: object): Promise<string> =>
  ((await tenant().post(path()).send(wish).expect(201)).body as { id: string }).id;
const send = async (id: string) =>
  agent()
    .post(`/agent/v1/captures/${id}`)
    .set('Content-Type', 'application/vnd.tcpdump.pcap')
    .send(PACKETS)
    .expect(204);

describe('a capture', () => {
  it('wakes the waiting appliance, is handed out once, and its packets are fetched once', async () => {
    const { headers } = await agent().get('/agent/v1/document').expect(200);
    const waiting = agent()
      .get('/agent/v1/document?wait=20')
      .set('If-None-Match', headers['etag']!)
      .then((answer) => answer);
    const id = await ask({ zone: 'dmz', seconds: 5, protocol: 'tcp', host: '10.0.1.2', port: 80 });
    const woken = await waiting;
    expect([woken.status, woken.headers['openvsys-captures']]).toEqual([304, 'waiting']);
    const orders = await agent().post('/agent/v1/captures').expect(200);
    expect(orders.body).toEqual({
      items: [
        {
          id,
          interface: expect.stringMatching(/^eth[0-9]$/),
          seconds: 5,
          maxBytes: 1_048_576,
          bytesPerPacket: 65_535,
          protocol: 'tcp',
          host: '10.0.1.2',
          port: 80,
        },
      ],
    });
    expect((await agent().post('/agent/v1/captures').expect(200)).body).toEqual({ items: [] });
    const early = await tenant()
      .post(path(`/${id}/fetch`))
      .expect(409);
    expect(early.body).toMatchObject({ retry: 'same', details: { state: 'running' } });
    await send(id);
    const shown = await tenant()
      .get(path(`/${id}`))
      .expect(200);
    expect(shown.body).toMatchObject({ state: 'done', size: PACKETS.length, fetchedAt: null });
    const fetched = await tenant()
      .post(path(`/${id}/fetch`))
      .responseType('blob')
      .expect(200);
    expect(fetched.headers['content-type']).toBe('application/vnd.tcpdump.pcap');
    expect(Buffer.compare(fetched.body as Buffer, PACKETS)).toBe(0);
    await tenant()
      .post(path(`/${id}/fetch`))
      .expect(409);
  });

  it('says why there is nothing', async () => {
    const id = await ask({ zone: 'internet' });
    const { body } = await agent().post('/agent/v1/captures').expect(200);
    expect(body).toMatchObject({ items: [{ interface: 'uplink' }] });
    await agent()
      .post(`/agent/v1/captures/${id}`)
      .send({ error: 'tcpdump: uplink: No such device' })
      .expect(204);
    const { items } = (await tenant().get(path()).expect(200)).body as { items: object[] };
    expect(items[0]).toMatchObject({ id, state: 'failed', error: 'tcpdump: uplink: No such device' });
  });

  it('that the appliance never sends is failed after its time', async () => {
    const id = await ask({ zone: 'dmz', seconds: 1 });
    await agent().post('/agent/v1/captures').expect(200);
    await world().database.session(async (session) =>
      session.change(`UPDATE efm_capture SET started_at = now() - interval '5 minutes' WHERE id = $1`, [id]),
    );
    const { items } = (await tenant().get(path()).expect(200)).body as { items: object[] };
    expect(items[0]).toMatchObject({ id, state: 'failed' });
    await send(id);
    expect(
      (
        await tenant()
          .get(path(`/${id}`))
          .expect(200)
      ).body,
    ).toMatchObject({ state: 'failed', size: null });
  });

  it('has bounds', async () => {
    const wrong = [
      { zone: 'nowhere' },
      { zone: 'dmz', seconds: 61 },
      { zone: 'dmz', host: '10.0.0.1; reboot' },
    ];
    for (const wish of [...wrong, { zone: 'dmz', maxBytes: 9 * 1024 * 1024 }]) {
      await tenant().post(path()).send(wish).expect(400);
    }
    const answers = await Promise.all(
      Array.from({ length: 8 }, async () => (await tenant().post(path()).send({ zone: 'dmz' })).status),
    );
    expect(answers.filter((status) => status === 201)).toHaveLength(5);
    expect(answers.filter((status) => status === 429)).toHaveLength(3);
    const { items } = (await tenant().get(path()).expect(200)).body as { items: { id: string }[] };
    await tenant()
      .delete(path(`/${items[0]!.id}`))
      .expect(204);
    await tenant()
      .delete(path(`/${items[0]!.id}`))
      .expect(404);
    await world().database.session(async (session) =>
      session.change(`UPDATE efm_capture SET created_at = now() - interval '25 hours'`),
    );
    expect((await tenant().get(path()).expect(200)).body).toEqual({ items: [] });
  });

  it('is nobody else’s business', async () => {
    const monitor = world().as(await world().tokenWith(['monitor']));
    await monitor.post(path()).send({ zone: 'dmz' }).expect(403);
    await world().as(world().other.token).get(path()).expect(404);
    const id = await ask({ zone: 'dmz' });
    await agent().post('/agent/v1/captures').expect(200);
    await send(id);
    await world()
      .as(world().other.token)
      .post(path(`/${id}/fetch`))
      .expect(404);
    await monitor.post(path(`/${id}/fetch`)).expect(403);
    expect(
      (
        await tenant()
          .get(path(`/${id}`))
          .expect(200)
      ).body,
    ).toMatchObject({ fetchedAt: null });
  });
});
