// Purpose: what changes in the tables when a domain comes up or goes down.
import { bootGuest, forgetGuest } from './guest.js';
import { compactDate, NULL_REF } from '../datamodel/xen-value.js';
import { deviceNameOf } from './device-names.js';
import { memoryOverhead, scheduleMemoryMetrics } from './memory.js';
import { postMessage } from './messages.js';
import type { Row } from '../database/row.js';
import type { SimPool } from '../core/sim-pool.js';

/** The host a VM runs on. @throws XenFailure HANDLE_INVALID if it runs nowhere */
export function vmHost(sim: SimPool, vm: Row): Row {
  return sim.db.get('host', vm.link('resident_on'));
}

/** Milliseconds for the devices of a starting VM: they are plugged side by side, so the slowest counts. */
export function deviceStartMs(sim: SimPool, vm: Row): number {
  const { latency } = sim;
  const disks = vm.set('VBDs').map(() => latency.sample('startVbd'));
  const nics = vm.set('VIFs').map(() => latency.sample('startVif'));
  const model = vm.text('domain_type') === 'pv' ? 0 : latency.sample('deviceModel');
  return model + Math.max(0, ...disks, ...nics);
}

type HowUp = 'booted' | 'resumed';

/** The domain exists: state, place, devices, console, metrics; the guest starts to boot. */
export function bringUp(
  sim: SimPool,
  vm: Row,
  host: Row,
  state: 'Running' | 'Paused',
  how: HowUp = 'booted',
): void {
  const { db } = sim;
  sim.nextDomid += 1;
  db.update(vm, {
    power_state: state,
    resident_on: host.ref,
    domid: sim.nextDomid,
    memory_target: vm.int('memory_dynamic_max'),
    memory_overhead: memoryOverhead(vm),
    domarch: '',
  });
  setDevicesAttached(sim, vm, 'attached');
  plugNetworks(sim, vm, host);
  const metrics = db.find('VM_metrics', vm.link('metrics'));
  if (metrics !== undefined) {
    db.update(metrics, {
      start_time: compactDate(sim.clock.now()),
      last_updated: compactDate(sim.clock.now()),
      memory_actual: vm.int('memory_dynamic_max'),
      VCPUs_number: vm.int('VCPUs_at_startup'),
      hvm: vm.text('domain_type') !== 'pv',
      current_domain_type: vm.text('domain_type'),
    });
  }
  announceConsole(sim, vm);
  if (how === 'booted') forgetGuest(sim, vm);
  bootGuest(sim, vm);
  postMessage(sim, how === 'booted' ? 'VM_STARTED' : 'VM_RESUMED', { cls: 'VM', uuid: vm.uuid });
  scheduleMemoryMetrics(sim, host);
}

/** The domain is gone: Halted, nowhere, devices detached. */
export function bringDown(sim: SimPool, vm: Row): void {
  const host = sim.db.find('host', vm.link('resident_on'));
  forgetGuest(sim, vm);
  removeConsoles(sim, vm);
  sim.db.update(vm, { power_state: 'Halted', resident_on: NULL_REF, domid: -1 });
  setDevicesAttached(sim, vm, 'detached');
  const metrics = sim.db.find('VM_metrics', vm.link('metrics'));
  if (metrics !== undefined) sim.db.update(metrics, { memory_actual: 0, current_domain_type: 'unspecified' });
  postMessage(sim, 'VM_SHUTDOWN', { cls: 'VM', uuid: vm.uuid });
  if (host !== undefined) scheduleMemoryMetrics(sim, host);
  sim.refreshAllowed(vm);
}

/** Devices keep the name they last had in a guest, also when detached. */
function setDevicesAttached(sim: SimPool, vm: Row, state: 'attached' | 'detached'): void {
  const { db } = sim;
  const attached = state === 'attached';
  for (const vbd of db.follow('VBD', vm.set('VBDs'))) {
    const device = attached ? { device: deviceNameOf(vbd) } : {};
    db.update(vbd, { currently_attached: attached, ...device });
    const vdi = db.find('VDI', vbd.link('VDI'));
    if (vdi !== undefined) sim.refreshAllowed(vdi);
  }
  for (const vif of db.follow('VIF', vm.set('VIFs'))) db.update(vif, { currently_attached: attached });
  refreshDevices(sim, vm);
}

/** A guest on a network brings the host's interface to that network up. */
function plugNetworks(sim: SimPool, vm: Row, host: Row): void {
  for (const vif of sim.db.follow('VIF', vm.set('VIFs'))) {
    const network = sim.db.find('network', vif.link('network'));
    for (const pif of sim.db.follow('PIF', network?.set('PIFs') ?? []))
      if (pif.link('host') === host.ref) sim.db.update(pif, { currently_attached: true });
  }
}

/** What a device allows depends on the state of its VM. */
export function refreshDevices(sim: SimPool, vm: Row): void {
  for (const vbd of sim.db.follow('VBD', vm.set('VBDs'))) sim.refreshAllowed(vbd);
  for (const vif of sim.db.follow('VIF', vm.set('VIFs'))) sim.refreshAllowed(vif);
}

/** The device model reports its port a moment after the domain runs, when the call that started it has returned. */
const CONSOLE_LAG_MS = 300;

export function announceConsole(sim: SimPool, vm: Row): void {
  const domid = vm.int('domid');
  const announce = (): void => {
    const host = sim.db.find('host', vm.link('resident_on'));
    if (vm.alive && host !== undefined && vm.int('domid') === domid) ensureConsole(sim, vm, host);
  };
  sim.clock.schedule(CONSOLE_LAG_MS, announce);
}

function ensureConsole(sim: SimPool, vm: Row, host: Row): void {
  if (vm.set('consoles').length > 0) return;
  const console = sim.db.create('console', { protocol: 'rfb', VM: vm.ref, other_config: {} });
  sim.db.update(console, { location: `https://${host.text('address')}/console?uuid=${console.uuid}` });
}

export function removeConsoles(sim: SimPool, vm: Row): void {
  for (const console of sim.db.follow('console', vm.set('consoles'))) sim.db.remove(console);
}
