/**
 * Everything that may stand in the way of growth, asked last in an admission: the state of the organization, budgets
 * that are used up, quotas. Stopping, shrinking and deleting are never refused here.
 */
import { DomainError, growthOf, resourcesOf, type VsysSpec } from '@openvsys/vsys';
import type { Session } from '../session.js';
import type { OrganizationRecord } from './organizations.js';
import { enforceGrowth, findPreviousSpec, type QuotaOwner } from './quotas.js';

interface StoppedBudget {
  readonly id: string;
  readonly scope: string;
  readonly name: string;
  readonly amount: string;
  readonly spent: string;
  readonly currency: string;
  readonly stoppedUntil: string;
}

interface Obstacles {
  readonly state: OrganizationRecord['state'];
  readonly budgets: readonly StoppedBudget[];
}

const OBSTACLES = `
SELECT o.state, (SELECT coalesce(jsonb_agg(jsonb_build_object('id', b.id, 'scope', b.scope, 'name', b.name,
    'amount', b.amount::text, 'spent', b.spent::text, 'currency', b.currency, 'stoppedUntil', b.stopped_until)
    ORDER BY b.stopped_until DESC), '[]')
  FROM budget b WHERE (b.scope, b.scope_id) IN (('organization', $1::text), ('vdc', $2), ('vsys', $3))
    AND b.stopped_until > $4) AS budgets
FROM organization o WHERE o.id = $1::text::uuid`;

/**
 * To be called after the parts of `spec`, the newest generation, and its operation are written and before the commit.
 * Throws `conflict` for an organization that may not order, and `quota-exceeded` for a budget that is used up or limits
 * that would be broken. `at`: metered time.
 */
export async function enforceGrowthLimits(
  session: Session,
  owner: QuotaOwner,
  spec: VsysSpec,
  at: Date,
): Promise<void> {
  if (spec.presence === 'absent') return;
  const growth = growthOf(await findPreviousSpec(session, spec), spec);
  if (resourcesOf(growth).some((resource) => resource !== 'operation')) {
    const { organizationId, vdcId } = owner;
    const found = await session.first<Obstacles>(OBSTACLES, [organizationId, vdcId, spec.vsysId, at]);
    requireActive(found?.state ?? 'closed');
    requireBudget(found?.budgets ?? []);
  }
  await enforceGrowth(session, owner, spec, growth);
}

function requireActive(state: Obstacles['state']): void {
  if (state === 'active') return;
  throw new DomainError('conflict', `The organization is ${state}, so nothing new can be made or started.`, {
    remedy: 'Ask the provider. What is there can be stopped and deleted.',
    details: { state },
  });
}

function requireBudget([first, ...others]: readonly StoppedBudget[]): void {
  if (first === undefined) return;
  const { name, scope, stoppedUntil } = first;
  throw new DomainError('quota-exceeded', `The budget “${name}” of the ${scope} is used up.`, {
    remedy: `Wait until ${stoppedUntil}, or have the budget raised. What is there can be stopped and deleted.`,
    details: { budgets: [first, ...others] },
  });
}
