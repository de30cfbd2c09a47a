/**
 * Usage and what it costs, by hour. Closed hours are read as they were written; hours that are not closed yet (the
 * present one first of all) are computed from their intervals up to `now`. Both follow the same rules, so a line keeps
 * its amount when its hour is closed.
 */
import {
  hourAfter,
  hourOf,
  rate,
  segmentsOf,
  sumAmounts,
  type Price,
  type RatedLine,
  type UsageSpan,
} from '@openvsys/metering';
import type { Scope, UsageDimension, VdcId, VsysId } from '@openvsys/vsys';
import type { Session } from '../session.js';
import { UNPRICED } from '../stores/usage/close-hour.sql.js';
import { PRICE_COLUMNS } from './prices.js';
import { pageOf, readCursor, type Page, type PageRequest } from './paging.js';
import { Parameters, scopeCondition } from './scope-condition.js';

export interface UsageFilter {
  readonly vdcId?: VdcId | undefined;
  /** Empty: what belongs to no system. */
  readonly vsysId?: VsysId | '' | undefined;
  /** Only whole hours count: from the hour of `from` … */
  readonly from: Date;
  /** … up to the hour of `to`, which is in it unless `to` is its start. */
  readonly to: Date;
}

export interface UsageLine extends RatedLine {
  readonly hour: Date;
  readonly currency: string;
  /** False: the hour is not closed and the line may still grow. */
  readonly closed: boolean;
}

export interface UsageTotal {
  readonly currency: string;
  /** Decimal text with 10 decimals: the exact sum of the lines. */
  readonly amount: string;
  readonly byDimension: readonly {
    readonly dimension: UsageDimension;
    readonly quantitySeconds: number;
    readonly amount: string;
  }[];
  /** Seconds × quantity for which no price was valid. */
  readonly unpricedQuantitySeconds: number;
}

const LIST = 'usage';
const SCOPED = { organization: 'u.organization_id', vdc: 'u.vdc_id' } as const;
/** Compared byte by byte, as `compareKeys` does, whatever the database's collation is. */
const KEY_COLUMNS = `u.hour, u.resource COLLATE "C", u.dimension COLLATE "C", u.product COLLATE "C", u.quantity, u.price_id, u.vdc_id`;
const LINE = `u.hour, u.organization_id AS "organizationId", u.vdc_id AS "vdcId", u.vsys_id AS "vsysId", u.resource,
  u.dimension, u.product, u.quantity, u.seconds, u.billed_seconds AS "billedSeconds", u.quantity_seconds AS "quantitySeconds",
  nullif(u.price_id, '${UNPRICED}') AS "priceId", p.amount::text AS "unitPrice", u.amount::text AS amount, u.currency,
  TRUE AS closed`;
const CLOSED = `FROM usage_hour u JOIN closed_hour c ON c.hour = u.hour LEFT JOIN price p ON p.id = u.price_id`;

/** Lines in order of hour, resource, dimension, product, quantity, price, VDC. `now` is the end of what is counted. */
export async function listUsage(
  session: Session,
  scope: Scope,
  filter: UsageFilter,
  request: PageRequest,
  now: Date,
): Promise<Page<UsageLine>> {
  const after = readCursor(LIST, request, 7);
  const closed = await closedLines(session, scope, filter, { after, limit: request.limit + 1 });
  const open = closed.length > request.limit ? [] : await openLines(session, scope, filter, now);
  const rest = after === undefined ? open : open.filter((line) => compareKeys(keyOf(line), after) > 0);
  const lines = [...closed, ...rest].toSorted((a, b) => compareKeys(keyOf(a), keyOf(b)));
  return pageOf(LIST, request, lines.slice(0, request.limit + 1), keyOf);
}

/** The exact sums over all lines of the filter, one entry a currency. */
export async function totalUsage(
  session: Session,
  scope: Scope,
  filter: UsageFilter,
  now: Date,
): Promise<readonly UsageTotal[]> {
  const lines: readonly SumRow[] = [
    ...(await closedSums(session, scope, filter)),
    ...(await openLines(session, scope, filter, now)),
  ];
  return [...Map.groupBy(lines, ({ currency }) => currency)].map(([currency, ofCurrency]) => ({
    currency,
    amount: sumAmounts(ofCurrency.map(({ amount }) => amount)),
    byDimension: [...Map.groupBy(ofCurrency, ({ dimension }) => dimension)]
      .toSorted(([a], [b]) => a.localeCompare(b))
      .map(([dimension, rows]) => ({
        dimension,
        quantitySeconds: sumOf(rows),
        amount: sumAmounts(rows.map(({ amount }) => amount)),
      })),
    unpricedQuantitySeconds: sumOf(ofCurrency.filter(({ amount }) => amount === null)),
  }));
}

type SumRow = Pick<UsageLine, 'currency' | 'dimension' | 'quantitySeconds' | 'amount'>;
const sumOf = (rows: readonly SumRow[]): number =>
  rows.reduce((total, { quantitySeconds }) => total + quantitySeconds, 0);

/** The first hour and the end of the last one. */
function hoursOf({ from, to }: UsageFilter): { readonly first: Date; readonly end: Date } {
  const last = hourOf(to);
  return { first: hourOf(from), end: last.getTime() === to.getTime() ? to : hourAfter(last) };
}

function conditionsOf(scope: Scope, filter: UsageFilter, parameters: Parameters): string[] {
  const conditions = [scopeCondition(scope, SCOPED, parameters)];
  if (filter.vdcId !== undefined) conditions.push(`u.vdc_id = ${parameters.add(filter.vdcId, 'uuid')}`);
  if (filter.vsysId !== undefined) conditions.push(`u.vsys_id = ${parameters.add(filter.vsysId, 'text')}`);
  return conditions;
}

async function closedLines(
  session: Session,
  scope: Scope,
  filter: UsageFilter,
  page: { readonly after: readonly string[] | undefined; readonly limit: number },
): Promise<readonly UsageLine[]> {
  const parameters = new Parameters();
  const { first, end } = hoursOf(filter);
  const conditions = conditionsOf(scope, filter, parameters);
  conditions.push(
    `u.hour >= ${parameters.add(first, 'timestamptz')} AND u.hour < ${parameters.add(end, 'timestamptz')}`,
  );
  if (page.after !== undefined) {
    const types = ['timestamptz', 'text', 'text', 'text', 'bigint', 'uuid', 'uuid'];
    const key = page.after.map((value, index) => parameters.add(value, types[index] ?? 'text'));
    conditions.push(`(${KEY_COLUMNS}) > (${key.join(', ')})`);
  }
  return session.rows<UsageLine>(
    `SELECT ${LINE} ${CLOSED} WHERE ${conditions.join(' AND ')}
     ORDER BY ${KEY_COLUMNS} LIMIT ${parameters.add(page.limit, 'integer')}`,
    parameters.values,
  );
}

async function closedSums(session: Session, scope: Scope, filter: UsageFilter): Promise<readonly SumRow[]> {
  const parameters = new Parameters();
  const { first, end } = hoursOf(filter);
  const conditions = conditionsOf(scope, filter, parameters);
  conditions.push(
    `u.hour >= ${parameters.add(first, 'timestamptz')} AND u.hour < ${parameters.add(end, 'timestamptz')}`,
  );
  return session.rows<SumRow>(
    `SELECT u.currency, u.dimension, sum(u.quantity_seconds)::bigint AS "quantitySeconds",
       sum(u.amount)::text AS amount
     FROM usage_hour u JOIN closed_hour c ON c.hour = u.hour
     WHERE ${conditions.join(' AND ')} GROUP BY u.currency, u.dimension, u.amount IS NULL`,
    parameters.values,
  );
}

interface OpenSpan extends UsageSpan {
  readonly currency: string;
}

/** Lines of the hours that are not closed, computed up to `now`. */
export async function openLines(
  session: Session,
  scope: Scope,
  filter: UsageFilter,
  now: Date,
): Promise<readonly UsageLine[]> {
  const { first, end } = hoursOf(filter);
  const hours = await openHours(
    session,
    first,
    new Date(Math.min(end.getTime(), hourAfter(hourOf(now)).getTime())),
  );
  const [firstOpen] = hours;
  if (firstOpen === undefined) return [];
  const spans = await spansSince(session, scope, filter, firstOpen, end);
  const prices = await pricesOf(session, spans, firstOpen, end);
  return hours.flatMap((hour) => {
    const until = new Date(Math.min(hourAfter(hour).getTime(), now.getTime()));
    return [...Map.groupBy(spans, ({ currency }) => currency)].flatMap(([currency, ofCurrency]) =>
      rate(segmentsOf(ofCurrency, hour, until), prices.get(currency) ?? []).map((line) => ({
        ...line,
        hour,
        currency,
        closed: false,
      })),
    );
  });
}

async function openHours(session: Session, first: Date, end: Date): Promise<readonly Date[]> {
  const rows = await session.rows<{ hour: Date }>(
    `SELECT h AS hour FROM generate_series(
       greatest($1::timestamptz, (SELECT date_trunc('hour', min(started_at), 'UTC') FROM usage_interval)),
       $2::timestamptz - interval '1 hour', interval '1 hour') AS h
     WHERE NOT EXISTS (SELECT FROM closed_hour c WHERE c.hour = h) ORDER BY h`,
    [first, end],
  );
  return rows.map(({ hour }) => hour);
}

async function spansSince(
  session: Session,
  scope: Scope,
  filter: UsageFilter,
  from: Date,
  end: Date,
): Promise<readonly OpenSpan[]> {
  const parameters = new Parameters();
  const owned = conditionsOf(scope, filter, parameters).join(' AND ');
  const [first, last] = [parameters.add(from, 'timestamptz'), parameters.add(end, 'timestamptz')];
  return session.rows<OpenSpan>(
    `SELECT u.id::text, ${SPAN}, u.started_at AS "startedAt", u.ended_at AS "endedAt", o.currency
     FROM usage_interval u JOIN organization o ON o.id = u.organization_id
     WHERE ${owned} AND u.started_at < ${last} AND (u.ended_at IS NULL OR u.ended_at > ${first})
     UNION ALL
     SELECT '', ${SPAN}, u.hour, ${COUNT_END}, o.currency
     FROM usage_count u JOIN organization o ON o.id = u.organization_id
     WHERE ${owned} AND u.hour >= ${first} AND u.hour < ${last}`,
    parameters.values,
  );
}

const SPAN = `u.organization_id AS "organizationId", u.vdc_id AS "vdcId", u.vsys_id AS "vsysId", u.resource, u.dimension,
  u.product, u.quantity`;
/** What passed by in an hour is rated as if it were held for the hour's first second, as closing does it. */
const COUNT_END = `u.hour + interval '1 second'`;

async function pricesOf(
  session: Session,
  spans: readonly OpenSpan[],
  from: Date,
  to: Date,
): Promise<ReadonlyMap<string, readonly Price[]>> {
  const rows = await session.rows<Price & { currency: string }>(
    `SELECT ${PRICE_COLUMNS} FROM price p WHERE p.currency = ANY($1::text[]) AND p.valid_from < $3
       AND (p.valid_to IS NULL OR p.valid_to > $2) AND (p.organization_id IS NULL OR p.organization_id = ANY($4::uuid[]))`,
    [distinct(spans.map(({ currency }) => currency)), from, to, distinct(spans.map((s) => s.organizationId))],
  );
  return Map.groupBy(rows, ({ currency }) => currency);
}

const distinct = (values: readonly string[]): readonly string[] => [...new Set(values)];

function keyOf(line: UsageLine): readonly string[] {
  const { hour, resource, dimension, product, quantity, priceId, vdcId } = line;
  return [hour.toISOString(), resource, dimension, product, String(quantity), priceId ?? UNPRICED, vdcId];
}

/** As PostgreSQL compares the key: quantities by number, everything else byte by byte. */
function compareKeys(a: readonly string[], b: readonly string[]): number {
  for (const [index, word] of a.entries()) {
    const other = b[index] ?? '';
    if (word === other) continue;
    if (index === 4) return Number(word) - Number(other);
    return word < other ? -1 : 1;
  }
  return 0;
}
