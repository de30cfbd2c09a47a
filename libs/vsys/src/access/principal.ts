/** A known caller and the questions asked about it. */
import { DomainError } from '../errors.js';
import type { OrganizationId, VdcId } from '../ids.js';
import { isForProvider, PERMISSIONS_OF, type Permission, type Role } from './roles.js';

export interface Principal {
  /** Who it is in audit and events, e.g. `token:<id>`. */
  readonly actor: string;
  /** `null`: the provider itself. */
  readonly organizationId: OrganizationId | null;
  readonly roles: readonly Role[];
  /** Only these VDCs when given; `null`: all of the organization. */
  readonly vdcIds: readonly VdcId[] | null;
}

export function can(principal: Principal, permission: Permission): boolean {
  return principal.roles.some((role) => counts(principal, role) && PERMISSIONS_OF[role].includes(permission));
}

/** Throws `forbidden` that names what is missing. */
export function requirePermission(principal: Principal, permission: Permission): void {
  if (can(principal, permission)) return;
  throw new DomainError('forbidden', `Your roles do not include the permission ${permission}.`, {
    retry: 'after-change',
    remedy: 'Ask an administrator of your organization for a token with a role that has it.',
    details: { permission, roles: [...principal.roles] },
  });
}

export function isProvider(principal: Principal): boolean {
  return principal.organizationId === null;
}

function counts(principal: Principal, role: Role): boolean {
  return isProvider(principal) || !isForProvider(role);
}
