/**
 * Who may do what: the one table. A permission is asked for by each route; a role is a set of permissions.
 * Provider roles count only for principals of the provider: a tenant's token that names one gets nothing from it.
 */
export const PERMISSIONS = [
  'organization:read',
  'organization:manage', // create organizations and set their limits
  'token:read',
  'token:manage',
  'user:read',
  'user:manage',
  'vdc:read',
  'vdc:manage',
  'catalog:read', // server types, images, prices, zones
  'catalog:manage', // offer server types and images, and end that
  'image:manage', // images of one's own: upload, take from servers, share, take out, remove
  'descriptor:read',
  'descriptor:write',
  'vsys:read',
  'vsys:plan', // ask what a change would do and cost
  'vsys:create',
  'vsys:change',
  'vsys:delete',
  'vsys:power', // start, stop, restart servers
  'operation:read',
  'operation:control', // cancel, resume
  'quota:read',
  'quota:set',
  'quota:request', // ask for higher limits
  'budget:read',
  'budget:manage',
  'usage:read',
  'price:manage', // publish and withdraw price lists
  'statement:close', // close months, add adjustments
  'event:read',
  'webhook:read',
  'webhook:manage', // where events are sent, and with which secret
  'notice:read',
  'notice:manage', // what the provider tells its tenants
  'audit:read',
  'pool:read',
  'pool:manage',
  'system:read', // metrics and queue board
] as const;
export type Permission = (typeof PERMISSIONS)[number];

export const PROVIDER_ROLES = ['provider-admin', 'provider-operator'] as const;
export const ORGANIZATION_ROLES = ['org-admin', 'designer', 'operator', 'monitor', 'billing'] as const;
export const ROLES = [...PROVIDER_ROLES, ...ORGANIZATION_ROLES] as const;
export type Role = (typeof ROLES)[number];

const LOOK: readonly Permission[] = [
  'organization:read',
  'vdc:read',
  'catalog:read',
  'descriptor:read',
  'vsys:read',
  'operation:read',
  'quota:read',
  'budget:read',
  'event:read',
  'notice:read',
];

const OPERATE: readonly Permission[] = [
  ...LOOK,
  'vsys:plan',
  'vsys:power',
  'operation:control',
  'quota:request',
  'webhook:read',
];

/** What no tenant may do, whatever its role. */
const PROVIDER_ONLY: readonly Permission[] = [
  'organization:manage',
  'catalog:manage',
  'price:manage',
  'notice:manage',
  'statement:close',
  'pool:read',
  'pool:manage',
  'system:read',
];

export const PERMISSIONS_OF: Readonly<Record<Role, readonly Permission[]>> = {
  'provider-admin': PERMISSIONS,
  'provider-operator': [
    ...OPERATE,
    'usage:read',
    'pool:read',
    'system:read',
    'audit:read',
    'token:read',
    'user:read',
  ],
  'org-admin': PERMISSIONS.filter((each) => !PROVIDER_ONLY.includes(each)),
  designer: [
    ...OPERATE,
    'descriptor:write',
    'image:manage',
    'vsys:create',
    'vsys:change',
    'vsys:delete',
    'usage:read',
  ],
  operator: OPERATE,
  monitor: LOOK,
  billing: [
    'organization:read',
    'vdc:read',
    'catalog:read',
    'quota:read',
    'usage:read',
    'budget:read',
    'budget:manage',
    'vsys:read',
    'notice:read',
  ],
};

/** The roles of a list of texts, e.g. of a stored token; unknown texts are left out, so they grant nothing. */
export function rolesAmong(texts: readonly string[]): Role[] {
  return ROLES.filter((role) => texts.includes(role));
}

/** True for roles that only the provider's own principals may carry. */
export function isForProvider(role: Role): boolean {
  return PROVIDER_ROLES.some((each) => each === role);
}
