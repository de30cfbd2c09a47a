// Purpose: host memory: what a VM needs, what a host has left, who has reserved what.
import { NULL_REF } from '../datamodel/xen-value.js';
import type { Row } from '../database/row.js';
import type { SimPool } from '../core/sim-pool.js';

const MIB = 2 ** 20;
const PAGE = 4096;

/** Memory the hypervisor itself uses for a VM, in bytes (XenAPI VM.compute_memory_overhead). */
export function memoryOverhead(vm: Row): number {
  const vcpus = Math.max(1, vm.int('VCPUs_max'));
  const staticMax = vm.int('memory_static_max');
  if (vm.text('domain_type') === 'pv') return MIB;
  const multiplier = Number(vm.get('HVM_shadow_multiplier') ?? 1);
  const shadow =
    Math.max(1, multiplier * Math.ceil(((256 * vcpus + 2 * (staticMax / MIB)) * PAGE) / MIB)) * MIB;
  const perCpu = Math.ceil((38 * vcpus * PAGE) / MIB) * MIB;
  const shim = vm.text('domain_type') === 'pv_in_pvh' ? 24 * MIB + staticMax / 90 : 0;
  return Math.ceil(2 * MIB + shadow + perCpu + shim);
}

/** Bytes a host must have free before the VM may start there: the guest ballooned down as far as allowed. */
export function memoryNeeded(vm: Row): number {
  return vm.int('memory_dynamic_min') + memoryOverhead(vm);
}

/** Bytes left on a host for VMs, with everything running or reserved taken off (XenAPI host.compute_free_memory). */
export function freeMemory(sim: SimPool, host: Row): number {
  const metrics = sim.db.find('host_metrics', host.link('metrics'));
  let free = metrics?.int('memory_total') ?? 0;
  for (const vm of vmsUsing(sim, host))
    free -= vm.bool('is_control_domain') ? vm.int('memory_static_max') : memoryNeeded(vm);
  return free;
}

/** Reserves memory on a host while the VM is on its way there. */
export function reserve(sim: SimPool, vm: Row, host: Row): void {
  sim.db.update(vm, { scheduled_to_be_resident_on: host.ref });
  sim.reservations.set(vm.ref, host.ref);
}

export function releaseReservation(sim: SimPool, vm: Row): void {
  sim.reservations.delete(vm.ref);
  if (vm.alive) sim.db.update(vm, { scheduled_to_be_resident_on: NULL_REF });
}

/**
 * Shares the memory of a host among its guests: all get `memory_dynamic_max` if there is enough, else everybody the same
 * part of the way from `memory_dynamic_min` to there. Whoever is on the way counts with the least it needs.
 */
export function rebalance(sim: SimPool, host: Row): void {
  const guests = sim.db
    .follow('VM', host.set('resident_VMs'))
    .filter((vm) => !vm.bool('is_control_domain') && vm.text('power_state') !== 'Suspended');
  const span = guests.reduce(
    (sum, vm) => sum + vm.int('memory_dynamic_max') - vm.int('memory_dynamic_min'),
    0,
  );
  const part = span <= 0 ? 1 : Math.min(1, Math.max(0, freeMemory(sim, host) / span));
  for (const vm of guests) giveMemory(sim, vm, part);
}

function giveMemory(sim: SimPool, vm: Row, part: number): void {
  const [min, max] = [vm.int('memory_dynamic_min'), vm.int('memory_dynamic_max')];
  const target = part >= 1 ? max : min + Math.floor(((max - min) * part) / MIB) * MIB;
  if (vm.int('memory_target') !== target) sim.db.update(vm, { memory_target: target });
  const metrics = sim.db.find('VM_metrics', vm.link('metrics'));
  if (metrics !== undefined && metrics.int('memory_actual') !== target)
    sim.db.update(metrics, { memory_actual: target });
}

/** Bytes that nobody uses at the moment; guests could be squeezed to give more (see `freeMemory`). */
function unusedMemory(sim: SimPool, host: Row): number {
  let unused = sim.db.find('host_metrics', host.link('metrics'))?.int('memory_total') ?? 0;
  for (const vm of sim.db.follow('VM', host.set('resident_VMs')))
    unused -= vm.bool('is_control_domain')
      ? vm.int('memory_static_max')
      : vm.int('memory_target') + memoryOverhead(vm);
  return Math.max(0, unused);
}

/** Balloons follow at once; `host_metrics.memory_free` lags behind by the profile's delay. */
export function scheduleMemoryMetrics(sim: SimPool, host: Row): void {
  rebalance(sim, host);
  const write = (): void => {
    const metrics = sim.db.find('host_metrics', host.link('metrics'));
    if (metrics !== undefined && host.alive) sim.db.update(metrics, { memory_free: unusedMemory(sim, host) });
  };
  const lag = sim.latency.profile.metricsLagMs;
  if (lag === 0) write();
  else sim.clock.schedule(lag, write, 'daemon');
}

function vmsUsing(sim: SimPool, host: Row): Row[] {
  const resident = sim.db.follow('VM', host.set('resident_VMs'));
  const coming = [...sim.reservations]
    .filter(([vm, on]) => on === host.ref && !host.hasLink('resident_VMs', vm))
    .map(([vm]) => vm);
  return [...resident, ...sim.db.follow('VM', coming)];
}
