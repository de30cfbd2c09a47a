/**
 * News about bills as events, for people and billing systems: usage that cannot be billed (`usage.parked`), and months that
 * can be closed (`statement.ready`). Each is told once, however many workers look; the third one, `statement.closed`, comes
 * with the closing itself.
 *
 *   month ends ──► its hours are closed ──► statement.ready ──► somebody looks and closes ──► statement.closed
 */
import { periodAt, type Period } from '@openvsys/metering';
import {
  checkBill,
  insertEvent,
  listBillingZones,
  readBill,
  takeParkedNews,
  takeReadyMonths,
  type Database,
  type ReadyOwner,
  type Session,
} from '@openvsys/persistence';
import { Scope } from '@openvsys/vsys';
import type { BudgetClock } from '../budgets/evaluate-budgets.js';

export interface BillParts {
  readonly database: Pick<Database, 'session' | 'transaction'>;
  readonly newId: () => string;
}

export interface BillNews {
  /** Events of usage that waits. */
  readonly parked: number;
  /** Months that can be closed. */
  readonly ready: number;
}

/** Everything that was not told yet. */
export async function tellBills(parts: BillParts, clock: BudgetClock): Promise<BillNews> {
  const parked = await parts.database.transaction(async (session) => tellParked(session, parts, clock.real));
  let ready = 0;
  for (const zone of await parts.database.session(listBillingZones)) {
    const period = lastEnded(clock.metered, zone);
    for (;;) {
      const told = await parts.database.transaction(async (session) =>
        tellReady(session, parts, period, clock),
      );
      if (told === 0) break;
      ready += told;
    }
  }
  return { parked, ready };
}

function lastEnded(now: Date, timeZone: string): Period {
  const { start } = periodAt(now, timeZone);
  return periodAt(new Date(start.getTime() - 1), timeZone);
}

async function tellParked(session: Session, { newId }: BillParts, at: Date): Promise<number> {
  const news = await takeParkedNews(session, at);
  for (const { organizationId, ...data } of news) {
    const event = { id: newId(), organizationId, vsysId: null, resource: organizationId, at };
    const links = { parked: '/v1/usage/parked' };
    await insertEvent(session, { ...event, type: 'usage.parked', data: { ...data, links } });
  }
  return news.length;
}

async function tellReady(
  session: Session,
  parts: BillParts,
  period: Period,
  clock: BudgetClock,
): Promise<number> {
  const owners = await takeReadyMonths(session, period, clock.real);
  for (const owner of owners) await tellMonth(session, parts, owner, { period, clock });
  return owners.length;
}

interface Month {
  readonly period: Period;
  readonly clock: BudgetClock;
}

async function tellMonth(
  session: Session,
  { newId }: BillParts,
  { id, currency, timeZone }: ReadyOwner,
  { period: { label }, clock }: Month,
): Promise<void> {
  const scope = Scope.of({ actor: 'statements', organizationId: id, roles: [], vdcIds: null });
  const owner = { id, currency, timeZone, scope };
  const bill = await readBill(session, owner, label, clock.metered);
  const checks = await checkBill(session, owner, bill, clock.metered);
  const open = checks.filter(({ severity }) => severity !== 'fine').map(({ message }) => message);
  const links = { statement: `/v1/statements/${label}?organization=${id}` };
  await insertEvent(session, {
    id: newId(),
    organizationId: id,
    vsysId: null,
    resource: label,
    type: 'statement.ready',
    data: { period: label, total: bill.total, currency, lookAt: open, links },
    at: clock.real,
  });
}
