import type { Role } from '@openvsys/api-client';

/** All roles; the type check fails when the API knows others. */
const ROLES: Readonly<Record<Role, true>> = {
  'provider-admin': true,
  'provider-operator': true,
  'org-admin': true,
  designer: true,
  operator: true,
  monitor: true,
  billing: true,
};

export const ROLE_NAMES: readonly string[] = Object.keys(ROLES);
