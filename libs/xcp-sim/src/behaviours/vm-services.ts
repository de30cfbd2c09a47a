// Purpose: what else can be asked of a VM: plugins, statistics sources, keys for its console, agility.
import { assertVmOperation, badPowerState } from './vm-rules.js';
import { NULL_REF } from '../datamodel/xen-value.js';
import { quick, type Behaviour, type BehaviourTable } from '../dispatch/behaviour.js';
import { invalidValue, XenFailure } from '../core/failure.js';
import type { Row } from '../database/row.js';
import type { SimPool } from '../core/sim-pool.js';

/** Checked like any operation, then refused: the real server has no more either. */
function neverBuilt(op: string): Behaviour {
  return quick(({ sim }, args) => {
    assertVmOperation(sim.db.get('VM', args.ref(0)), op);
    throw new XenFailure('NOT_IMPLEMENTED', op);
  });
}

/** No plugins are installed. @throws XenFailure VM_BAD_POWER_STATE, XENAPI_MISSING_PLUGIN */
function callPlugin(vm: Row, plugin: string): never {
  if (vm.text('power_state') !== 'Running') throw badPowerState(vm, ['Running']);
  throw new XenFailure('XENAPI_MISSING_PLUGIN', plugin);
}

/** A VM that could start on any host. @throws XenFailure HA_CONSTRAINT_VIOLATION_SR_NOT_SHARED, …_NETWORK_NOT_SHARED */
function assertAgile(sim: SimPool, vm: Row): void {
  const { db } = sim;
  const alone = db.count('host') === 1;
  for (const vbd of db.follow('VBD', vm.set('VBDs'))) {
    const sr = db.find('SR', db.find('VDI', vbd.link('VDI'))?.link('SR') ?? NULL_REF);
    if (sr !== undefined && !sr.bool('shared'))
      throw new XenFailure('HA_CONSTRAINT_VIOLATION_SR_NOT_SHARED', sr.ref);
  }
  for (const vif of db.follow('VIF', vm.set('VIFs'))) {
    const network = db.find('network', vif.link('network'));
    if (network === undefined || alone || isShared(sim, network)) continue;
    throw new XenFailure('HA_CONSTRAINT_VIOLATION_NETWORK_NOT_SHARED', network.ref);
  }
}

/** Reachable from every host: one PIF each, or an administrator's word for it. */
function isShared(sim: SimPool, network: Row): boolean {
  if (network.map('other_config')['assume_network_is_shared'] === 'true') return true;
  const hosts = new Set(sim.db.follow('PIF', network.set('PIFs')).map((pif) => pif.link('host')));
  return hosts.size === sim.db.count('host');
}

/** How far the VM is with Secure Boot (XenAPI VM.get_secureboot_readiness). */
function secureBootReadiness(vm: Row): string {
  if (vm.map('HVM_boot_params')['firmware'] !== 'uefi') return 'not_supported';
  if (vm.map('platform')['secureboot'] !== 'true') return 'disabled';
  return vm.map('NVRAM')['EFI-variables'] === undefined ? 'first_boot' : 'ready';
}

/** XenAPI VM.set_suspend_VDI: another image for a VM that sleeps. @throws XenFailure VM_BAD_POWER_STATE */
function setSuspendImage(sim: SimPool, vm: Row, image: string): void {
  if (vm.text('power_state') !== 'Suspended') throw badPowerState(vm, ['Suspended']);
  sim.db.update(vm, { suspend_VDI: image });
}

/** A number that counts seconds or places. @throws XenFailure INVALID_VALUE below zero */
function countSetter(field: 'order' | 'start_delay' | 'shutdown_delay'): Behaviour {
  return quick(({ sim }, args) => {
    const vm = sim.db.get('VM', args.ref(0));
    if (args.int(1) < 0) throw invalidValue(field, String(args.int(1)));
    sim.db.update(vm, { [field]: args.int(1) });
  });
}

export const VM_SERVICES: BehaviourTable = {
  'VM.set_order': countSetter('order'),
  'VM.set_start_delay': countSetter('start_delay'),
  'VM.set_shutdown_delay': countSetter('shutdown_delay'),
  'VM.set_groups': quick(({ sim }, args) => {
    const vm = sim.db.get('VM', args.ref(0));
    if (args.texts(1).length > 1) throw new XenFailure('TOO_MANY_GROUPS');
    sim.db.update(vm, { groups: args.texts(1) });
  }),
  'VM.set_suspend_VDI': quick(({ sim }, args) =>
    setSuspendImage(sim, sim.db.get('VM', args.ref(0)), args.ref(1)),
  ),
  'VM.send_sysrq': neverBuilt('send_sysrq'),
  'VM.send_trigger': neverBuilt('send_trigger'),
  'VM.wait_memory_target_live': quick(({ sim }, args) =>
    assertVmOperation(sim.db.get('VM', args.ref(0)), 'awaiting_memory_live'),
  ),
  'VM.call_plugin': quick(({ sim }, args) => callPlugin(sim.db.get('VM', args.ref(0)), args.text(1))),
  'VM.call_host_plugin': quick(({ sim }, args) => callPlugin(sim.db.get('VM', args.ref(0)), args.text(1))),
  'host.call_plugin': quick(({ sim }, args) => {
    sim.db.get('host', args.ref(0));
    throw new XenFailure('XENAPI_MISSING_PLUGIN', args.text(1));
  }),
  'VM.assert_agile': quick(({ sim }, args) => assertAgile(sim, sim.db.get('VM', args.ref(0)))),
  'VM.get_secureboot_readiness': quick(({ sim }, args) => secureBootReadiness(sim.db.get('VM', args.ref(0)))),
};
