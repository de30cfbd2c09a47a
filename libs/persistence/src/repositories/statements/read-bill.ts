/**
 * What a month's statement is made of, read set-based: sums of the closed hours, the open ones computed up to now, days on
 * which a price for days counted, prices, adjustments that wait, and corrections of closed months.
 */
import {
  correctionsOf,
  DIMENSIONS,
  Exact,
  makeStatement,
  periodOf,
  sumAmounts,
  type Credit,
  type DayOfResource,
  type Period,
  type Price,
  type Statement,
  type StatementLine,
  type UsageSum,
} from '@openvsys/metering';
import type { OrganizationId, Scope } from '@openvsys/vsys';
import type { Session } from '../../session.js';
import { UNPRICED } from '../../stores/usage/close-hour.sql.js';
import { listPricesById } from '../prices.js';
import { openLines, type UsageLine } from '../usage.js';
import { readBegunDays } from './read-begun-days.js';
import { listLinesOfMonth, listReopenedStatements } from './statement-rows.js';

/** Whose bill. */
export interface BillOwner {
  readonly id: OrganizationId;
  readonly currency: string;
  readonly timeZone: string;
  /** The organization's own scope: nothing of anybody else is read. */
  readonly scope: Scope;
}

export interface PendingAdjustment extends Credit {
  readonly id: string;
}

export interface Bill extends Statement {
  readonly period: Period;
  /** Adjustments that the statement takes when it is closed. */
  readonly adjustments: readonly PendingAdjustment[];
}

const SUMS = `
SELECT u.vdc_id AS "vdcId", u.vsys_id AS "vsysId", u.dimension, u.product, nullif(u.price_id, '${UNPRICED}') AS "priceId",
  sum(u.quantity * u.billed_seconds)::text AS billed, sum(u.amount)::text AS amount
FROM usage_hour u JOIN closed_hour c ON c.hour = u.hour
WHERE u.organization_id = $1 AND u.hour >= $2 AND u.hour < $3
GROUP BY u.vdc_id, u.vsys_id, u.dimension, u.product, u.price_id, u.amount IS NULL
ORDER BY u.vsys_id, u.dimension, u.product, u.price_id`;

const PENDING = `
SELECT a.id, a.vsys_id AS "vsysId", v.vdc_id AS "vdcId", a.amount::text AS amount, a.description, a.refers_to AS "refersTo"
FROM adjustment a LEFT JOIN vsys v ON v.id = a.vsys_id
WHERE a.organization_id = $1 AND a.statement_id IS NULL AND a.created_at < $2 ORDER BY a.id`;

/** The bill of the month as it is at `now`: a draft while hours of it are open. */
export async function readBill(session: Session, owner: BillOwner, label: string, now: Date): Promise<Bill> {
  const period = periodOf(label, owner.timeZone);
  const adjustments = await session.rows<PendingAdjustment>(PENDING, [owner.id, period.end]);
  const corrections = await readCorrections(session, owner, period, now);
  const usage = await readUsage(session, owner, period, now);
  const prices = await pricesOf(session, usage.sums);
  const statement = makeStatement({
    ...usage,
    timeZone: owner.timeZone,
    prices,
    adjustments,
    corrections,
    currency: owner.currency,
  });
  return { ...statement, period, adjustments };
}

/** Months that were closed and whose hours were closed again since: what is missing on their bills. */
async function readCorrections(
  session: Session,
  owner: BillOwner,
  period: Period,
  now: Date,
): Promise<readonly StatementLine[]> {
  const corrections: StatementLine[] = [];
  for (const { label, timeZone } of await listReopenedStatements(session, owner.id, period.start)) {
    const past = periodOf(label, timeZone);
    const usage = await readUsage(session, owner, past, now);
    const prices = await pricesOf(session, usage.sums);
    const asOfNow = makeStatement({
      ...usage,
      timeZone,
      prices,
      adjustments: [],
      corrections: [],
      currency: owner.currency,
    });
    corrections.push(
      ...correctionsOf(label, await listLinesOfMonth(session, owner.id, label), asOfNow.lines),
    );
  }
  return corrections;
}

interface Usage {
  readonly sums: readonly UsageSum[];
  readonly days: readonly DayOfResource[];
}

async function readUsage(session: Session, owner: BillOwner, period: Period, now: Date): Promise<Usage> {
  const { start, end } = period;
  const closed = await session.rows<UsageSum>(SUMS, [owner.id, start, end]);
  const open = await openLines(session, owner.scope, { from: start, to: end }, now);
  return { sums: withOpen(closed, open), days: await readBegunDays(session, owner.id, period, open) };
}

const pricesOf = async (session: Session, sums: readonly UsageSum[]): Promise<readonly Price[]> =>
  listPricesById(
    session,
    sums.map(({ priceId }) => priceId),
  );

function withOpen(closed: readonly UsageSum[], open: readonly UsageLine[]): readonly UsageSum[] {
  const all = [...closed, ...open.map(sumOfLine)];
  const groups = Map.groupBy(all, ({ vdcId, vsysId, dimension, product, priceId, amount }) =>
    JSON.stringify([vdcId, vsysId, dimension, product, priceId, amount === null]),
  );
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const billed = group.reduce((total, sum) => total.plus(sum.billed), new Exact(0)).toFixed();
    const amount = first.amount === null ? null : sumAmounts(group.map((sum) => sum.amount));
    return [{ ...first, billed, amount }];
  });
}

const sumOfLine = (line: UsageLine): UsageSum => ({
  vdcId: line.vdcId,
  vsysId: line.vsysId,
  dimension: line.dimension,
  product: line.product,
  priceId: line.priceId,
  billed: String(
    DIMENSIONS[line.dimension].kind === 'counted' ? line.quantity : line.quantity * line.billedSeconds,
  ),
  amount: line.amount,
});
