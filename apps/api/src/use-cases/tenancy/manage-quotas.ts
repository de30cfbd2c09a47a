/** Shows and sets limits of organizations and VDCs. */
import { Injectable } from '@nestjs/common';
import {
  countQuotaUse,
  Database,
  getOrganization,
  getVdc,
  listQuotas,
  QUOTA_RESOURCES,
  setQuotas,
  type QuotaLimit,
  type Session,
} from '@openvsys/persistence';
import { DomainError, isProvider, type OrganizationId, type VdcId } from '@openvsys/vsys';
import type { Call } from '../call.js';
import { Transactor } from '../transactor.js';

export type QuotaTarget =
  | { readonly scope: 'organization'; readonly id: OrganizationId }
  | { readonly scope: 'vdc'; readonly id: VdcId };

export interface QuotaState extends QuotaLimit {
  /** Reserved things among it. */
  readonly used: number;
}

interface Owner {
  readonly organizationId: OrganizationId;
  readonly vdcId: VdcId | null;
}

@Injectable()
export class ManageQuotas {
  constructor(
    private readonly database: Database,
    private readonly transactor: Transactor,
  ) {}

  /** Throws `not-found`. */
  async get(call: Call, target: QuotaTarget): Promise<readonly QuotaState[]> {
    return this.database.session(async (session) => {
      const owner = await ownerOf(session, call, target);
      return statesOf(session, target, owner);
    });
  }

  /**
   * Replaces all limits; what is not named has none afterwards. Limits below what is used are allowed: they stop growth.
   * Throws `not-found`, and `forbidden` when an organization sets its own limits.
   */
  async set(call: Call, target: QuotaTarget, limits: readonly QuotaLimit[]): Promise<readonly QuotaState[]> {
    const all = QUOTA_RESOURCES.map(
      (resource) => limits.find((each) => each.resource === resource) ?? { resource, limit: null },
    );
    const answer = await this.transactor.change(call, async (session) => {
      const owner = await ownerOf(session, call, target);
      requireMaySet(call, target);
      await setQuotas(session, target.scope, target.id, all);
      const audit = { organizationId: owner.organizationId, verb: 'quota.set', resource: target.id };
      const items = await statesOf(session, target, owner);
      return { answer: { items }, audit: { ...audit, detail: { scope: target.scope, limits: all } } };
    });
    return answer.items;
  }
}

async function ownerOf(session: Session, call: Call, target: QuotaTarget): Promise<Owner> {
  if (target.scope === 'organization') {
    const organization = await getOrganization(session, call.scope, target.id);
    return { organizationId: organization.id, vdcId: null };
  }
  const vdc = await getVdc(session, call.scope, target.id);
  return { organizationId: vdc.organizationId, vdcId: vdc.id };
}

async function statesOf(session: Session, target: QuotaTarget, owner: Owner): Promise<readonly QuotaState[]> {
  const limits = await listQuotas(session, target.scope, target.id);
  const use = await countQuotaUse(session, owner.organizationId, owner.vdcId);
  const usedOf = new Map(use.map(({ resource, used, reserved }) => [resource, used + reserved]));
  return limits.map((limit) => ({ ...limit, used: usedOf.get(limit.resource) ?? 0 }));
}

/** The provider limits organizations; an organization divides what it has among its VDCs. */
function requireMaySet(call: Call, target: QuotaTarget): void {
  if (target.scope === 'vdc' || isProvider(call.principal)) return;
  throw new DomainError('forbidden', 'Limits of an organization are set by the provider.', {
    remedy: 'Ask the provider; limits of your VDCs are yours to set.',
  });
}
