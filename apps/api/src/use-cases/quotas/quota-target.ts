/** Whose limits: an organization's, a VDC's or a VSYS's; and who may set them. */
import { getOrganization, getVdc, getVsys, type Session } from '@openvsys/persistence';
import {
  DomainError,
  isProvider,
  organizationId,
  RAISED_BY,
  vdcId,
  vsysId,
  type OrganizationId,
  type QuotaScope,
} from '@openvsys/vsys';
import type { Call } from '../call.js';

export interface QuotaTarget {
  readonly scope: QuotaScope;
  /** Of the organization, VDC or VSYS. */
  readonly id: string;
}

/** The organization that the target belongs to. Throws `not-found` for what the caller cannot see. */
export async function ownerOf(session: Session, call: Call, target: QuotaTarget): Promise<OrganizationId> {
  switch (target.scope) {
    case 'organization':
      return (await getOrganization(session, call.scope, organizationId(target.id))).id;
    case 'vdc':
      return (await getVdc(session, call.scope, vdcId(target.id))).organizationId;
    case 'vsys':
      return organizationId((await getVsys(session, call.scope, vsysId(target.id))).organizationId);
  }
}

/**
 * The provider limits organizations; an organization divides what it has among its VDCs and systems. Who is limited to
 * some VDCs sets no limits of them: they are limits of that caller. Throws `forbidden`.
 */
export function requireMaySet({ principal }: Call, { scope }: QuotaTarget): void {
  if (isProvider(principal)) return;
  if (RAISED_BY[scope] === 'provider') {
    throw new DomainError('forbidden', 'Limits of an organization are set by the provider.', {
      remedy: 'Ask for more with POST /v1/quota-requests; limits of your VDCs and systems are yours to set.',
    });
  }
  if (principal.vdcIds === null || scope === 'vsys') return;
  throw new DomainError('forbidden', 'Limits of a VDC are set by who acts for the whole organization.', {
    remedy: 'Ask for more with POST /v1/quota-requests.',
  });
}
