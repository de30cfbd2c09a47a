/** The tenant of the year in a database: organization, price lists, and its history as usage intervals. */
import { publishPriceList, type Database, type PublishedPrice } from '@openvsys/persistence';
import type { OracleCount, OracleHolding, OracleNews } from '@openvsys/bill-oracle';
import { Scope, organizationId, type OrganizationId } from '@openvsys/vsys';
import { v7 as uuidv7 } from 'uuid';
import { SERVER_TYPES } from './stories.js';

export interface Tenant {
  readonly id: OrganizationId;
  readonly currency: string;
  readonly timeZone: string;
  readonly scope: Scope;
}

const ROWS_AT_ONCE = 5_000;

export async function createTenant(database: Database, timeZone: string): Promise<Tenant> {
  const id = organizationId(uuidv7());
  await database.transaction(async (session) => {
    await session.change(
      `INSERT INTO organization (id, contract, name, time_zone, currency, state, created_at)
       VALUES ($1, 'YEAR0001', 'A year', $2, 'EUR', 'active', now())`,
      [id, timeZone],
    );
  });
  const scope = Scope.of({ actor: 'bench', organizationId: id, roles: ['org-admin'], vdcIds: null });
  return { id, currency: 'EUR', timeZone, scope };
}

const price = (product: string, dimension: string, amount: string, over: Partial<PublishedPrice> = {}) => ({
  product,
  dimension,
  amount,
  minimum: 'second' as const,
  tiers: [],
  ...over,
});

/** `factor`: how many hundredths of the first list a server costs. */
function listOf(factor: number): readonly PublishedPrice[] {
  const servers = SERVER_TYPES.map((type, index) =>
    price(type, 'vserver-running', ((0.0153 * 2 ** index * factor) / 100).toFixed(10), {
      minimum: index === 1 ? 'hour' : 'second',
    }),
  );
  return [
    ...servers,
    price('standard.large', 'vserver-stopped', '0.0007'),
    price('storage.standard', 'system-disk-gib', '0.00012'),
    price('windows-server', 'licence', '0.0213', { minimum: 'hour' }),
    price('firewall/efm.small', 'efm-running', ((0.04 * factor) / 100).toFixed(10)),
    price('ip.public', 'public-ip', '0.0041', { minimum: 'hour' }),
    price('snapshot', 'snapshot-gib', '0.00009', { minimum: 'day' }),
    price('backup', 'backup-gib', '0.0000456'),
    price('image', 'image-gib', '0.00003'),
    price('traffic.internet', 'network-out', '0.0512', { tiers: [{ from: '50000', amount: '0.0301' }] }),
    price('storage.standard', 'vdisk-gib', '0.0001234567', {
      tiers: [{ from: '1000000', amount: '0.0000987' }],
    }),
  ];
}

/** A list, another one from the middle of an hour in July on, and prices of the tenant's own from March on. */
export async function publishPrices(
  database: Database,
  { id, currency }: Tenant,
  year: number,
): Promise<void> {
  const publish = async (
    validFrom: string,
    organization: OrganizationId | null,
    prices: readonly PublishedPrice[],
  ) =>
    database.transaction(async (session) =>
      publishPriceList(session, {
        currency,
        organizationId: organization,
        validFrom: new Date(validFrom),
        note: 'bench',
        publishedBy: 'bench',
        publishedAt: new Date(),
        prices,
      }),
    );
  await publish('2020-01-01T00:00:00Z', null, listOf(100));
  await publish(`${year}-07-01T12:34:56Z`, null, listOf(93));
  await publish(`${year}-03-01T00:30:00Z`, id, [
    price('standard.small', 'vserver-running', '0.0141', { minimum: 'day' }),
  ]);
}

interface IntervalRow extends OracleHolding {
  readonly id: string;
  readonly vsysId: string;
  readonly resource: string;
  readonly startedAt: Date;
  endedAt: Date | null;
}

/** Writes the history as the engine would have: an interval from each begin to its end. */
export async function writeHistory(
  database: Database,
  tenant: Tenant,
  news: readonly OracleNews[],
): Promise<number> {
  const rows = intervalsOf(news);
  for (let from = 0; from < rows.length; from += ROWS_AT_ONCE) {
    await database.transaction(async (session) =>
      session.change(
        `INSERT INTO usage_interval (id, organization_id, vdc_id, vsys_id, resource, dimension, product, quantity,
           started_at, ended_at)
         SELECT r.id, $2, $2, r."vsysId", r.resource, r.dimension, r.product, r.quantity, r."startedAt", r."endedAt"
         FROM jsonb_to_recordset($1::jsonb) AS r(id uuid, "vsysId" text, resource text, dimension text, product text,
           quantity bigint, "startedAt" timestamptz, "endedAt" timestamptz)`,
        [JSON.stringify(rows.slice(from, from + ROWS_AT_ONCE)), tenant.id],
      ),
    );
  }
  await database.session(async (session) => session.rows('ANALYZE usage_interval'));
  return rows.length;
}

/** Writes what passed by as figures of pools leave it. */
export async function writeTraffic(
  database: Database,
  tenant: Tenant,
  counts: readonly OracleCount[],
): Promise<void> {
  for (let from = 0; from < counts.length; from += ROWS_AT_ONCE) {
    await database.transaction(async (session) =>
      session.change(
        `INSERT INTO usage_count (hour, resource, dimension, product, organization_id, vdc_id, vsys_id, quantity)
         SELECT to_timestamp(c.hour / 1000.0), c.resource, c.dimension, c.product, $2, $2, c."vsysId", c.quantity
         FROM jsonb_to_recordset($1::jsonb) AS c(hour bigint, resource text, dimension text, product text, "vsysId" text,
           quantity bigint)`,
        [JSON.stringify(counts.slice(from, from + ROWS_AT_ONCE)), tenant.id],
      ),
    );
  }
}

function intervalsOf(news: readonly OracleNews[]): readonly IntervalRow[] {
  const rows: IntervalRow[] = [];
  const open = new Map<string, IntervalRow>();
  for (const { resource, vsysId, at, holds } of news) {
    const dimensions = new Set(holds.map(({ dimension }) => dimension));
    for (const [key, row] of open) {
      if (row.resource !== resource) continue;
      const stays = holds.some((each) => each.dimension === row.dimension && isSame(each, row));
      if (stays) dimensions.delete(row.dimension);
      else {
        row.endedAt = new Date(at);
        open.delete(key);
      }
    }
    for (const holding of holds.filter(({ dimension }) => dimensions.has(dimension))) {
      const row = { ...holding, id: uuidv7(), vsysId, resource, startedAt: new Date(at), endedAt: null };
      rows.push(row);
      open.set(`${resource} ${holding.dimension}`, row);
    }
  }
  return rows;
}

const isSame = (a: OracleHolding, b: OracleHolding): boolean =>
  a.product === b.product && a.quantity === b.quantity;
