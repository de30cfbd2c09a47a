/** The API as appliances see it, and what tenants see of their appliances. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { generateToken, insertEfmAgent } from '@openvsys/persistence';
import { vserverId } from '@openvsys/vsys';
import { beforeAll, describe, expect, it } from 'vitest';
import { newName, useApi } from './api-fixture.js';

/** Reports of agents in the lab with real packets, as they came over the wire. */
const RECORDED = join(import.meta.dirname, 'agent-reports');
const world = useApi();

interface Efm {
  readonly id: string;
  readonly token: string;
}

let firewall: Efm;
let system: string;

const agent = (token: string) => world().as(token);
const REPORT = {
  bootId: 'run-1',
  sequence: 1,
  agentVersion: '1.0.0',
  applied: null,
  outcome: null,
  role: 'alone',
  health: [{ name: 'process nftables', ok: true, message: '' }],
  counters: { denied: { packets: 3, bytes: 180 } },
  members: [],
  tunnels: [],
  conntrack: { used: 1, max: 100 },
  logs: [{ ageMs: 1_500, source: 'kernel', text: 'openvsys denied IN=uplink' }],
  logsDropped: 0,
  clockBehindMs: 0,
};

beforeAll(async () => {
  const api = world().as(world().demoToken);
  const body = { name: newName('agents'), vdcId: world().demo.vdcId, descriptor: { name: 'three-tier' } };
  const accepted = await api.post('/v1/vsys').send(body).expect(202);
  system = (accepted.body as { operation: { vsysId: string } }).operation.vsysId;
  const efms = (await api.get(`/v1/efms?vsys=${system}`).expect(200)).body as {
    items: { id: string; kind: string }[];
  };
  const id = efms.items.find(({ kind }) => kind === 'firewall')!.id;
  firewall = { id, token: generateToken() };
  await world().database.transaction(async (session) =>
    insertEfmAgent(
      session,
      { vserverId: vserverId(id), organizationId: world().demo.organizationId, createdAt: new Date() },
      firewall.token,
    ),
  );
});

/** The library's default is two. */
const MORE_WEB_SERVERS = 4;
const change = async () => {
  const api = world().as(world().demoToken);
  const etag = (await api.get(`/v1/vsys/${system}`).expect(200)).headers['etag'] as string;
  await api
    .patch(`/v1/vsys/${system}`)
    .set('If-Match', etag)
    .send({ parameters: { webCount: MORE_WEB_SERVERS } })
    .expect(202);
};

describe('pulling a document', () => {
  it('answers the wanted document, once: the same one again is 304', async () => {
    const first = await agent(firewall.token).get('/agent/v1/document').expect(200);
    const { document, version } = first.body as { document: Record<string, unknown>; version: number };
    expect(version).toBe(1);
    expect(document).toMatchObject({
      kind: 'firewall',
      programs: expect.any(Array),
      hash: expect.any(String),
    });
    expect(first.headers['etag']).toBe(`"${String(document['hash'])}"`);
    await agent(firewall.token)
      .get('/agent/v1/document')
      .set('If-None-Match', first.headers['etag']!)
      .expect(304);
  });

  it('waits and is woken by a change, without looking in between', async () => {
    const { headers } = await agent(firewall.token).get('/agent/v1/document').expect(200);
    const started = performance.now();
    const waiting = agent(firewall.token)
      .get('/agent/v1/document?wait=20')
      .set('If-None-Match', headers['etag']!)
      .then((answer) => answer);
    await change();
    const woken = await waiting;
    expect(woken.status).toBe(200);
    expect(woken.headers['etag']).not.toBe(headers['etag']);
    expect(performance.now() - started).toBeLessThan(10_000);
  });

  it('is open to the token of the appliance alone, and that token to nothing else', async () => {
    const token = firewall.token;
    await world().http().get('/agent/v1/document').expect(401);
    await agent(world().demoToken).get('/agent/v1/document').expect(401);
    await agent(world().providerToken).post('/agent/v1/reports').send(REPORT).expect(401);
    for (const route of ['/v1/efms', '/v1/vsys', '/v1/tokens', `/v1/efms/${firewall.id}/configuration`]) {
      const { status } = await agent(token).get(route);
      expect([route, status]).toEqual([route, 401]);
    }
  });
});

describe('reporting', () => {
  const efm = async () => {
    const { body } = await world().as(world().demoToken).get(`/v1/efms?vsys=${system}`).expect(200);
    return (body as { items: { id: string; agent: Record<string, unknown> | null }[] }).items.find(
      ({ id }) => id === firewall.id,
    )!;
  };
  const events = async (type: string) => {
    const { body } = await world()
      .as(world().demoToken)
      .get(`/v1/events?vsys=${system}&limit=100`)
      .expect(200);
    return (body as { items: { type: string; data: unknown }[] }).items.filter(
      (event) => event.type === type,
    );
  };

  it('shows on the EFM what its appliance said, its figures and its log; twice is once', async () => {
    await agent(firewall.token).post('/agent/v1/reports').send(REPORT).expect(204);
    await agent(firewall.token).post('/agent/v1/reports').send(REPORT).expect(204);
    expect((await efm()).agent).toMatchObject({ appliedHash: null, health: [{ ok: true }], role: 'alone' });
    const tenant = world().as(world().demoToken);
    const logs = await tenant.get(`/v1/efms/${firewall.id}/logs`).expect(200);
    expect((logs.body as { items: unknown[] }).items).toMatchObject([{ source: 'kernel' }]);
    const figures = await tenant.get(`/v1/efms/${firewall.id}/figures`).expect(200);
    expect(figures.body).toMatchObject({ counters: { denied: { packets: 3 } }, conntrack: { used: 1 } });
    for (const route of ['logs', 'figures', 'configuration']) {
      await world().as(world().other.token).get(`/v1/efms/${firewall.id}/${route}`).expect(404);
    }
  });

  it('adds changed counters, ignores what comes late, tells of outcomes and of failing probes once', async () => {
    const hash = 'a'.repeat(64);
    const outcome = { version: 2, hash, state: 'refused', reason: 'nft said no' };
    const failing = [{ name: 'process nftables', ok: false, message: 'gone' }];
    const send = async (more: object) =>
      agent(firewall.token)
        .post('/agent/v1/reports')
        .send({ ...REPORT, logs: [], ...more })
        .expect(204);
    await send({ sequence: 5, outcome, health: failing, counters: { web: { packets: 1, bytes: 60 } } });
    await send({ sequence: 6, outcome, health: failing, counters: {} });
    await send({ sequence: 4, outcome: null, health: [], counters: { late: { packets: 1, bytes: 1 } } });
    expect((await efm()).agent).toMatchObject({
      outcome: { state: 'refused', reason: 'nft said no' },
      health: failing,
    });
    const { body } = await world().as(world().demoToken).get(`/v1/efms/${firewall.id}/figures`).expect(200);
    expect(Object.keys((body as { counters: object }).counters).toSorted()).toEqual(['denied', 'web']);
    expect(await events('efm.configuration')).toMatchObject([{ data: outcome }]);
    expect(await events('efm.health')).toMatchObject([{ data: { failing } }]);
  });

  it.each(readdirSync(RECORDED))('takes what a real agent sent: %s', async (name) => {
    const report = JSON.parse(readFileSync(join(RECORDED, name), 'utf8')) as typeof REPORT;
    const sent = { ...report, bootId: `recorded ${name}` };
    await agent(firewall.token).post('/agent/v1/reports').send(sent).expect(204);
    const shown = (await efm()).agent;
    expect(shown).toMatchObject({
      appliedHash: (report.applied as { hash: string } | null)?.hash ?? null,
      outcome: report.outcome,
      health: report.health,
    });
    const tenant = world().as(world().demoToken);
    const { body } = await tenant.get(`/v1/efms/${firewall.id}/figures`).expect(200);
    expect(body).toMatchObject({ members: report.members, tunnels: report.tunnels });
  });

  it('refuses what is out of bounds', async () => {
    const wrong = { ...REPORT, sequence: 9, logs: [{ ageMs: 0, source: 'x', text: 'x'.repeat(501) }] };
    const { status } = await agent(firewall.token).post('/agent/v1/reports').send(wrong);
    expect(status).toBe(400);
    await agent(firewall.token)
      .post('/agent/v1/reports')
      .send({ ...REPORT, role: 'king' })
      .expect(400);
  });
});

describe('a token', () => {
  it('ends with its appliance', async () => {
    await world().database.session(async (session) =>
      session.change('UPDATE efm_agent SET revoked_at = now() WHERE vserver_id = $1', [firewall.id]),
    );
    await expect
      .poll(async () => (await agent(firewall.token).get('/agent/v1/document')).status, { timeout: 10_000 })
      .toBe(401);
  });
});
