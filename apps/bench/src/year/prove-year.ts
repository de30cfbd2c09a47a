/**
 * A tenant's year: all of its hours are closed, each month's statement is closed, and each line of it is held against the
 * oracle, which replays every second and shares no code with the product.
 */
import { closeHour, Exact, hourOf, MS_AN_HOUR } from '@openvsys/metering';
import {
  checkBill,
  insertStatement,
  listPricesBetween,
  listStatementLines,
  PgUsageStore,
  readBill,
  type Database,
  type StatementRecord,
} from '@openvsys/persistence';
import {
  differencesOf,
  divide,
  replayMonth,
  totalOf,
  type OracleCount,
  type OracleNews,
  type OraclePrice,
} from '@openvsys/bill-oracle';
import { v7 as uuidv7 } from 'uuid';
import type { Calendar } from './calendar.js';
import { storiesOf } from './stories.js';
import { trafficOf } from './system-parts.js';
import { createTenant, publishPrices, writeHistory, writeTraffic, type Tenant } from './tenant.js';

export interface YearPlan {
  readonly servers: number;
  /** Months from January on. */
  readonly months: number;
  readonly year: number;
  readonly timeZone: string;
  readonly seed: number;
}

export interface ProvedMonth {
  readonly period: string;
  readonly hours: number;
  readonly lines: number;
  readonly total: string;
  /** The oracle's, rounded as the statement's. */
  readonly oracle: string;
  readonly differences: readonly string[];
  readonly blocked: readonly string[];
}

export interface ProvedYear {
  readonly months: readonly ProvedMonth[];
  readonly intervals: number;
  readonly hours: number;
  readonly rows: number;
  readonly secondsClosing: number;
  readonly secondsReplaying: number;
  /** Rows that changed when the last day was closed again. */
  readonly changedAgain: number;
}

/** 10⁻¹⁰ in a hundredth. */
const CENT = 100_000_000n;
/** What is in the year by the contract's clock may lie a day beside it by UTC. */
const DAY = 24 * MS_AN_HOUR;

export async function proveYear(
  database: Database,
  plan: YearPlan,
  say: (text: string) => void,
): Promise<ProvedYear> {
  const { servers, months, year, timeZone, seed } = plan;
  const calendar: Calendar = { start: Date.UTC(year, 0, 1), end: Date.UTC(year, months, 1) };
  const tenant = await createTenant(database, timeZone);
  await publishPrices(database, tenant, year);
  const news = storiesOf(servers, calendar, seed);
  const counts = trafficOf(servers, calendar, seed);
  const intervals = await writeHistory(database, tenant, news);
  await writeTraffic(database, tenant, counts);
  say(`${servers} servers, ${intervals.toLocaleString('en')} intervals in ${months} months`);
  const proof = { months: [] as ProvedMonth[], hours: 0, rows: 0, secondsClosing: 0, secondsReplaying: 0 };
  const store = new PgUsageStore(database);
  let hour = hourOf(new Date(calendar.start - DAY)).getTime();
  for (let month = 1; month <= months; month += 1) {
    const end = Date.UTC(year, month, 1) + DAY;
    const started = performance.now();
    for (; hour < end; hour += MS_AN_HOUR) {
      const { rowsChanged } = await closeHour(store, new Date(hour), new Date(end));
      proof.rows += rowsChanged;
      proof.hours += 1;
    }
    const statement = await closeMonth(
      database,
      tenant,
      `${year}-${String(month).padStart(2, '0')}`,
      new Date(end),
    );
    proof.secondsClosing += (performance.now() - started) / 1_000;
    const before = performance.now();
    const proved = await prove(database, tenant, { news, counts }, statement);
    proof.secondsReplaying += (performance.now() - before) / 1_000;
    proof.months.push(proved);
    say(tell(proved));
  }
  let changedAgain = 0;
  for (let again = hour - DAY; again < hour; again += MS_AN_HOUR) {
    changedAgain += (await closeHour(store, new Date(again), new Date(hour))).rowsChanged;
  }
  return { ...proof, intervals, changedAgain };
}

interface ClosedMonth {
  readonly record: StatementRecord;
  readonly blocked: readonly string[];
}

async function closeMonth(
  database: Database,
  tenant: Tenant,
  label: string,
  now: Date,
): Promise<ClosedMonth> {
  return database.transaction(async (session) => {
    const bill = await readBill(session, tenant, label, now);
    const checks = await checkBill(session, tenant, bill, now);
    const { period, adjustments, ...statement } = bill;
    const record = await insertStatement(session, {
      id: uuidv7(),
      organizationId: tenant.id,
      period: label,
      periodStart: period.start,
      periodEnd: period.end,
      timeZone: tenant.timeZone,
      currency: tenant.currency,
      closedAt: now,
      closedBy: 'bench',
      reason: '',
      statement,
      adjustments: adjustments.map(({ id }) => id),
    });
    return {
      record,
      blocked: checks.filter(({ severity }) => severity === 'blocks').map(({ message }) => message),
    };
  });
}

interface History {
  readonly news: readonly OracleNews[];
  readonly counts: readonly OracleCount[];
}

async function prove(
  database: Database,
  tenant: Tenant,
  history: History,
  { record, blocked }: ClosedMonth,
): Promise<ProvedMonth> {
  const { id, currency, timeZone } = tenant;
  const { periodStart, periodEnd, period } = record;
  const [lines, prices] = await database.session(async (session) => [
    await listStatementLines(session, record.id),
    await listPricesBetween(session, { currency, organizationId: id }, periodStart, periodEnd),
  ]);
  const known = prices.map(({ organizationId, validFrom, validTo, ...price }): OraclePrice => {
    return {
      ...price,
      own: organizationId !== null,
      validFrom: validFrom.getTime(),
      validTo: validTo?.getTime() ?? null,
    };
  });
  const told = replayMonth({ ...history, prices: known, timeZone, month: period });
  const oracle = new Exact(divide(totalOf(told), CENT).toString()).div(100).toFixed(2);
  const differences = [
    ...differencesOf(lines, told),
    ...(oracle === record.total ? [] : [`the total is ${record.total}, the oracle says ${oracle}`]),
  ];
  const hours = (periodEnd.getTime() - periodStart.getTime()) / MS_AN_HOUR;
  return { period, hours, lines: lines.length, total: record.total, oracle, differences, blocked };
}

function tell({ period, hours, lines, total, oracle, differences }: ProvedMonth): string {
  const proof = differences.length === 0 ? 'proved' : `${differences.length} differences`;
  return `${period}  ${hours} h  ${String(lines).padStart(4)} lines  ${total.padStart(12)} EUR  oracle ${oracle.padStart(12)}  ${proof}`;
}
