/** A month's statement, closed or as it would be closed now; the same shape, so that nobody has to tell them apart. */
import type { Period, StatementLine } from '@openvsys/metering';
import {
  checkBill,
  findStatement,
  listStatementLines,
  readBill,
  type Bill,
  type Session,
  type StatementCheck,
  type StatementRecord,
} from '@openvsys/persistence';
import type { BilledOrganization } from './bill-owner.js';

export interface StatementDocument {
  readonly state: 'draft' | 'closed';
  readonly owner: BilledOrganization;
  readonly period: Period;
  readonly currency: string;
  readonly lines: readonly StatementLine[];
  readonly subtotal: string;
  /** Rounded to the digits of the currency. */
  readonly total: string;
  /** Null: a draft. */
  readonly record: StatementRecord | null;
  /** What is looked at before closing; empty once it is closed. */
  readonly checks: readonly StatementCheck[];
}

/** Throws `invalid-request` for a label that is no month. */
export async function readStatement(
  session: Session,
  owner: BilledOrganization,
  label: string,
  now: Date,
): Promise<StatementDocument> {
  const record = await findStatement(session, owner.id, label);
  if (record === undefined) {
    const bill = await readBill(session, owner, label, now);
    return draftOf(owner, bill, await checkBill(session, owner, bill, now));
  }
  const { currency, subtotal, total, timeZone, periodStart: start, periodEnd: end } = record;
  const lines = await listStatementLines(session, record.id);
  const period = { label, timeZone, start, end };
  return { state: 'closed', owner, period, currency, lines, subtotal, total, record, checks: [] };
}

export function draftOf(
  owner: BilledOrganization,
  { period, lines, subtotal, total }: Bill,
  checks: readonly StatementCheck[],
): StatementDocument {
  const { currency } = owner;
  return { state: 'draft', owner, period, currency, lines, subtotal, total, record: null, checks };
}
