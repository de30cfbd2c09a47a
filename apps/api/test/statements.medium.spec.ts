/** A bill from the begin of a server to the file that is sent: drafts, closing, explanations, adjustments, price lists, cost. */
import { closeDueHours, FOCUS_COLUMNS, holdingsOf, sumAmounts } from '@openvsys/metering';
import { PgUsageStore } from '@openvsys/persistence';
import type { VServerSpec, VsysId } from '@openvsys/vsys';
import { beforeAll, describe, expect, it } from 'vitest';
import { newName, type TokenRequests, useApi } from './api-fixture.js';

const world = useApi();
const DAY = 86_400_000;
const NOW = new Date();
/** The month before this one in UTC: every hour of it is over. */
const FIRST = new Date(Date.UTC(NOW.getUTCFullYear(), NOW.getUTCMonth() - 1, 1));
const MONTH = FIRST.toISOString().slice(0, 7);
const BEGAN = new Date(FIRST.getTime() + 3 * DAY);
const ENDED = new Date(FIRST.getTime() + 10 * DAY);

const tenant = (): TokenRequests => world().as(world().demoToken);
const provider = (): TokenRequests => world().as(world().providerToken);

async function turn(vsysId: VsysId, at: Date, state: 'running' | 'stopped', servers: readonly VServerSpec[]) {
  await world().store.commit(world().fence, {
    vsysId,
    generation: 1,
    at,
    phase: 'ready',
    converged: true,
    parts: servers.map(({ id }) => ({ part: id, state, host: null, reason: null })),
    holdings: servers.map((server) => ({ resource: server.id, items: holdingsOf(server, state) ?? [] })),
  });
}

/** A system whose server ran for seven days of the month and is stopped since then. */
async function used(): Promise<VsysId> {
  const request = { name: newName('billed'), vdcId: world().demo.vdcId, descriptor: { name: '1-tier' } };
  const { body } = await tenant().post('/v1/vsys').send(request).expect(202);
  const vsysId = body.vsysId as VsysId;
  const servers = (await world().store.findWork(vsysId))?.spec.servers ?? [];
  await turn(vsysId, BEGAN, 'running', servers);
  await turn(vsysId, ENDED, 'stopped', servers);
  return vsysId;
}

const organization = (): string => `organization=${world().demo.organizationId}`;

describe('the bill of a month', { timeout: 60_000 }, () => {
  let vsysId: VsysId;
  beforeAll(async () => {
    vsysId = await used();
    await closeDueHours(new PgUsageStore(world().database), NOW);
  }, 120_000);

  it('is a draft first, with its checks; the provider names whose', async () => {
    const { body } = await tenant().get(`/v1/statements/${MONTH}`).expect(200);
    expect(body).toMatchObject({ state: 'draft', period: MONTH, currency: 'EUR', hash: null });
    expect(body.checks.map(({ severity }: { severity: string }) => severity)).not.toContain('blocks');
    const named = await provider().get(`/v1/statements/${MONTH}?${organization()}`).expect(200);
    expect(named.body.subtotal).toBe(body.subtotal);
    await provider().get(`/v1/statements/${MONTH}`).expect(400);
    await tenant().get('/v1/statements/2026-13').expect(404);
    const bound = await world().tokenWith(['org-admin'], [world().demo.vdcId]);
    await world().as(bound).get(`/v1/statements/${MONTH}`).expect(403);
  });

  it('pages its lines, which add up to it', async () => {
    const { body } = await tenant().get(`/v1/statements/${MONTH}`).expect(200);
    const lines: { position: number; amount: string }[] = [];
    let cursor: string | null = null;
    do {
      const after = cursor === null ? '' : `&cursor=${cursor}`;
      const page: { body: { items: typeof lines; nextCursor: string | null } } = await tenant()
        .get(`/v1/statements/${MONTH}/lines?limit=1${after}`)
        .expect(200);
      lines.push(...page.body.items);
      cursor = page.body.nextCursor;
    } while (cursor !== null);
    expect(lines.map(({ position }) => position)).toEqual(lines.map((_, index) => index + 1));
    expect(lines).toHaveLength(body.lineCount);
    expect(sumAmounts(lines.map(({ amount }) => amount))).toBe(body.subtotal);
  });

  it('explains each line of usage to the last decimal, down to the events', async () => {
    const { body } = await tenant().get(`/v1/statements/${MONTH}/lines`).expect(200);
    for (const { position, amount } of body.items) {
      const { body: told } = await tenant()
        .get(`/v1/statements/${MONTH}/lines/${position}/explanation`)
        .expect(200);
      expect(told.explained).toBe(amount);
      expect(told.sentence).toContain(amount);
      expect(told.items.length).toBeGreaterThan(0);
    }
    const running = body.items.find((line: { dimension: string }) => line.dimension === 'vserver-running');
    expect(running).toMatchObject({ vsysId, units: '168.0000000000' });
    const { body: told } = await tenant()
      .get(`/v1/statements/${MONTH}/lines/${running.position}/explanation`)
      .expect(200);
    expect(told.items[0]).toMatchObject({
      startedAt: BEGAN.toISOString(),
      endedAt: ENDED.toISOString(),
      began: { event: { type: 'vserver.running' } },
      ended: { event: { type: 'vserver.stopped' } },
    });
    await tenant().get(`/v1/statements/${MONTH}/lines/9999/explanation`).expect(404);
  });

  it('is closed once by the provider, with an adjustment in it, and is the same for good', async () => {
    const adjustment = {
      organizationId: world().demo.organizationId,
      amount: '-0.5',
      description: 'Goodwill',
    };
    await tenant().post('/v1/adjustments').send(adjustment).expect(403);
    await provider()
      .post('/v1/adjustments')
      .send({ ...adjustment, amount: '0.00' })
      .expect(400);
    await provider().post('/v1/adjustments').send(adjustment).expect(201);
    // Made today, so it is billed with the month that is not over yet.
    const path = `/v1/statements/${MONTH}/close?${organization()}`;
    await tenant().post(path).send({}).expect(403);
    const early = new Date().toISOString().slice(0, 7);
    const refused = await provider()
      .post(`/v1/statements/${early}/close?${organization()}`)
      .send({ reason: 'now' });
    expect([refused.status, refused.body.code]).toEqual([409, 'conflict']);
    const dry = await provider().post(`${path}&dryRun=true`).send({}).expect(200);
    expect(dry.body.state).toBe('draft');
    const all = await Promise.all([1, 2, 3].map(async () => provider().post(path).send({})));
    expect(all.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 409, 409]);
    const { body } = await tenant().get(`/v1/statements/${MONTH}`).expect(200);
    expect(body).toMatchObject({
      state: 'closed',
      subtotal: dry.body.subtotal,
      total: dry.body.total,
      checks: [],
    });
    const list = await tenant().get('/v1/statements').expect(200);
    expect(list.body.items).toMatchObject([{ period: MONTH, hash: body.hash }]);
    expect((await world().as(world().other.token).get('/v1/statements').expect(200)).body.items).toEqual([]);
    expect((await tenant().get('/v1/adjustments').expect(200)).body.items).toMatchObject([
      { amount: '-0.5000000000', statementId: null },
    ]);
  });

  it('is a file in three forms', async () => {
    const { body } = await tenant().get(`/v1/statements/${MONTH}`).expect(200);
    const file = async (format: string) =>
      tenant().get(`/v1/statements/${MONTH}/export?format=${format}`).expect(200);
    const csv = await file('csv');
    expect(csv.headers['content-disposition']).toContain(`DEMO0001-${MONTH}.csv`);
    expect(csv.text.trimEnd().split('\r\n')).toHaveLength(body.lineCount + 1);
    const json = JSON.parse((await file('json')).text);
    expect(json).toMatchObject({ contract: 'DEMO0001', period: MONTH, hash: body.hash, total: body.total });
    expect(json.lines).toHaveLength(body.lineCount);
    const focus = (await file('focus')).text.trimEnd().split('\r\n');
    expect(focus[0]?.split(',')).toEqual([...FOCUS_COLUMNS]);
    // Descriptions and names of the demonstration have no commas.
    const costs = focus.slice(1).map((row) => row.split(',')[0] ?? '');
    expect(Number(sumAmounts(costs))).toBe(Number(body.total));
  });
});

describe('the cost of a system', () => {
  it('is what it holds: less when it is stopped', async () => {
    const request = { name: newName('cost'), vdcId: world().demo.vdcId, descriptor: { name: '1-tier' } };
    const { body } = await tenant().post('/v1/vsys').send(request).expect(202);
    const servers = (await world().store.findWork(body.vsysId))?.spec.servers ?? [];
    const hourAgo = new Date(Date.now() - 3_600_000);
    await turn(body.vsysId, hourAgo, 'running', servers);
    const path = `/v1/vsys/${body.vsysId}/cost`;
    const running = (await tenant().get(path).expect(200)).body;
    expect(Number(running.perHour)).toBeGreaterThan(Number(running.stoppedPerHour));
    expect(Number(running.soFar)).toBeGreaterThan(0);
    expect(Number(running.forecast)).toBeCloseTo(Number(running.soFar) + Number(running.toCome), 9);
    await turn(body.vsysId, new Date(), 'stopped', servers);
    const stopped = (await tenant().get(path).expect(200)).body;
    expect(Number(stopped.perHour)).toBeLessThan(Number(running.perHour));
    await world().as(world().other.token).get(path).expect(404);
  });
});

describe('price lists', () => {
  const prices = [{ product: 'standard.small', dimension: 'vserver-running', amount: '0.02' }];
  const list = (over: object = {}) => ({
    validFrom: '2031-01-01T00:00:00Z',
    note: 'Prices of 2031',
    prices,
    ...over,
  });

  it('show what they would change, are published, and taken back before they begin', async () => {
    await tenant().post('/v1/price-lists').send(list()).expect(403);
    const dry = await provider().post('/v1/price-lists?dryRun=true').send(list()).expect(200);
    expect(dry.body).toMatchObject({ version: null, hoursReopened: 0, statementsCorrected: 0 });
    const kinds = new Set(dry.body.changes.map(({ change }: { change: string }) => change));
    expect(kinds).toEqual(new Set(['changed', 'ended']));
    expect((await tenant().get('/v1/price-lists').expect(200)).body.items).toEqual([]);
    const { body } = await provider().post('/v1/price-lists').send(list()).expect(201);
    expect(body.version).toMatchObject({ version: 1, note: 'Prices of 2031' });
    expect(body.changes).toEqual(dry.body.changes);
    const shown = await tenant().get(`/v1/price-lists/${body.version.id}`).expect(200);
    expect(shown.body.prices).toMatchObject([{ product: 'standard.small', amount: '0.0200000000' }]);
    const effective = await tenant().get('/v1/prices/effective?at=2031-06-01T00:00:00Z').expect(200);
    expect(effective.body.items).toHaveLength(1);
    await provider().delete(`/v1/price-lists/${body.version.id}`).expect(200);
    const after = await tenant().get('/v1/prices/effective?at=2031-06-01T00:00:00Z').expect(200);
    expect(after.body.items.length).toBeGreaterThan(1);
  });

  it('of one organization lie over the list and are nobody else’s to see', async () => {
    const own = list({ organizationId: world().other.organizationId, validFrom: '2030-01-01T00:00:00Z' });
    const { body } = await provider().post('/v1/price-lists').send(own).expect(201);
    const path = '/v1/prices/effective?at=2030-06-01T00:00:00Z';
    const amountFor = async (token: string) => {
      const answer = await world().as(token).get(path).expect(200);
      return answer.body.items.find(({ product }: { product: string }) => product === 'standard.small')
        .amount;
    };
    expect(await amountFor(world().other.token)).toBe('0.0200000000');
    expect(await amountFor(world().demoToken)).toBe('0.0150000000');
    await tenant().get(`/v1/price-lists/${body.version.id}`).expect(404);
    expect((await tenant().get('/v1/price-lists').expect(200)).body.items).toEqual([]);
  });

  it('are refused with every mistake of them', async () => {
    const wrong = list({
      prices: [
        ...prices,
        ...prices,
        { product: 'traffic', dimension: 'network-out', amount: '0.01', minimum: 'day' },
        {
          product: 'x',
          dimension: 'vcpu',
          amount: '1',
          tiers: [
            { from: '5', amount: '1' },
            { from: '5', amount: '0' },
          ],
        },
      ],
    });
    const { body } = await provider().post('/v1/price-lists').send(wrong).expect(400);
    expect(body.violations.map(({ pointer }: { pointer: string }) => pointer)).toEqual([
      '/prices/1',
      '/prices/2/minimum',
      '/prices/3/tiers',
    ]);
  });
});

describe('usage that cannot be billed', () => {
  it('is listed for the provider', async () => {
    const { body } = await provider().get('/v1/usage/parked').expect(200);
    expect(body.items).toEqual([]);
    await tenant().get('/v1/usage/parked').expect(403);
  });
});
