/** Whose bill a call is about. */
import {
  getOrganization,
  type BillOwner,
  type OrganizationRecord,
  type Session,
} from '@openvsys/persistence';
import { DomainError, organizationId, type OrganizationId } from '@openvsys/vsys';
import type { Call } from '../call.js';

export interface BilledOrganization extends BillOwner {
  readonly organization: OrganizationRecord;
}

/**
 * The caller's own organization, or the one that the provider names. Throws `not-found` for a foreign one,
 * `invalid-request` when the provider names none, `forbidden` for callers that may see some VDCs only: a bill is one for
 * the whole organization.
 */
export async function getBillOwner(
  session: Session,
  call: Call,
  named: string | undefined,
): Promise<BilledOrganization> {
  if (call.scope.vdcIds !== null) {
    throw new DomainError(
      'forbidden',
      'Statements are about a whole organization, and you see some VDCs of it.',
      {
        remedy: 'Use a token that is not bound to VDCs, or read the usage of your VDCs.',
      },
    );
  }
  return getPayer(session, call, named);
}

/** The same for callers that may see some VDCs only: who pays, and in which currency. */
export async function getPayer(
  session: Session,
  call: Call,
  named: string | undefined,
): Promise<BilledOrganization> {
  const id = named === undefined ? ownId(call) : organizationId(named);
  const scope = call.scope.within(id);
  const organization = await getOrganization(session, scope, id);
  const { currency, timeZone } = organization;
  return { id, currency, timeZone, scope, organization };
}

function ownId(call: Call): OrganizationId {
  const id = call.principal.organizationId;
  if (id !== null) return id;
  throw new DomainError('invalid-request', 'The provider pays nothing itself.', {
    pointer: '/query/organization',
    remedy: 'Name an organization.',
  });
}
