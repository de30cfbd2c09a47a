/** What a worker needs to evaluate budgets: those that are due, their figures, and what comes of them. */
import { effectivePrices, forecastOf, priceHoldings, sumAmounts, type Period } from '@openvsys/metering';
import {
  Scope,
  vdcId,
  vserverId,
  vsysId,
  type Holdings,
  type OrganizationId,
  type QuotaScope,
  type VsysId,
} from '@openvsys/vsys';
import type { Session } from '../session.js';
import type { BudgetRecord } from './budgets.js';
import { listPricesBetween } from './prices.js';
import { totalUsage, type UsageFilter } from './usage.js';

/** A budget that is due, with what its evaluation needs of its organization. */
export interface DueBudget extends BudgetRecord {
  readonly timeZone: string;
}

const NEXT_DUE = `
SELECT b.id, b.organization_id AS "organizationId", b.scope, b.scope_id AS "scopeId", b.name, b.amount::text AS amount,
  b.currency, b.thresholds, b.at_limit AS "atLimit", b.protected_servers AS "protectedServers", b.version,
  b.created_at AS "createdAt", b.changed_at AS "changedAt", b.period, b.spent::text AS spent,
  b.forecast::text AS forecast, b.evaluated_at AS "evaluatedAt", b.stopped_until AS "stoppedUntil",
  o.time_zone AS "timeZone"
FROM budget b JOIN organization o ON o.id = b.organization_id
WHERE b.evaluated_at IS NULL OR b.evaluated_at < $1
ORDER BY b.evaluated_at NULLS FIRST, b.id LIMIT 1 FOR UPDATE OF b SKIP LOCKED`;

/** One that was not evaluated since `before`, locked until the transaction ends; those of other workers are passed over. */
export async function lockDueBudget(session: Session, before: Date): Promise<DueBudget | undefined> {
  return session.first<DueBudget>(NEXT_DUE, [before]);
}

const HELD_BY: Readonly<Record<QuotaScope, string>> = {
  organization: 'u.organization_id = $1::uuid',
  vdc: 'u.vdc_id = $1::uuid',
  vsys: 'u.vsys_id = $1',
};

const heldNow = (scope: QuotaScope): string => `
SELECT u.dimension, u.product, sum(u.quantity)::bigint AS quantity FROM usage_interval u
WHERE ${HELD_BY[scope]} AND u.ended_at IS NULL GROUP BY u.dimension, u.product`;

export interface BudgetCost {
  readonly spent: string;
  readonly forecast: string;
}

/** What the month costs so far, open hours too, and what it will cost when what is held now is held to its end. */
export async function readBudgetCost(
  session: Session,
  budget: Pick<BudgetRecord, 'organizationId' | 'scope' | 'scopeId' | 'currency'>,
  period: Period,
  now: Date,
): Promise<BudgetCost> {
  const { organizationId, scope, scopeId, currency } = budget;
  const tenant = Scope.of({ actor: 'budgets', organizationId, roles: [], vdcIds: null });
  const filter = { ...filterOf(budget), from: period.start, to: now };
  const totals = await totalUsage(session, tenant, filter, now);
  const spent = sumAmounts(totals.filter((total) => total.currency === currency).map(({ amount }) => amount));
  const perHour = await priceOfHour(session, { scope, scopeId, organizationId, currency }, now);
  return { spent, forecast: forecastOf(spent, perHour, period, now).total };
}

function filterOf({ scope, scopeId }: Pick<BudgetRecord, 'scope' | 'scopeId'>): Partial<UsageFilter> {
  if (scope === 'vdc') return { vdcId: vdcId(scopeId) };
  return scope === 'vsys' ? { vsysId: vsysId(scopeId) } : {};
}

async function priceOfHour(
  session: Session,
  of: { scope: QuotaScope; scopeId: string; organizationId: OrganizationId; currency: string },
  now: Date,
): Promise<string> {
  const items = await session.rows<Holdings['items'][number]>(heldNow(of.scope), [of.scopeId]);
  // A range of 1 ms: prices are valid in half-open ranges.
  const known = await listPricesBetween(session, of, now, new Date(now.getTime() + 1));
  const all = { resource: vserverId(ANY_RESOURCE), items };
  return priceHoldings([all], effectivePrices(known, of.organizationId), now).perHour;
}

/** Sums belong to no resource; prices do not look at it. */
const ANY_RESOURCE = 'BUDGET00-000000000-S-0001';

/** Keeps the figures; `stoppedUntil` null lets go what was stopped. */
export async function storeEvaluation(
  session: Session,
  id: string,
  result: BudgetCost & { readonly period: string; readonly at: Date; readonly stoppedUntil: Date | null },
): Promise<void> {
  await session.change(
    `UPDATE budget SET period = $2, spent = $3::numeric, forecast = $4::numeric, evaluated_at = $5, stopped_until = $6
     WHERE id = $1`,
    [id, result.period, result.spent, result.forecast, result.at, result.stoppedUntil],
  );
}

/** False when the alert of this mark was given in this month before. */
export async function insertBudgetAlert(
  session: Session,
  alert: {
    readonly id: string;
    readonly budgetId: string;
    readonly period: string;
    readonly threshold: string;
    readonly reached: string;
    readonly at: Date;
  },
): Promise<boolean> {
  const { id, budgetId, period, threshold, reached, at } = alert;
  const inserted = await session.change(
    `INSERT INTO budget_alert (id, budget_id, period, threshold, reached, at) VALUES ($1, $2, $3, $4, $5::numeric, $6)
     ON CONFLICT (budget_id, period, threshold) DO NOTHING`,
    [id, budgetId, period, threshold, reached, at],
  );
  return inserted === 1;
}

const SYSTEMS_OF: Readonly<Record<QuotaScope, string>> = {
  organization: 'v.organization_id = $1::uuid',
  vdc: 'v.vdc_id = $1::uuid',
  vsys: 'v.id = $1',
};

/** Live systems with a server that is wanted running or paused and is not among `except`. EFMs are left running. */
export async function listSystemsWithRunning(
  session: Session,
  scope: QuotaScope,
  scopeId: string,
  except: readonly string[],
): Promise<readonly VsysId[]> {
  const rows = await session.rows<{ id: VsysId }>(
    `SELECT v.id FROM vsys v WHERE ${SYSTEMS_OF[scope]} AND v.deleted_at IS NULL AND EXISTS (
       SELECT FROM vserver s WHERE s.vsys_id = v.id AND s.wanted AND s.kind = 'server'
         AND s.wanted_power IN ('running', 'paused') AND s.id <> ALL($2::text[]))
     ORDER BY v.id`,
    [scopeId, except],
  );
  return rows.map(({ id }) => id);
}
