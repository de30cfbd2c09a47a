/** Statements and adjustments as rows. What is closed is only ever read. */
import { createHash } from 'node:crypto';
import { digitsOf, Exact, type Statement, type StatementLine } from '@openvsys/metering';
import { DomainError, type OrganizationId, type Scope } from '@openvsys/vsys';
import type { Session } from '../../session.js';
import type { Page, PageRequest } from '../paging.js';
import { Filter, type ListKey } from '../reads/filter.js';
import { pageOf, type Keyed } from '../reads/keyset.js';

export interface StatementRecord {
  readonly id: string;
  readonly organizationId: OrganizationId;
  /** `2026-03` */
  readonly period: string;
  readonly periodStart: Date;
  readonly periodEnd: Date;
  readonly timeZone: string;
  readonly currency: string;
  readonly subtotal: string;
  readonly total: string;
  readonly hash: string;
  readonly closedAt: Date;
  readonly closedBy: string;
  readonly reason: string;
}

export interface AdjustmentRecord {
  readonly id: string;
  readonly organizationId: OrganizationId;
  readonly vsysId: string | null;
  readonly amount: string;
  readonly currency: string;
  readonly description: string;
  readonly refersTo: string | null;
  readonly createdAt: Date;
  readonly createdBy: string;
  readonly statementId: string | null;
}

const COLUMNS = `s.id, s.organization_id AS "organizationId", s.period, s.period_start AS "periodStart",
  s.period_end AS "periodEnd", s.time_zone AS "timeZone", s.currency, s.subtotal::text AS subtotal,
  s.total::text AS total, s.hash, s.closed_at AS "closedAt", s.closed_by AS "closedBy", s.reason`;
const LINE = `l.kind, l.vdc_id AS "vdcId", l.vsys_id AS "vsysId", l.dimension, l.product, l.price_id AS "priceId",
  l.units::text AS units, l.unit, l.unit_price::text AS "unitPrice", l.amount::text AS amount, l.description,
  l.refers_to AS "refersTo"`;

const STATEMENTS: ListKey = {
  name: 'statements',
  columns: [
    { column: 's.period', type: 'text' },
    { column: 's.id', type: 'uuid' },
  ],
  direction: 'descending',
};

/** Newest month first. */
export async function listStatements(
  session: Session,
  scope: Scope,
  page: PageRequest,
): Promise<Page<StatementRecord>> {
  const where = new Filter().andWhen('s.organization_id = ?', scope.organizationId).after(STATEMENTS, page);
  const limit = where.parameter(page.limit + 1);
  const rows = await session.rows<StatementRecord & Keyed>(
    `SELECT ${COLUMNS}, ARRAY[s.period, s.id::text] AS "pageKey" FROM statement s WHERE ${where.text}
     ORDER BY s.period DESC, s.id DESC LIMIT ${limit}`,
    where.parameters,
  );
  const statements = pageOf<StatementRecord>(STATEMENTS.name, page, rows);
  return { ...statements, items: statements.items.map(withDigits) };
}

/** The column keeps more digits than the currency has. */
const withDigits = (statement: StatementRecord): StatementRecord => ({
  ...statement,
  total: new Exact(statement.total).toFixed(digitsOf(statement.currency)),
});

/** The closed statement of a month, if it is closed. */
export async function findStatement(
  session: Session,
  organizationId: OrganizationId,
  period: string,
): Promise<StatementRecord | undefined> {
  const found = await session.first<StatementRecord>(
    `SELECT ${COLUMNS} FROM statement s WHERE s.organization_id = $1 AND s.period = $2`,
    [organizationId, period],
  );
  return found === undefined ? undefined : withDigits(found);
}

/** Some thousands at most: one for each VSYS, product and price. */
export async function listStatementLines(session: Session, id: string): Promise<readonly StatementLine[]> {
  return session.rows<StatementLine>(
    `SELECT ${LINE} FROM statement_line l WHERE l.statement_id = $1 ORDER BY l.position`,
    [id],
  );
}

/** All that was ever billed for a month: the lines of its own statement, and corrections of it in later ones. */
export async function listLinesOfMonth(
  session: Session,
  organizationId: OrganizationId,
  label: string,
): Promise<readonly StatementLine[]> {
  return session.rows<StatementLine>(
    `SELECT ${LINE} FROM statement s JOIN statement_line l ON l.statement_id = s.id
     WHERE s.organization_id = $1 AND ((s.period = $2 AND l.kind <> 'correction')
       OR (l.kind = 'correction' AND l.refers_to = $2))
     ORDER BY s.period, l.position`,
    [organizationId, label],
  );
}

/** Closed months before `before` of which an hour was closed again after their statement, oldest first. */
export async function listReopenedStatements(
  session: Session,
  organizationId: OrganizationId,
  before: Date,
): Promise<readonly { readonly label: string; readonly timeZone: string }[]> {
  return session.rows(
    `SELECT s.period AS label, s.time_zone AS "timeZone" FROM statement s
     WHERE s.organization_id = $1 AND s.period_end <= $2 AND EXISTS (
       SELECT FROM closed_hour c WHERE c.hour >= s.period_start AND c.hour < s.period_end AND c.closed_at > s.closed_at)
     ORDER BY s.period_start`,
    [organizationId, before],
  );
}

export interface ClosedStatement extends Omit<StatementRecord, 'hash' | 'subtotal' | 'total'> {
  readonly statement: Statement;
  /** Ids of the adjustments that are in it. */
  readonly adjustments: readonly string[];
}

/** Throws `conflict` when the month is closed already. */
export async function insertStatement(
  session: Session,
  { statement, adjustments, ...facts }: ClosedStatement,
): Promise<StatementRecord> {
  if ((await findStatement(session, facts.organizationId, facts.period)) !== undefined) {
    throw new DomainError('conflict', `The month ${facts.period} is closed.`, {
      remedy: 'Add an adjustment; it is billed with the next month.',
    });
  }
  const { subtotal, total, lines } = statement;
  const record: StatementRecord = { ...facts, subtotal, total, hash: hashOf(lines) };
  await session.change(
    `INSERT INTO statement (id, organization_id, period, period_start, period_end, time_zone, currency, subtotal, total,
       hash, closed_at, closed_by, reason)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
    [
      record.id,
      record.organizationId,
      record.period,
      record.periodStart,
      record.periodEnd,
      record.timeZone,
      record.currency,
      subtotal,
      total,
      record.hash,
      record.closedAt,
      record.closedBy,
      record.reason,
    ],
  );
  await insertLines(session, record.id, lines);
  await session.change(
    'UPDATE adjustment SET statement_id = $1 WHERE id = ANY($2::uuid[]) AND statement_id IS NULL',
    [record.id, adjustments],
  );
  return record;
}

async function insertLines(
  session: Session,
  statementId: string,
  lines: readonly StatementLine[],
): Promise<void> {
  await session.change(
    `INSERT INTO statement_line (statement_id, position, kind, vdc_id, vsys_id, dimension, product, price_id, units, unit,
       unit_price, amount, description, refers_to)
     SELECT $2, l.position, l.kind, l."vdcId", l."vsysId", l.dimension, l.product, l."priceId", l.units, l.unit,
       l."unitPrice", l.amount, l.description, l."refersTo"
     FROM jsonb_to_recordset($1::jsonb) AS l(position integer, kind text, "vdcId" uuid, "vsysId" text, dimension text,
       product text, "priceId" uuid, units numeric, unit text, "unitPrice" numeric, amount numeric, description text,
       "refersTo" text)`,
    [JSON.stringify(lines.map((line, index) => ({ ...line, position: index + 1 }))), statementId],
  );
}

/** SHA-256 of the lines in their order, so that a bill that was sent can be held against the stored one. */
export function hashOf(lines: readonly StatementLine[]): string {
  const texts = lines.map((line) => [
    line.kind,
    line.vsysId,
    line.dimension,
    line.product,
    line.priceId,
    line.units,
    line.unitPrice,
    line.amount,
    line.description,
    line.refersTo,
  ]);
  return createHash('sha256').update(JSON.stringify(texts)).digest('hex');
}

export async function insertAdjustment(session: Session, adjustment: AdjustmentRecord): Promise<void> {
  await session.change(
    `INSERT INTO adjustment (id, organization_id, vsys_id, amount, currency, description, refers_to, created_at, created_by)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [
      adjustment.id,
      adjustment.organizationId,
      adjustment.vsysId,
      adjustment.amount,
      adjustment.currency,
      adjustment.description,
      adjustment.refersTo,
      adjustment.createdAt,
      adjustment.createdBy,
    ],
  );
}

const ADJUSTMENTS: ListKey = {
  name: 'adjustments',
  columns: [{ column: 'a.id', type: 'uuid' }],
  direction: 'descending',
};

/** Newest first. */
export async function listAdjustments(
  session: Session,
  scope: Scope,
  page: PageRequest,
): Promise<Page<AdjustmentRecord>> {
  const where = new Filter().andWhen('a.organization_id = ?', scope.organizationId).after(ADJUSTMENTS, page);
  const limit = where.parameter(page.limit + 1);
  const rows = await session.rows<AdjustmentRecord & Keyed>(
    `SELECT a.id, a.organization_id AS "organizationId", a.vsys_id AS "vsysId", a.amount::text AS amount, a.currency,
       a.description, a.refers_to AS "refersTo", a.created_at AS "createdAt", a.created_by AS "createdBy",
       a.statement_id AS "statementId", ARRAY[a.id::text] AS "pageKey"
     FROM adjustment a WHERE ${where.text} ORDER BY a.id DESC LIMIT ${limit}`,
    where.parameters,
  );
  return pageOf(ADJUSTMENTS.name, page, rows);
}
