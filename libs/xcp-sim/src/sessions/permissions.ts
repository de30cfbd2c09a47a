// Purpose: what a session may do. A message is a permission of its own name in small letters; roles grant permissions
// by the data model. Some keys of maps may be edited by weaker roles than the map itself.
import { rolesWith } from '../behaviours/role.js';
import { textOf } from '../datamodel/xen-value.js';
import { XenFailure } from '../core/failure.js';
import type { Args } from '../dispatch/args.js';
import type { MessageFact } from '../datamodel/data-model.js';
import type { Row } from '../database/row.js';
import type { SimPool } from '../core/sim-pool.js';

const permissionsBySession = new WeakMap<Row, ReadonlySet<string>>();

/** @throws XenFailure RBAC_PERMISSION_DENIED */
export function requirePermission(
  sim: SimPool,
  session: Row | undefined,
  message: MessageFact,
  args: Args,
): void {
  if (session === undefined || session.bool('is_local_superuser')) return;
  if (hasPermission(session, permissionOf(message))) return;
  if (editsFreeKey(message, args) && isOperator(session)) return;
  throw denial(sim, permissionOf(message));
}

/** True if the session may use an HTTP handler whose weakest role is `role` (XenAPI http/<handler> permissions). */
export function mayUseHandler(session: Row, role: string): boolean {
  if (session.bool('is_local_superuser')) return true;
  const witness = HANDLER_WITNESS[role.split(' ')[0] ?? ''];
  return witness !== undefined && hasPermission(session, witness);
}

/** @throws XenFailure RBAC_PERMISSION_DENIED unless the task is the session's own or it may touch anybody's */
export function requireOwnTask(sim: SimPool, session: Row | undefined, task: Row, verb: string): void {
  if (session === undefined || session.bool('is_local_superuser')) return;
  const owner = sim.db.find('session', task.link('session'));
  if (owner === session || owner?.text('auth_user_sid') === session.text('auth_user_sid')) return;
  if (mayUseHandler(session, 'pool-op')) return;
  throw denial(sim, `task.${verb}/any`);
}

/** A message that exactly the roles from this one upwards have. */
const HANDLER_WITNESS: Readonly<Record<string, string>> = {
  'read-only': 'vm.get_record',
  'vm-op': 'vm.start',
  'vm-admin': 'vm.create',
  'vm-power-admin': 'vm.pool_migrate',
  'pool-op': 'host.disable',
  'pool-admin': 'subject.create',
};

/** Keys of maps that any operator may edit: folders and fields that the official console keeps there. */
const FREE_KEYS: Readonly<Record<string, readonly string[]>> = {
  ...Object.fromEntries(
    ['pool', 'host', 'VM', 'VDI', 'SR'].map((cls) => [
      `${cls}.other_config`,
      ['folder', 'XenCenter.CustomFields.*', ...(cls === 'pool' ? ['EMPTY_FOLDERS'] : [])],
    ]),
  ),
  'network.other_config': ['folder', 'XenCenter.CustomFields.*', 'XenCenterCreateInProgress'],
  'task.other_config': ['applies_to', 'XenCenterUUID', 'XenCenterMeddlingActionTitle'],
};

function editsFreeKey(message: MessageFact, args: Args): boolean {
  const field = /^(?:add_to|remove_from)_(.+)$/.exec(message.name)?.[1];
  if (field === undefined) return false;
  const key = textOf(args.at(1)).toLowerCase();
  return (FREE_KEYS[`${message.cls}.${field}`] ?? []).some((pattern) => matches(pattern.toLowerCase(), key));
}

function matches(pattern: string, key: string): boolean {
  return pattern.endsWith('*') ? key.startsWith(pattern.slice(0, -1)) : key === pattern;
}

function isOperator(session: Row): boolean {
  return mayUseHandler(session, 'vm-op');
}

function permissionOf({ cls, name }: MessageFact): string {
  // The filter language reads nothing that a full dump would not give.
  const message = name === 'get_all_records_where' ? 'get_all_records' : name;
  return `${cls}.${message}`.toLowerCase();
}

function hasPermission(session: Row, permission: string): boolean {
  const known = permissionsBySession.get(session);
  if (known !== undefined) return known.has(permission);
  const made = new Set(session.set('rbac_permissions'));
  permissionsBySession.set(session, made);
  return made.has(permission);
}

function denial(sim: SimPool, permission: string): XenFailure {
  const roles = rolesWith(sim, permission).join(', ');
  return new XenFailure(
    'RBAC_PERMISSION_DENIED',
    permission,
    `No permission in user session. (Roles with this permission: ${roles})`,
  );
}
