/** Binds a change to the plan that its caller saw: worked out again inside the transaction of the change, and compared. */
import { getOrganization, type QuotaOwner, type Session } from '@openvsys/persistence';
import { DomainError, type VsysSpec } from '@openvsys/vsys';
import type { Call } from '../call.js';
import { differencesOf } from './plan-digest.js';
import { planOf } from './plan.js';

export interface DecidedChange {
  readonly owner: QuotaOwner;
  readonly at: Date;
  /** Undefined for a new system. */
  readonly previous: VsysSpec | undefined;
  readonly next: VsysSpec;
}

/**
 * Nothing when the call is bound to no plan. Must run in the transaction of the change, before its rows are written. Throws
 * `conflict` that names what is no longer as it was planned, `invalid-request`.
 */
export async function requireSamePlan(session: Session, call: Call, change: DecidedChange): Promise<void> {
  if (call.plan === undefined) return;
  const { owner, at, previous, next } = change;
  const { currency } = await getOrganization(session, call.scope, owner.organizationId);
  // There is room, or the change would have been refused already.
  const capacity = { fits: true, reason: null };
  const present = await planOf(session, { owner, currency, at, previous, next, capacity, warnings: [] });
  const changed = differencesOf(call.plan, present.digest);
  if (changed.length === 0) return;
  throw new DomainError('conflict', `This is no longer what was planned: ${changed.join(', ')} changed.`, {
    remedy: 'Plan it again, look at what is different, and send the new digest.',
    details: { changed, digest: present.digest },
  });
}

/** The call for the transaction of a change that looks after its plan by itself. */
export const withoutPlan = ({ plan: _plan, ...call }: Call): Call => call;
