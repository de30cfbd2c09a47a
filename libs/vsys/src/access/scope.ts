/**
 * What a caller can see at all. Every query about tenants' things takes a Scope, and a Scope can only be made from a
 * principal, so a query that forgets the tenant does not compile.
 */
import { DomainError } from '../errors.js';
import type { OrganizationId, VdcId } from '../ids.js';
import type { Principal } from './principal.js';

export class Scope {
  private constructor(
    readonly principal: Principal,
    /** Rows of this organization; `null`: of all organizations (the provider). */
    readonly organizationId: OrganizationId | null,
    /** Rows of these VDCs; `null`: of all VDCs of the organization. */
    readonly vdcIds: readonly VdcId[] | null,
  ) {}

  /** All that the principal may see. */
  static of(principal: Principal): Scope {
    return new Scope(principal, principal.organizationId, principal.vdcIds);
  }

  /** The same scope narrowed to one organization. Throws `not-found` for a foreign one, as for one that does not exist. */
  within(organization: OrganizationId): Scope {
    if (this.covers(organization)) return new Scope(this.principal, organization, this.vdcIds);
    throw new DomainError('not-found', `No organization has the id “${organization}”.`);
  }

  covers(organization: OrganizationId): boolean {
    return this.organizationId === null || this.organizationId === organization;
  }

  coversVdc(organization: OrganizationId, vdc: VdcId): boolean {
    return this.covers(organization) && (this.vdcIds === null || this.vdcIds.includes(vdc));
  }
}
