// Purpose: keeps `allowed_operations` up to date. They are advice to clients, computed at every begin and end of an
// operation; the calls themselves check again.
import { applianceAllowed } from './appliance.js';
import { conflicts } from '../core/conflict-rules.js';
import { refusalOf } from './vm-rules.js';
import type { Row } from '../database/row.js';
import type { SimPool } from '../core/sim-pool.js';

/** Operations the server ever advertises on a VM. */
const VM_OPERATIONS = [
  'snapshot',
  'clone',
  'copy',
  'revert',
  'checkpoint',
  'provision',
  'start',
  'start_on',
  'pause',
  'unpause',
  'clean_shutdown',
  'clean_reboot',
  'hard_shutdown',
  'hard_reboot',
  'suspend',
  'resume',
  'resume_on',
  'pool_migrate',
  'migrate_send',
  'changing_dynamic_range',
  'changing_static_range',
  'changing_shadow_memory',
  'changing_VCPUs_live',
  'changing_NVRAM',
  'make_into_template',
  'export',
  'metadata_export',
  'destroy',
  'create_vtpm',
  'sysprep',
];
const VDI_OPERATIONS = ['clone', 'copy', 'resize', 'snapshot', 'destroy', 'forget'];
const SR_OPERATIONS = [
  'unplug',
  'plug',
  'pbd_create',
  'update',
  'pbd_destroy',
  'vdi_create',
  'vdi_introduce',
  'vdi_destroy',
  'vdi_resize',
  'vdi_clone',
  'vdi_snapshot',
  'scan',
];

/** What a pool without high availability allows; with it, `ha_disable` takes the place of `ha_enable`. */
const POOL_OPERATIONS = [
  'ha_enable',
  'cluster_create',
  'designate_new_master',
  'configure_repositories',
  'sync_updates',
  'sync_bundle',
  'get_updates',
  'apply_updates',
  'tls_verification_enable',
  'cert_refresh',
  'exchange_certificates_on_join',
  'exchange_ca_certificates_on_join',
  'copy_primary_host_certs',
  'eject',
  'exchange_crls_on_join',
];

/** Recomputes and stores the field if it changed. */
export function refreshAllowedOperations(sim: SimPool, row: Row): void {
  if (!row.alive) return;
  const allowed = allowedOf(sim, row);
  if (allowed === undefined) return;
  if (!sameItems(allowed, row.set('allowed_operations'))) sim.db.update(row, { allowed_operations: allowed });
  // What an appliance allows depends on the states of its members.
  const appliance = row.cls === 'VM' ? sim.db.find('VM_appliance', row.link('appliance')) : undefined;
  if (appliance !== undefined) refreshAllowedOperations(sim, appliance);
}

function allowedOf(sim: SimPool, row: Row): readonly string[] | undefined {
  switch (row.cls) {
    case 'VM':
      return VM_OPERATIONS.filter((op) => refusalOf(row, op) === undefined && !conflicts(row, op));
    case 'VDI':
      return vdiAllowed(sim, row);
    case 'VBD':
      return vbdAllowed(sim, row);
    case 'VIF':
      return vifAllowed(sim, row);
    case 'SR':
      return srAllowed(sim, row);
    case 'pool':
      return POOL_OPERATIONS.map((op) => (op === 'ha_enable' && row.bool('ha_enabled') ? 'ha_disable' : op));
    case 'VM_appliance':
      return applianceAllowed(sim, row);
    case 'host':
      return [
        'provision',
        'evacuate',
        'vm_start',
        'vm_resume',
        'vm_migrate',
        'apply_updates',
        ...(row.bool('enabled') ? [] : ['enable', 'shutdown', 'reboot']),
      ];
    default:
      return undefined;
  }
}

/** Storage that no host is attached to can be given up. */
function srAllowed(sim: SimPool, sr: Row): readonly string[] {
  const attached = sim.db.follow('PBD', sr.set('PBDs')).some((pbd) => pbd.bool('currently_attached'));
  const possible = attached ? SR_OPERATIONS : [...SR_OPERATIONS, 'destroy', 'forget'];
  return possible.filter((op) => !conflicts(sr, op));
}

function vdiAllowed(sim: SimPool, vdi: Row): readonly string[] {
  const attached = sim.db.follow('VBD', vdi.set('VBDs')).filter((vbd) => vbd.bool('currently_attached'));
  const written = attached.some((vbd) => vbd.text('mode') === 'RW');
  const shared = written ? ['snapshot'] : ['clone', 'copy', 'snapshot'];
  const possible = attached.length > 0 ? shared : VDI_OPERATIONS;
  return vdi.bool('managed') ? possible.filter((op) => !conflicts(vdi, op)) : [];
}

function vbdAllowed(sim: SimPool, vbd: Row): readonly string[] {
  const state = stateOfVm(sim, vbd);
  if (isBusy(vbd)) return [];
  const isCd = vbd.text('type') === 'CD';
  const medium = isCd ? [vbd.bool('empty') ? 'insert' : 'eject'] : [];
  const pausing = state === 'Running' || state === 'Paused' ? ['pause', 'unpause'] : [];
  const attached = vbd.bool('currently_attached') ? ['unplug', 'unplug_force'] : ['plug'];
  // A CD drive of a full guest stays where it is: only its medium moves.
  const plugging = state === 'Running' && !isCd ? attached : [];
  return ['attach', ...pausing, ...plugging, ...medium];
}

function vifAllowed(sim: SimPool, vif: Row): readonly string[] {
  if (isBusy(vif)) return [];
  const plugging = vif.bool('currently_attached') ? ['unplug'] : ['plug'];
  return ['attach', ...(stateOfVm(sim, vif) === 'Running' ? plugging : [])];
}

function isBusy(row: Row): boolean {
  return Object.keys(row.map('current_operations')).length > 0;
}

function stateOfVm(sim: SimPool, device: Row): string {
  return sim.db.find('VM', device.link('VM'))?.text('power_state') ?? '';
}

function sameItems(left: readonly string[], right: readonly string[]): boolean {
  return left.length === right.length && left.every((item, index) => item === right[index]);
}
