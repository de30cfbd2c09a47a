/** Closing of hours in PostgreSQL against the pure rules, and reading of usage before and after. */
import {
  closeDueHours,
  hourAfter,
  MS_AN_HOUR,
  PRICE_MINIMUMS,
  rate,
  segmentsOf,
  sumAmounts,
  type Price,
  type RatedLine,
  type UsageSpan,
} from '@openvsys/metering';
import { contractId, organizationId } from '@openvsys/vsys';
import fc from 'fast-check';
import { v7 as uuidv7 } from 'uuid';
import { beforeEach, describe, expect, it } from 'vitest';
import {
  insertOrganization,
  insertPrices,
  listUsage,
  PgPoolLeaseStore,
  PgProvisioningStore,
  PgUsageStore,
  totalUsage,
  type UsageLine,
} from '../src/index.js';
import { admit, AT, look, useWorld, type World } from './persistence-fixture.js';

const getWorld = useWorld();
const HOURS = 3;
const hour = (n: number): Date => new Date(AT.getTime() + n * MS_AN_HOUR);
const FILTER = { from: hour(-2), to: hour(HOURS) };
const NOW = hour(HOURS + 1);

beforeEach(async () => {
  await look(getWorld(), 'TRUNCATE usage_interval, usage_hour, closed_hour, price');
});

const VSYS = 'TEST0001-AAAAAAAAA';

async function insertSpans(spans: readonly UsageSpan[]): Promise<void> {
  await look(
    getWorld(),
    `INSERT INTO usage_interval (id, organization_id, vdc_id, vsys_id, resource, dimension, product, quantity,
       started_at, ended_at)
     SELECT s.id, s."organizationId", s."vdcId", s."vsysId", s.resource, s.dimension, s.product, s.quantity,
       s."startedAt", s."endedAt"
     FROM jsonb_to_recordset($1::jsonb) AS s(id uuid, "organizationId" uuid, "vdcId" uuid, "vsysId" text, resource text,
       dimension text, product text, quantity bigint, "startedAt" timestamptz, "endedAt" timestamptz)`,
    [JSON.stringify(spans)],
  );
}

const instant = fc
  .integer({ min: -2 * MS_AN_HOUR, max: HOURS * MS_AN_HOUR })
  .map((ms) => new Date(AT.getTime() + ms));
const product = fc.constantFrom('small', 'large', 'free');
const dimension = fc.constantFrom('vserver-running' as const, 'memory-mib' as const);
const anySpans = fc.array(
  fc.record({
    resource: fc.constantFrom('r-1', 'r-2', 'r-3', 'r-4', 'r-5'),
    dimension,
    product,
    quantity: fc.integer({ min: 1, max: 2000 }),
    startedAt: instant,
    length: fc.integer({ min: 0, max: 3 * MS_AN_HOUR }),
  }),
  { minLength: 5, maxLength: 60 },
);
/** Prices that follow each other without overlap, some with a gap; for everybody, for the tenant, for somebody else. */
const anyPrices = fc.array(
  fc.record({
    product: fc.constantFrom('small', 'large'),
    dimension,
    amount: fc.integer({ min: 0, max: 2_000_000_000 }).map((n) => (n / 1e10).toFixed(10)),
    buyer: fc.constantFrom('list', 'own', 'other'),
    minimum: fc.constantFrom(...PRICE_MINIMUMS),
    until: fc.array(instant, { maxLength: 3 }),
  }),
  { maxLength: 8 },
);

/** What PostgreSQL believes of the number of intervals: many are closed by another plan than few. */
const anySize = fc.constantFrom(60, 10_000_000);

interface DrawnPrice extends Pick<Price, 'product' | 'dimension' | 'amount' | 'minimum'> {
  readonly buyer: 'list' | 'own' | 'other';
  readonly until: readonly Date[];
}

function pricesFrom(
  drawn: readonly DrawnPrice[],
  buyers: Record<DrawnPrice['buyer'], string | null>,
): Price[] {
  const apart = new Map(drawn.map((each) => [`${each.product} ${each.dimension} ${each.buyer}`, each]));
  return [...apart.values()].flatMap(({ until, amount, buyer, ...sold }) => {
    const edges = [...new Set(until.map((edge) => edge.getTime()))].toSorted((a, b) => a - b);
    return edges.map((edge, n) => ({
      ...sold,
      id: uuidv7(),
      organizationId: buyers[buyer],
      tiers: [],
      amount: (Number(amount) + n / 1e7).toFixed(10),
      validFrom: new Date(edge),
      validTo: edges[n + 1] === undefined ? null : new Date(edges[n + 1] ?? 0),
    }));
  });
}

const comparable = (lines: readonly (RatedLine | UsageLine)[]): string[] =>
  lines
    .map((line) => {
      const {
        resource,
        product: sold,
        quantity,
        seconds,
        billedSeconds,
        quantitySeconds,
        priceId,
        amount,
      } = line;
      return JSON.stringify([
        resource,
        line.dimension,
        sold,
        quantity,
        seconds,
        billedSeconds,
        quantitySeconds,
        priceId,
        amount,
      ]);
    })
    .toSorted();

async function anotherOrganization(world: World): Promise<string> {
  const id = organizationId(uuidv7());
  await world.database.transaction((session) =>
    insertOrganization(session, {
      id,
      name: 'Somebody else',
      contract: contractId('TEST0002'),
      currency: 'EUR',
      timeZone: 'UTC',
      state: 'active',
      createdAt: AT,
    }),
  );
  return id;
}

async function allUsage(): Promise<readonly UsageLine[]> {
  const { database, scope } = getWorld();
  return database.session(async (session) => {
    const lines: UsageLine[] = [];
    for (let cursor: string | undefined; ;) {
      const page = await listUsage(session, scope, FILTER, { limit: 7, cursor }, NOW);
      lines.push(...page.items);
      if (page.nextCursor === null) return lines;
      cursor = page.nextCursor;
    }
  });
}

describe('closing an hour', () => {
  it('says the same as the pure rules on random intervals, before and after, and changes nothing the second time', async () => {
    const world = getWorld();
    const store = new PgUsageStore(world.database);
    const other = await anotherOrganization(world);
    await fc.assert(
      fc.asyncProperty(anySpans, anyPrices, anySize, async (drawn, drawnPrices, size) => {
        await look(world, 'TRUNCATE usage_interval, usage_hour, closed_hour, price');
        const spans = drawn.map(({ length, ...facts }): UsageSpan => ({
          ...facts,
          id: uuidv7(),
          organizationId: world.organizationId,
          vdcId: world.vdcId,
          vsysId: VSYS,
          endedAt: new Date(facts.startedAt.getTime() + length),
        }));
        const prices = pricesFrom(drawnPrices, { list: null, own: world.organizationId, other });
        await insertSpans(spans);
        await look(world, `UPDATE pg_class SET reltuples = $1 WHERE oid = 'usage_interval'::regclass`, [
          size,
        ]);
        await world.database.transaction((session) =>
          insertPrices(
            session,
            prices.map((price) => ({ ...price, currency: 'EUR' })),
          ),
        );
        const hours = Array.from({ length: HOURS + 2 }, (_, n) => hour(n - 2));
        const expected = hours.flatMap((each) =>
          comparable(rate(segmentsOf(spans, each, hourAfter(each)), prices)),
        );

        const open = await allUsage();
        expect(
          hours.flatMap((each) => comparable(open.filter((line) => line.hour.getTime() === each.getTime()))),
        ).toEqual(expected);
        const closings = await closeDueHours(store, NOW);
        const closed = await allUsage();
        expect(closed.filter((line) => !line.closed && line.hour < hour(HOURS))).toEqual([]);
        expect(
          hours.flatMap((each) =>
            comparable(closed.filter((line) => line.hour.getTime() === each.getTime())),
          ),
        ).toEqual(expected);
        for (const { hour: again } of closings) {
          expect((await store.closeHour(again, NOW)).rowsChanged).toBe(0);
        }
        const totals = await world.database.session((session) =>
          totalUsage(session, world.scope, FILTER, NOW),
        );
        expect(sumAmounts(totals.map(({ amount }) => amount))).toBe(
          sumAmounts(closed.map(({ amount }) => amount)),
        );
      }),
      { numRuns: 15 },
    );
  });

  it('by two closers at once is the same as by one', async () => {
    const world = getWorld();
    const store = new PgUsageStore(world.database);
    await insertSpans(
      Array.from({ length: 200 }, (_, n) => ({
        id: uuidv7(),
        organizationId: world.organizationId,
        vdcId: world.vdcId,
        vsysId: VSYS,
        resource: `r-${n}`,
        dimension: 'vserver-running' as const,
        product: 'small',
        quantity: 1,
        startedAt: hour(0),
        endedAt: null,
      })),
    );
    const closings = await Promise.all([1, 2, 3, 4].map(async () => store.closeHour(hour(0), NOW)));
    expect(closings.map(({ rowsChanged }) => rowsChanged).toSorted((a, b) => a - b)).toEqual([0, 0, 0, 200]);
  });

  it('is done again after a change that arrived late', async () => {
    const world = getWorld();
    const store = new PgUsageStore(world.database);
    const engine = new PgProvisioningStore(world.database);
    const fence = await new PgPoolLeaseStore(world.database).tryAcquire(world.poolId, 'worker-1', 600);
    if (fence === undefined) throw new Error('the lease is free');
    const { spec } = await world.database.transaction((session) => admit(session, world));
    const [server] = spec.servers;
    if (server === undefined) throw new Error('the spec has a server');
    const say = async (
      at: Date,
      items: { dimension: 'vserver-running'; product: string; quantity: number }[],
    ) =>
      engine.commit(fence, {
        vsysId: spec.vsysId,
        generation: 1,
        at,
        holdings: [{ resource: server.id, items }],
      });
    await say(hour(0), [{ dimension: 'vserver-running', product: 'small', quantity: 1 }]);
    expect(await closeDueHours(store, NOW)).toHaveLength(HOURS);
    // The worker's clock said that the server stopped in the middle of the second hour.
    await say(new Date(hour(1).getTime() + 600_000), []);
    const again = await closeDueHours(store, NOW);
    expect(again.map(({ hour: closed, rowsChanged }) => [closed, rowsChanged])).toEqual([
      [hour(1), 1],
      [hour(2), 1],
    ]);
    const usage = await allUsage();
    expect(usage.map(({ hour: of, seconds }) => [of, seconds])).toEqual([
      [hour(0), 3600],
      [hour(1), 600],
    ]);
  });

  it('shows the present hour up to now', async () => {
    const world = getWorld();
    await insertSpans([
      {
        id: uuidv7(),
        organizationId: world.organizationId,
        vdcId: world.vdcId,
        vsysId: VSYS,
        resource: 'r-1',
        dimension: 'vserver-running',
        product: 'small',
        quantity: 1,
        startedAt: new Date(AT.getTime() + 60_000),
        endedAt: null,
      },
    ]);
    const now = new Date(AT.getTime() + 90_500);
    const page = await world.database.session((session) =>
      listUsage(session, world.scope, FILTER, { limit: 10 }, now),
    );
    expect(page.items).toMatchObject([{ hour: AT, seconds: 30, closed: false, amount: null, priceId: null }]);
  });
});
