/** Nobody gives away more than they have; a caller bound to VDCs gives nothing that is not. */
import { can, DomainError, isForProvider, isProvider, PERMISSIONS_OF, type Role } from '@openvsys/vsys';
import type { Call } from '../call.js';

export interface Grant {
  readonly roles: readonly Role[];
  /** Undefined: all VDCs. */
  readonly vdcIds: readonly string[] | undefined;
  /** Whose it will be; null: the provider's. */
  readonly organizationId: string | null;
}

/** Throws `forbidden`; `what` is e.g. “A token”. */
export function requireGrantable(call: Call, what: string, grant: Grant): void {
  const refused = grant.roles.filter(
    (role) =>
      (isForProvider(role) && (grant.organizationId !== null || !isProvider(call.principal))) ||
      PERMISSIONS_OF[role].some((permission) => !can(call.principal, permission)),
  );
  // Foreign VDCs are answered as unknown ones where they are looked up.
  const unbound = call.scope.vdcIds !== null && grant.vdcIds === undefined;
  if (refused.length === 0 && !unbound) return;
  throw new DomainError('forbidden', `${what} cannot give more than its maker may do.`, {
    pointer: unbound ? '/vdcIds' : '/roles',
    remedy: unbound ? 'Name some of your own VDCs.' : `Leave out: ${refused.join(', ')}.`,
    details: { refused },
  });
}
