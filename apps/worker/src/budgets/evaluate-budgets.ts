/**
 * Looks at every budget once an hour of metered time, and at once after it was changed: tells which marks were passed
 * (once for each month and mark) and stops what the budget says. Any number of workers may do it at the same time: a
 * budget is locked while it is looked at, and each look finds the same.
 *
 *   due ──► figures ──► alerts of passed marks ──► used up? ──► stop-new: admissions are refused until the month ends
 *                                                          └──► stop-running: servers are wanted stopped, too
 */
import { hourOf, isUsedUp, passedThresholds, periodAt, type Period } from '@openvsys/metering';
import {
  insertBudgetAlert,
  insertEvent,
  listSystemsWithRunning,
  lockDueBudget,
  readBudgetCost,
  storeEvaluation,
  type BudgetCost,
  type Database,
  type DueBudget,
  type Session,
} from '@openvsys/persistence';
import { asDomainError, type VsysId } from '@openvsys/vsys';
import { stopServers } from '../tenants/change-systems.js';

export interface BudgetClock {
  /** Metered time: of months, usage and prices. */
  readonly metered: Date;
  /** Real time: of events and operations. */
  readonly real: Date;
}

export interface BudgetRun {
  readonly evaluated: number;
  readonly alerts: number;
  readonly stopped: readonly VsysId[];
  /** Systems that could not be stopped now, with the reason; they are tried again with the next look. */
  readonly failed: readonly { readonly vsys: VsysId; readonly reason: string }[];
}

export interface BudgetParts {
  readonly database: Pick<Database, 'transaction'>;
  readonly newId: () => string;
}

interface Look {
  readonly budget: DueBudget;
  readonly alerts: number;
  readonly toStop: readonly VsysId[];
}

/** Every budget that is due, one transaction each; the systems to stop after it, one transaction each. */
export async function evaluateBudgets(parts: BudgetParts, clock: BudgetClock): Promise<BudgetRun> {
  let run: BudgetRun = { evaluated: 0, alerts: 0, stopped: [], failed: [] };
  for (;;) {
    const look = await parts.database.transaction(async (session) => lookAtNext(session, parts, clock));
    if (look === undefined) return run;
    run = await withStops(parts, clock, look, {
      ...run,
      evaluated: run.evaluated + 1,
      alerts: run.alerts + look.alerts,
    });
  }
}

async function lookAtNext(
  session: Session,
  parts: BudgetParts,
  clock: BudgetClock,
): Promise<Look | undefined> {
  const budget = await lockDueBudget(session, hourOf(clock.metered));
  if (budget === undefined) return undefined;
  const period = periodAt(clock.metered, budget.timeZone);
  const cost = await readBudgetCost(session, budget, period, clock.metered);
  const alerts = await giveAlerts(session, parts, { budget, period, cost, clock });
  const usedUp = isUsedUp(budget, cost);
  const stoppedUntil = usedUp && budget.atLimit !== 'alert' ? period.end : null;
  await storeEvaluation(session, budget.id, {
    ...cost,
    period: period.label,
    at: clock.metered,
    stoppedUntil,
  });
  await tellOfStop(session, parts, { budget, period, cost, clock }, stoppedUntil);
  const stopsRunning = usedUp && budget.atLimit === 'stop-running';
  const { scope, scopeId, protectedServers } = budget;
  const toStop = stopsRunning ? await listSystemsWithRunning(session, scope, scopeId, protectedServers) : [];
  return { budget, alerts, toStop };
}

interface Evaluation {
  readonly budget: DueBudget;
  readonly period: Period;
  readonly cost: BudgetCost;
  readonly clock: BudgetClock;
}

async function giveAlerts(session: Session, parts: BudgetParts, evaluation: Evaluation): Promise<number> {
  const { budget, period, cost, clock } = evaluation;
  let given = 0;
  for (const { key, reached, basis, unit, value, at } of passedThresholds(budget, cost)) {
    const alert = { id: parts.newId(), budgetId: budget.id, period: period.label, threshold: key, reached };
    if (!(await insertBudgetAlert(session, { ...alert, at: clock.real }))) continue;
    given += 1;
    await tell(session, parts, evaluation, {
      type: 'budget.threshold',
      data: { threshold: { basis, unit, value, at } },
    });
  }
  return given;
}

/** Once when it begins and once when it ends, not with every look. */
async function tellOfStop(
  session: Session,
  parts: BudgetParts,
  evaluation: Evaluation,
  stoppedUntil: Date | null,
): Promise<void> {
  const before = evaluation.budget.stoppedUntil;
  if ((before === null) === (stoppedUntil === null)) return;
  const data = { atLimit: evaluation.budget.atLimit, stoppedUntil };
  const type = stoppedUntil === null ? 'budget.released' : 'budget.used-up';
  await tell(session, parts, evaluation, { type, data });
}

async function tell(
  session: Session,
  parts: BudgetParts,
  { budget, period, cost, clock }: Evaluation,
  { type, data }: { readonly type: string; readonly data: object },
): Promise<void> {
  const { id, organizationId, scope, scopeId, name, amount, currency } = budget;
  const facts = { name, scope, scopeId, period: period.label, amount, currency, ...cost };
  await insertEvent(session, {
    id: parts.newId(),
    organizationId,
    vsysId: scope === 'vsys' ? (scopeId as VsysId) : null,
    resource: id,
    type,
    data: { ...facts, ...data },
    at: clock.real,
  });
}

async function withStops(
  parts: BudgetParts,
  clock: BudgetClock,
  { budget, toStop }: Look,
  run: BudgetRun,
): Promise<BudgetRun> {
  const stopped = [...run.stopped];
  const failed = [...run.failed];
  for (const vsys of toStop) {
    try {
      const { id, organizationId, protectedServers } = budget;
      const order = { actor: `budget:${id}`, kind: 'budget.stop', organizationId, protectedServers };
      const facts = { operationId: parts.newId(), eventId: parts.newId(), at: clock.real };
      const done = await parts.database.transaction(async (session) =>
        stopServers(session, order, vsys, facts),
      );
      if (done) stopped.push(vsys);
    } catch (thrown) {
      failed.push({ vsys, reason: asDomainError(thrown).message });
    }
  }
  return { ...run, stopped, failed };
}
