// Purpose: which operations exclude each other on one object. A conflict makes the caller wait; it is not an error.
import type { Row } from '../database/row.js';

/** Operations that hold the storage lock of an SR: one at a time. Plug and unplug may overlap each other. */
const SR_EXCLUSIVE = new Set([
  'scan',
  'destroy',
  'forget',
  'update',
  'vdi_create',
  'vdi_introduce',
  'vdi_destroy',
  'vdi_resize',
  'vdi_clone',
  'vdi_snapshot',
  'vdi_revert',
]);
const HARD = new Set(['hard_shutdown', 'hard_reboot']);
const SNAPSHOTS = new Set(['snapshot', 'checkpoint']);
/** Reading the disks of a VM for a copy elsewhere. Clones wait for each other all the same: so the real server was seen. */
const READERS = new Set(['copy', 'export']);
/** A guest may go down while its disks are on the way. */
const DURING_MOTION = new Set(['clean_shutdown', 'clean_reboot']);
/** What empties or switches off a host. */
const HOST_EXCLUSIVE = new Set(['evacuate', 'shutdown', 'reboot']);
const VDI_TOLERANT = new Set(['copy', 'mirror']);

/** True if `op` has to wait for what already runs on the object. */
export function conflicts(row: Row, op: string): boolean {
  const running = Object.values(row.map('current_operations'));
  if (running.length === 0) return false;
  switch (row.cls) {
    case 'VM':
      return vmConflicts(running, op);
    case 'SR':
      return SR_EXCLUSIVE.has(op) && running.some((other) => SR_EXCLUSIVE.has(other));
    case 'VDI':
      return !(VDI_TOLERANT.has(op) && running.every((other) => VDI_TOLERANT.has(other)));
    case 'host':
      if (HOST_EXCLUSIVE.has(op)) return running.some((other) => HOST_EXCLUSIVE.has(other));
      return op === 'provision' && running.includes('provision');
    case 'network':
      return false;
    default:
      return true;
  }
}

/** A hard shutdown goes ahead at once and cancels what it finds; a second one waits. */
function vmConflicts(running: readonly string[], op: string): boolean {
  if (op === 'hard_shutdown') return running.includes('hard_shutdown');
  if (op === 'hard_reboot') return running.some((other) => HARD.has(other));
  if (SNAPSHOTS.has(op)) return !running.every((other) => SNAPSHOTS.has(other));
  if (READERS.has(op)) return !running.every((other) => READERS.has(other));
  if (DURING_MOTION.has(op)) return !running.every((other) => other === 'migrate_send');
  return true;
}

/** True if starting `op` cancels the calls that already run on the VM. */
export function preempts(op: string): boolean {
  return HARD.has(op);
}

/** Claims count as queues in the log, so that their use can be computed. `host:` is the name of a host's workers. */
export function queueNameOf(row: Row, op: string): string {
  return row.cls === 'host' ? `${op}:${row.uuid}` : `${row.cls.toLowerCase()}:${row.uuid}`;
}
