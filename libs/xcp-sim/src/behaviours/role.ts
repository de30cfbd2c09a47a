// Purpose: roles and permissions. They are facts of the release, not rows: each message of the API is a permission, a
// role is the set of permissions it grants, and references follow from the names.
import { createHash } from 'node:crypto';
import { handleInvalid, XenFailure } from '../core/failure.js';
import { quick, type BehaviourTable } from '../dispatch/behaviour.js';
import type { DataModel } from '../datamodel/data-model.js';
import type { SimPool } from '../core/sim-pool.js';
import type { XenMap, XenValue } from '../datamodel/xen-value.js';

/** Strongest first; the texts are the server's idea of who needs which. */
const ROLES: Readonly<Record<string, string>> = {
  'pool-admin': 'The Pool Administrator role has full access to all features and settings',
  'pool-operator': 'The Pool Operator role manages host- and pool-wide resources',
  'vm-power-admin': 'The VM Power Administrator role has full access to VM and template management',
  'vm-admin': 'The VM Administrator role can manage VMs and templates',
  'vm-operator': 'The VM Operator role can use VMs and interact with VM consoles',
  'read-only': 'The Read-Only role can log in with basic read-only access',
};

interface Role {
  ref: string;
  uuid: string;
  name: string;
  description: string;
  permissions: readonly string[];
}

interface RoleTable {
  roles: ReadonlyMap<string, Role>;
  byRef: ReadonlyMap<string, Role>;
}

/** The UUID of a role is the MD5 digest of its name, so it is the same in every pool. */
function uuidOf(name: string): string {
  const hex = createHash('md5').update(name).digest('hex');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

export function roleRef(name: string): string {
  return `OpaqueRef:${uuidOf(name)}`;
}

function permissionsOf(model: DataModel, role: string): string[] {
  const names = [...model.classes.values()].flatMap((cls) =>
    [...cls.messages.values()]
      .filter((message) => message.roles.includes(role))
      .map((message) => `${cls.name}.${message.name}`.toLowerCase()),
  );
  return [...new Set(names)];
}

const built = new WeakMap<DataModel, RoleTable>();

function roleTable({ db }: SimPool): RoleTable {
  const known = built.get(db.model);
  if (known !== undefined) return known;
  const roles = new Map<string, Role>();
  for (const [name, description] of Object.entries(ROLES)) {
    const permissions = permissionsOf(db.model, name);
    roles.set(name, { ref: roleRef(name), uuid: uuidOf(name), name, description, permissions });
  }
  const byRef = new Map([...roles.values()].map((role) => [role.ref, role]));
  for (const permission of new Set([...roles.values()].flatMap((role) => role.permissions))) {
    const ref = roleRef(permission);
    byRef.set(ref, {
      ref,
      uuid: uuidOf(permission),
      name: permission,
      description: 'A basic permission',
      permissions: [],
    });
  }
  const table = { roles, byRef };
  built.set(db.model, table);
  return table;
}

/** @throws XenFailure HANDLE_INVALID */
export function getRole(sim: SimPool, ref: string): Role {
  const role = roleTable(sim).byRef.get(ref);
  if (role === undefined) throw handleInvalid('role', ref);
  return role;
}

function recordOf(role: Role): XenMap {
  return {
    uuid: role.uuid,
    name_label: role.name,
    name_description: role.description,
    subroles: role.permissions.map(roleRef),
    is_internal: !Object.hasOwn(ROLES, role.name),
  };
}

/** Names of everything the role may do; a permission may do itself. */
export function permissionNames(role: Role): readonly string[] {
  return role.permissions.length > 0 ? role.permissions : [role.name];
}

/** Names of the roles that grant a permission, strongest first. */
export function rolesWith(sim: SimPool, permission: string): string[] {
  const roles = [...roleTable(sim).roles.values()];
  return roles.filter((role) => role.permissions.includes(permission)).map((role) => role.name);
}

function rolesGranting(sim: SimPool, permission: string): string[] {
  const roles = [...roleTable(sim).roles.values()];
  return roles.filter((role) => role.permissions.includes(permission)).map((role) => role.ref);
}

function allRecords(sim: SimPool): XenMap {
  return Object.fromEntries([...roleTable(sim).roles.values()].map((role) => [role.ref, recordOf(role)]));
}

function fieldOf(field: string): BehaviourTable {
  return {
    [`role.get_${field}`]: quick(
      ({ sim }, args): XenValue => recordOf(getRole(sim, args.ref(0)))[field] ?? null,
    ),
  };
}

export const ROLE: BehaviourTable = {
  ...fieldOf('uuid'),
  ...fieldOf('name_label'),
  ...fieldOf('name_description'),
  ...fieldOf('subroles'),
  ...fieldOf('is_internal'),
  'role.get_all': quick(({ sim }) => [...roleTable(sim).roles.values()].map((role) => role.ref)),
  'role.get_all_records': quick(({ sim }) => allRecords(sim)),
  // The filter is read by nobody: roles are not in the database that filters search.
  'role.get_all_records_where': quick(({ sim }) => allRecords(sim)),
  'role.get_record': quick(({ sim }, args) => recordOf(getRole(sim, args.ref(0)))),
  'role.get_by_uuid': quick(({ sim }, args) => {
    const found = [...roleTable(sim).byRef.values()].find((role) => role.uuid === args.text(0));
    if (found === undefined) throw new XenFailure('UUID_INVALID', 'role', args.text(0));
    return found.ref;
  }),
  'role.get_by_name_label': quick(({ sim }, args) => {
    const ref = roleRef(args.text(0));
    return roleTable(sim).byRef.has(ref) ? [ref] : [];
  }),
  'role.get_permissions': quick(({ sim }, args) => permissionNames(getRole(sim, args.ref(0))).map(roleRef)),
  'role.get_permissions_name_label': quick(({ sim }, args) => permissionNames(getRole(sim, args.ref(0)))),
  'role.get_by_permission': quick(({ sim }, args) => rolesGranting(sim, getRole(sim, args.ref(0)).name)),
  'role.get_by_permission_name_label': quick(({ sim }, args) =>
    rolesGranting(sim, args.text(0).toLowerCase()),
  ),
};
