/** Budgets of organizations, VDCs and systems: what a month may cost, and what happens on the way there. */
import { Injectable } from '@nestjs/common';
import { requireTerms, type BudgetTerms } from '@openvsys/metering';
import {
  Database,
  deleteBudget,
  getBudget,
  getOrganization,
  listBudgetAlerts,
  listBudgets,
  listVServers,
  lockBudget,
  writeBudget,
  type BudgetAlert,
  type BudgetRecord,
  type Page,
  type PageRequest,
  type Session,
} from '@openvsys/persistence';
import { DomainError } from '@openvsys/vsys';
import type { Call } from '../call.js';
import { FreshIds } from '../clock.js';
import type { Precondition } from '../precondition.js';
import { ownerOf, type QuotaTarget } from '../quotas/quota-target.js';
import { Transactor } from '../transactor.js';

export interface BudgetCommand extends BudgetTerms {
  readonly name: string;
  readonly protectedServers: readonly string[];
}

export interface BudgetDetail extends BudgetRecord {
  readonly alerts: readonly BudgetAlert[];
}

@Injectable()
export class ManageBudgets {
  constructor(
    private readonly database: Database,
    private readonly transactor: Transactor,
    private readonly ids: FreshIds,
  ) {}

  async list(call: Call, page: PageRequest): Promise<Page<BudgetRecord>> {
    return this.database.session(async (session) => listBudgets(session, call.scope, page));
  }

  /** Throws `not-found`. */
  async get(call: Call, id: string): Promise<BudgetDetail> {
    return this.database.session(async (session) => {
      const budget = await getBudget(session, call.scope, id);
      return { ...budget, alerts: await listBudgetAlerts(session, id) };
    });
  }

  /** Throws `not-found` for what the caller cannot see, servers too, `invalid-request` for amounts that are none. */
  async create(call: Call, target: QuotaTarget, command: BudgetCommand): Promise<BudgetRecord> {
    requireTerms(command);
    return this.transactor.change(call, async (session, at) => {
      requireWholeOrganization(call);
      const organizationId = await ownerOf(session, call, target);
      await requireServers(session, call, command.protectedServers);
      const { currency } = await getOrganization(session, call.scope, organizationId);
      const figures = { period: null, spent: null, forecast: null, evaluatedAt: null, stoppedUntil: null };
      const budget: BudgetRecord = {
        ...command,
        ...figures,
        id: this.ids.uuid(),
        organizationId,
        scope: target.scope,
        scopeId: target.id,
        currency,
        version: 1,
        createdAt: at,
        changedAt: at,
      };
      await writeBudget(session, budget);
      return { answer: budget, audit: auditOf(budget, 'budget.create') };
    });
  }

  /** Replaces its terms; it is evaluated anew. Throws `not-found`, `stale`, `invalid-request`. */
  async replace(
    call: Call,
    id: string,
    precondition: Precondition,
    command: BudgetCommand,
  ): Promise<BudgetRecord> {
    requireTerms(command);
    return this.transactor.change(call, async (session, at) => {
      const before = await lockBudget(session, call.scope, id);
      requireWholeOrganization(call);
      requireVersion(precondition, before);
      const { amount, thresholds, atLimit, name, protectedServers } = command;
      const added = protectedServers.filter((server) => !before.protectedServers.includes(server));
      await requireServers(session, call, added);
      const terms = { amount, thresholds, atLimit, name, protectedServers };
      const budget = { ...before, ...terms, version: before.version + 1, changedAt: at, stoppedUntil: null };
      await writeBudget(session, budget);
      return { answer: { ...budget, evaluatedAt: null }, audit: auditOf(budget, 'budget.change') };
    });
  }

  /** Throws `not-found` and `stale`. */
  async remove(call: Call, id: string, precondition: Precondition): Promise<void> {
    await this.transactor.change(call, async (session) => {
      const budget = await lockBudget(session, call.scope, id);
      requireWholeOrganization(call);
      requireVersion(precondition, budget);
      await deleteBudget(session, id);
      return { answer: {}, audit: auditOf(budget, 'budget.delete') };
    });
  }
}

/** Who is limited to some VDCs does not lift the budget that limits these. */
function requireWholeOrganization({ principal }: Call): void {
  if (principal.vdcIds === null) return;
  throw new DomainError('forbidden', 'Budgets are kept by who acts for the whole organization.', {
    remedy: 'Ask an administrator of the organization.',
  });
}

/** Of servers that are gone meanwhile a budget may go on to tell. */
async function requireServers(session: Session, { scope }: Call, ids: readonly string[]): Promise<void> {
  for (const id of ids) {
    const { items } = await listVServers(session, scope, { id }, { limit: 1 });
    if (items.length > 0) continue;
    throw new DomainError('not-found', `No server has the id “${id}”.`, {
      pointer: '/protectedServers',
      remedy: 'Take ids from a list or from the answer that created the thing.',
    });
  }
}

function requireVersion({ generations }: Precondition, { version }: BudgetRecord): void {
  if (generations === 'any' || generations.includes(version)) return;
  throw new DomainError('stale', `The budget was changed meanwhile: its version is ${version}.`, {
    remedy: 'GET it again, look at what changed, and repeat with the new ETag.',
    details: { version, expected: [...generations] },
  });
}

function auditOf(budget: BudgetRecord, verb: string) {
  const { organizationId, id, name, scope, scopeId, amount, atLimit, thresholds } = budget;
  return {
    organizationId,
    verb,
    resource: id,
    detail: { name, scope, scopeId, amount, atLimit, thresholds },
  };
}
