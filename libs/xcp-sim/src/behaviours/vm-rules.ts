// Purpose: which operation a VM allows in which state, and the error that says why not.
//
// The order of the checks is that of the real server: blocked ► power state ► (busy: see conflict rules) ► template ►
// snapshot ► control domain.
import { XenFailure } from '../core/failure.js';
import type { Row } from '../database/row.js';

/** In the order in which the server lists expected states. */
const STATES = ['Halted', 'Paused', 'Suspended', 'Running'] as const;
type PowerState = (typeof STATES)[number];

const HALTED: readonly PowerState[] = ['Halted'];
const RUNNING: readonly PowerState[] = ['Running'];
const SUSPENDED: readonly PowerState[] = ['Suspended'];
const UP: readonly PowerState[] = ['Paused', 'Suspended', 'Running'];

const ALLOWED_STATES: Readonly<Record<string, readonly PowerState[]>> = {
  start: HALTED,
  start_on: HALTED,
  provision: HALTED,
  make_into_template: HALTED,
  changing_VCPUs: HALTED,
  changing_static_range: HALTED,
  changing_memory_limits: HALTED,
  changing_shadow_memory: HALTED,
  changing_NVRAM: HALTED,
  create_vtpm: HALTED,
  clone: HALTED,
  copy: HALTED,
  destroy: ['Halted', 'Suspended'],
  export: ['Halted', 'Suspended'],
  create_template: ['Halted', 'Suspended'],
  unpause: ['Paused'],
  resume: SUSPENDED,
  resume_on: SUSPENDED,
  csvm: SUSPENDED,
  clean_shutdown: RUNNING,
  clean_reboot: RUNNING,
  suspend: RUNNING,
  pause: RUNNING,
  pool_migrate: RUNNING,
  changing_VCPUs_live: RUNNING,
  changing_memory_live: RUNNING,
  awaiting_memory_live: RUNNING,
  changing_shadow_memory_live: RUNNING,
  send_sysrq: RUNNING,
  send_trigger: RUNNING,
  sysprep: RUNNING,
  changing_dynamic_range: ['Halted', 'Running'],
  hard_reboot: ['Paused', 'Running'],
  hard_shutdown: UP,
  shutdown: UP,
  checkpoint: UP,
  get_boot_record: UP,
  migrate_send: ['Halted', 'Suspended', 'Running'],
};

const FOR_TEMPLATES = new Set([
  'changing_dynamic_range',
  'changing_static_range',
  'changing_memory_limits',
  'changing_shadow_memory',
  'changing_VCPUs',
  'changing_NVRAM',
  'clone',
  'copy',
  'export',
  'metadata_export',
  'provision',
  'power_state_reset',
]);
const FOR_OWN_TEMPLATES = new Set(['destroy', 'migrate_send']);
const FOR_SNAPSHOTS = new Set([
  'revert',
  'clone',
  'copy',
  'export',
  'destroy',
  'hard_shutdown',
  'metadata_export',
]);
const FOR_CONTROL_DOMAINS = new Set([
  'awaiting_memory_live',
  'changing_dynamic_range',
  'changing_memory_limits',
  'changing_memory_live',
  'changing_static_range',
  'data_source_op',
  'metadata_export',
]);
/** A control domain never halts, so its memory can be set while it runs. */
const CONTROL_DOMAINS_IN_ANY_STATE = new Set(['changing_static_range', 'changing_memory_limits']);

/** A checkpoint is suspended for ever and can be copied as it is. */
const COPIES = new Set(['clone', 'copy']);

/** @throws XenFailure the first reason why the operation is not possible now */
export function assertVmOperation(vm: Row, op: string): void {
  const failure = refusalOf(vm, op);
  if (failure !== undefined) throw failure;
}

/** The first reason why the operation is not possible, or undefined. */
export function refusalOf(vm: Row, op: string): XenFailure | undefined {
  const blocked = vm.map('blocked_operations')[op];
  if (blocked !== undefined) return new XenFailure('OPERATION_BLOCKED', vm.ref, blocked);
  const states = ALLOWED_STATES[op];
  const actual = vm.text('power_state');
  const anyState =
    (vm.bool('is_control_domain') && CONTROL_DOMAINS_IN_ANY_STATE.has(op)) ||
    (vm.bool('is_a_snapshot') && COPIES.has(op));
  if (states !== undefined && !anyState && !states.some((state) => state === actual))
    return badPowerState(vm, states);
  return kindRefusal(vm, op);
}

function kindRefusal(vm: Row, op: string): XenFailure | undefined {
  if (vm.bool('is_a_snapshot')) {
    return FOR_SNAPSHOTS.has(op) ? undefined : new XenFailure('VM_IS_SNAPSHOT', vm.ref, op);
  }
  if (op === 'revert') return new XenFailure('VM_REVERT_FAILED', vm.ref, 'OpaqueRef:NULL');
  if (vm.bool('is_a_template')) return templateRefusal(vm, op);
  if (op === 'provision') return new XenFailure('PROVISION_ONLY_ALLOWED_ON_TEMPLATE');
  if (vm.bool('is_control_domain') && !FOR_CONTROL_DOMAINS.has(op)) {
    return new XenFailure('OPERATION_NOT_ALLOWED', 'This operation is not allowed on a control domain');
  }
  return undefined;
}

function templateRefusal(vm: Row, op: string): XenFailure | undefined {
  if (FOR_TEMPLATES.has(op)) return undefined;
  const builtIn = vm.bool('is_default_template');
  if (!builtIn && FOR_OWN_TEMPLATES.has(op)) return undefined;
  if (op === 'destroy') return new XenFailure('VM_CANNOT_DELETE_DEFAULT_TEMPLATE', vm.ref);
  return new XenFailure('VM_IS_TEMPLATE', vm.ref, op);
}

/** VM_BAD_POWER_STATE with both states in lower case, several expected ones joined by ", ". */
export function badPowerState(vm: Row, expected: readonly string[]): XenFailure {
  const listed = STATES.filter((state) => expected.includes(state)).map((state) => state.toLowerCase());
  return new XenFailure(
    'VM_BAD_POWER_STATE',
    vm.ref,
    listed.join(', '),
    vm.text('power_state').toLowerCase(),
  );
}
