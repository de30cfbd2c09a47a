/** Tokens of appliances: renewed without locking anybody out, old ones refused, revoked ones for good. */
import { generateToken, insertEfmAgent } from '@openvsys/persistence';
import { vserverId } from '@openvsys/vsys';
import { beforeAll, describe, expect, it } from 'vitest';
import { newName, useApi } from './api-fixture.js';

const world = useApi();
let id: string;
let token: string;
let sequence = 0;

beforeAll(async () => {
  const api = world().as(world().demoToken);
  const body = { name: newName('tokens'), vdcId: world().demo.vdcId, descriptor: { name: '1-tier' } };
  const accepted = await api.post('/v1/vsys').send(body).expect(202);
  const system = (accepted.body as { operation: { vsysId: string } }).operation.vsysId;
  const efms = (await api.get(`/v1/efms?vsys=${system}`).expect(200)).body as { items: { id: string }[] };
  id = efms.items[0]!.id;
  token = generateToken();
  const agent = { organizationId: world().demo.organizationId, createdAt: new Date() };
  await world().database.transaction(async (session) =>
    insertEfmAgent(session, { ...agent, vserverId: vserverId(id) }, token),
  );
});

const tenant = () => world().as(world().demoToken);
/** A report; answers what the API asks for. */
async function report(): Promise<string | undefined> {
  sequence += 1;
  const body = {
    bootId: 'run',
    sequence,
    agentVersion: '1.0.0',
    role: 'alone',
    health: [],
    counters: {},
    members: [],
    tunnels: [],
    logs: [],
    logsDropped: 0,
    clockBehindMs: 0,
  };
  const answer = await world().as(token).post('/agent/v1/reports').send(body).expect(204);
  return answer.headers['openvsys-token'];
}
const renewed = async () =>
  ((await world().as(token).post('/agent/v1/token').expect(200)).body as { token: string }).token;
/** What was accepted a moment ago is not asked for again at once. */
async function untilRefused(old: string): Promise<void> {
  await expect
    .poll(async () => (await world().as(old).get('/agent/v1/document')).status, { timeout: 15_000 })
    .toBe(401);
}

describe('the token of an appliance', () => {
  it('is renewed on wish: the old one counts until the new one was used', { timeout: 30_000 }, async () => {
    expect(await report()).toBeUndefined();
    await tenant().post(`/v1/efms/${id}/token/renew`).expect(204);
    expect(await report()).toBe('renew');
    const lost = await renewed();
    const next = await renewed();
    await world().as(token).get('/agent/v1/document').expect(200);
    await world().as(lost).get('/agent/v1/document').expect(401);
    await world().as(next).get('/agent/v1/document').expect(200);
    const old = token;
    token = next;
    expect(await report()).toBeUndefined();
    await untilRefused(old);
    await world().as(next).get('/agent/v1/document').expect(200);
  });

  it('is renewed when it is old', async () => {
    await world().database.session(async (session) =>
      session.change(`UPDATE efm_agent SET token_at = now() - interval '91 days' WHERE vserver_id = $1`, [
        id,
      ]),
    );
    expect(await report()).toBe('renew');
    token = await renewed();
    expect(await report()).toBeUndefined();
  });

  it('is nobody else’s to change, and is never shown', async () => {
    for (const verb of ['renew', 'revoke']) {
      await world().as(world().other.token).post(`/v1/efms/${id}/token/${verb}`).expect(404);
      const monitor = await world().tokenWith(['monitor']);
      await world().as(monitor).post(`/v1/efms/${id}/token/${verb}`).expect(403);
    }
    const { text } = await tenant().get('/v1/efms').expect(200);
    expect(text).not.toContain('ovs_');
    expect(world().log.join('\n')).not.toContain(token);
  });

  it('is worth nothing when it was revoked, with whatever was handed out', { timeout: 30_000 }, async () => {
    const next = await renewed();
    await tenant().post(`/v1/efms/${id}/token/revoke`).expect(204);
    await tenant().post(`/v1/efms/${id}/token/revoke`).expect(204);
    await untilRefused(token);
    await world().as(next).get('/agent/v1/document').expect(401);
    const { status } = await tenant().post(`/v1/efms/${id}/token/renew`);
    expect(status).toBe(409);
  });
});
