/** Budgets as tenants keep them; evaluated by workers, asked by `enforceGrowthLimits`. */
import type { BudgetTerms } from '@openvsys/metering';
import { DomainError, type OrganizationId, type QuotaScope, type Scope } from '@openvsys/vsys';
import type { Session } from '../session.js';
import { pageOf, readCursor, type Page, type PageRequest } from './paging.js';
import { Parameters, scopeCondition } from './scope-condition.js';

export interface BudgetRecord extends BudgetTerms {
  readonly id: string;
  readonly organizationId: OrganizationId;
  readonly scope: QuotaScope;
  readonly scopeId: string;
  readonly name: string;
  readonly currency: string;
  readonly protectedServers: readonly string[];
  readonly version: number;
  readonly createdAt: Date;
  readonly changedAt: Date;
  /** The month of the figures; null: not evaluated yet. */
  readonly period: string | null;
  readonly spent: string | null;
  readonly forecast: string | null;
  readonly evaluatedAt: Date | null;
  readonly stoppedUntil: Date | null;
}

export interface BudgetAlert {
  readonly period: string;
  readonly threshold: string;
  readonly reached: string;
  readonly at: Date;
}

const COLUMNS = `b.id, b.organization_id AS "organizationId", b.scope, b.scope_id AS "scopeId", b.name,
  b.amount::text AS amount, b.currency, b.thresholds, b.at_limit AS "atLimit", b.protected_servers AS "protectedServers",
  b.version, b.created_at AS "createdAt", b.changed_at AS "changedAt", b.period, b.spent::text AS spent,
  b.forecast::text AS forecast, b.evaluated_at AS "evaluatedAt", b.stopped_until AS "stoppedUntil"`;

/** Callers that are limited to some VDCs see the budgets of these and of their systems. */
function visibleTo(scope: Scope, parameters: Parameters): string {
  const tenant = scopeCondition(scope, { organization: 'b.organization_id' }, parameters);
  if (scope.vdcIds === null) return tenant;
  const vdcs = parameters.add(scope.vdcIds, 'text[]');
  return `${tenant} AND (b.scope = 'vdc' AND b.scope_id = ANY(${vdcs})
    OR b.scope = 'vsys' AND b.scope_id IN (SELECT v.id FROM vsys v WHERE v.vdc_id::text = ANY(${vdcs})))`;
}

const WRITE = `
INSERT INTO budget (id, organization_id, scope, scope_id, name, amount, currency, thresholds, at_limit, protected_servers,
  version, created_at, changed_at)
VALUES ($1, $2, $3, $4, $5, $6::numeric, $7, $8::jsonb, $9, $10::text[], $11, $12, $13)
ON CONFLICT (id) DO UPDATE SET name = excluded.name, amount = excluded.amount, thresholds = excluded.thresholds,
  at_limit = excluded.at_limit, protected_servers = excluded.protected_servers, version = excluded.version,
  changed_at = excluded.changed_at, evaluated_at = NULL, stopped_until = NULL`;

/** Adds it or replaces its terms; it is evaluated anew, and what it had stopped is let go until then. */
export async function writeBudget(session: Session, budget: BudgetRecord): Promise<void> {
  await session.change(WRITE, [
    budget.id,
    budget.organizationId,
    budget.scope,
    budget.scopeId,
    budget.name,
    budget.amount,
    budget.currency,
    JSON.stringify(budget.thresholds),
    budget.atLimit,
    budget.protectedServers,
    budget.version,
    budget.createdAt,
    budget.changedAt,
  ]);
}

/** Throws `not-found`. */
export async function getBudget(session: Session, scope: Scope, id: string): Promise<BudgetRecord> {
  return oneBudget(session, scope, id, '');
}

/** Its row locked until the transaction ends. Throws `not-found`. */
export async function lockBudget(session: Session, scope: Scope, id: string): Promise<BudgetRecord> {
  return oneBudget(session, scope, id, 'FOR UPDATE');
}

async function oneBudget(
  session: Session,
  scope: Scope,
  id: string,
  lock: '' | 'FOR UPDATE',
): Promise<BudgetRecord> {
  const parameters = new Parameters();
  const visible = visibleTo(scope, parameters);
  const found = await session.first<BudgetRecord>(
    `SELECT ${COLUMNS} FROM budget b WHERE b.id = ${parameters.add(id, 'uuid')} AND ${visible} ${lock}`,
    parameters.values,
  );
  if (found !== undefined) return found;
  throw new DomainError('not-found', `No budget has the id “${id}”.`);
}

/** Its alerts go with it; their events stay. */
export async function deleteBudget(session: Session, id: string): Promise<void> {
  await session.change('DELETE FROM budget WHERE id = $1', [id]);
}

/** Newest first. */
export async function listBudgets(
  session: Session,
  scope: Scope,
  request: PageRequest,
): Promise<Page<BudgetRecord>> {
  const before = readCursor('budgets', request, 1);
  const parameters = new Parameters();
  const conditions = [visibleTo(scope, parameters)];
  if (before !== undefined) conditions.push(`b.id < ${parameters.add(before[0], 'uuid')}`);
  const rows = await session.rows<BudgetRecord>(
    `SELECT ${COLUMNS} FROM budget b WHERE ${conditions.join(' AND ')}
     ORDER BY b.id DESC LIMIT ${parameters.add(request.limit + 1, 'integer')}`,
    parameters.values,
  );
  return pageOf('budgets', request, rows, ({ id }) => [id]);
}

/** More than a year of months with ten marks each. */
const MOST_ALERTS = 200;

/** Newest first. The budget must have been read with the caller's scope. */
export async function listBudgetAlerts(session: Session, id: string): Promise<readonly BudgetAlert[]> {
  return session.rows<BudgetAlert>(
    `SELECT period, threshold, reached::text AS reached, at FROM budget_alert WHERE budget_id = $1
     ORDER BY at DESC, id DESC LIMIT ${MOST_ALERTS}`,
    [id],
  );
}
