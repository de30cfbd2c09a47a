/** Usage: closed hours and the open one, lines that add up, groups, tenants. */
import { PgUsageStore } from '@openvsys/persistence';
import { holdingsOf } from '@openvsys/metering';
import type { VsysId } from '@openvsys/vsys';
import { Decimal } from 'decimal.js';
import { describe, expect, it } from 'vitest';
import { newName, useApi } from './api-fixture.js';

const world = useApi();
const HOUR = 3_600_000;

/** A system whose only server ran for the two hours before this one and still runs. */
async function running(): Promise<{ vsysId: VsysId; since: Date }> {
  const request = { name: newName('used'), vdcId: world().demo.vdcId, descriptor: { name: '1-tier' } };
  const { body } = await world().as(world().demoToken).post('/v1/vsys').send(request).expect(202);
  const vsysId = body.vsysId as VsysId;
  const work = await world().store.findWork(vsysId);
  const servers = work?.spec.servers ?? [];
  const since = new Date(Math.floor(Date.now() / HOUR) * HOUR - 2 * HOUR);
  await world().store.commit(world().fence, {
    vsysId,
    generation: 1,
    at: since,
    phase: 'ready',
    converged: true,
    parts: servers.map(({ id }) => ({ part: id, state: 'running' as const, host: null, reason: null })),
    holdings: servers.map((server) => ({ resource: server.id, items: holdingsOf(server, 'running') ?? [] })),
  });
  return { vsysId, since };
}

const sum = (lines: { amount: string | null }[]): string =>
  lines.reduce((total, { amount }) => total.plus(amount ?? 0), new Decimal(0)).toFixed(10);

describe('usage', () => {
  it('adds up to the last decimal, closed or not, line by line or grouped', async () => {
    const { vsysId, since } = await running();
    const closer = new PgUsageStore(world().database);
    await closer.closeHour(since, new Date());
    const api = world().as(world().demoToken);
    const query = `/v1/usage?vsys=${vsysId}&from=${since.toISOString()}&to=${new Date().toISOString()}`;
    const { body } = await api.get(query).expect(200);
    expect(body.totals).toHaveLength(1);
    expect(body.totals[0]).toMatchObject({
      currency: 'EUR',
      amount: sum(body.items),
      unpricedQuantitySeconds: 0,
    });
    const closed = body.items.filter((line: { closed: boolean }) => line.closed);
    expect(closed.length).toBeGreaterThan(0);
    expect(
      closed.every(
        (line: { hour: string; seconds: number }) =>
          line.hour === since.toISOString() && line.seconds === 3_600,
      ),
    ).toBe(true);
    expect(body.items.some((line: { closed: boolean }) => !line.closed)).toBe(true);

    for (const groupBy of ['hour', 'resource']) {
      const grouped = await api.get(`${query}&groupBy=${groupBy}`).expect(200);
      expect(grouped.body.items.length).toBeGreaterThan(0);
      // The open hour grows by the second, so only the closed part is compared exactly.
      expect(Number(sum(grouped.body.items))).toBeCloseTo(Number(body.totals[0].amount), 3);
    }
    const byHour = await api.get(`${query}&groupBy=hour`).expect(200);
    const firstHour = byHour.body.items.filter((line: { hour: string }) => line.hour === since.toISOString());
    expect(sum(firstHour)).toBe(sum(closed));
  });

  it('pages through the same lines', async () => {
    const { vsysId, since } = await running();
    const api = world().as(world().demoToken);
    const to = new Date(since.getTime() + 2 * HOUR);
    const query = `/v1/usage?vsys=${vsysId}&from=${since.toISOString()}&to=${to.toISOString()}`;
    const whole = await api.get(query).expect(200);
    const lines: unknown[] = [];
    let cursor: string | null = null;
    do {
      const page: { body: { items: unknown[]; nextCursor: string | null } } = await api
        .get(`${query}&limit=1${cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`}`)
        .expect(200);
      lines.push(...page.body.items);
      cursor = page.body.nextCursor;
    } while (cursor !== null);
    expect(lines).toEqual(whole.body.items);
    expect(lines.length).toBeGreaterThan(2);
  });

  it('is the tenant’s own, and needs the permission', async () => {
    await running();
    const theirs = await world().as(world().other.token).get('/v1/usage').expect(200);
    expect(theirs.body).toMatchObject({ items: [], totals: [] });
    const all = await world().as(world().providerToken).get('/v1/usage').expect(200);
    expect(all.body.items.length).toBeGreaterThan(0);
    await world()
      .as(await world().tokenWith(['operator']))
      .get('/v1/usage')
      .expect(403);
    const backwards = '/v1/usage?from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z';
    await world().as(world().demoToken).get(backwards).expect(400);
  });
});
