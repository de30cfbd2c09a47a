// Purpose: high availability as arithmetic: how many hosts may fail before a protected VM finds no place any more.
//
// The worst case is taken: the hosts that carry most protected memory fail together; their VMs are packed, the largest
// first, into what the others have left.
import { freeMemory, memoryNeeded } from './memory.js';
import { isLive } from './host-roles.js';
import { XenFailure } from '../core/failure.js';
import type { Row } from '../database/row.js';
import type { SimPool } from '../core/sim-pool.js';

/** A VM that the pool restarts for sure when its host dies. */
export function isProtected(vm: Row): boolean {
  return vm.text('ha_restart_priority') === 'restart' && vm.bool('ha_always_run');
}

function protectedVms(sim: SimPool): Row[] {
  return sim.db.rows('VM').filter(isProtected);
}

function survivors(sim: SimPool, failed: ReadonlySet<string>): Row[] {
  return sim.db
    .rows('host')
    .filter((host) => !failed.has(host.ref) && host.bool('enabled') && isLive(sim, host));
}

export interface FailoverPlan {
  /** VM reference → host reference. */
  readonly places: ReadonlyMap<string, string>;
  readonly homeless: readonly Row[];
}

/** Where the VMs go when these hosts fail. */
export function planFailover(sim: SimPool, failed: ReadonlySet<string>, vms: readonly Row[]): FailoverPlan {
  const free = new Map(survivors(sim, failed).map((host) => [host.ref, freeMemory(sim, host)]));
  const places = new Map<string, string>();
  const homeless: Row[] = [];
  for (const vm of vms.toSorted((a, b) => memoryNeeded(b) - memoryNeeded(a))) {
    const [best] = [...free].toSorted((a, b) => b[1] - a[1]);
    if (best === undefined || best[1] < memoryNeeded(vm)) {
      homeless.push(vm);
      continue;
    }
    places.set(vm.ref, best[0]);
    free.set(best[0], best[1] - memoryNeeded(vm));
  }
  return { places, homeless };
}

/** True if every VM finds a place when the `failures` hosts with most of them fail. */
export function planExists(sim: SimPool, failures: number, vms: readonly Row[]): boolean {
  const hosts = sim.db.rows('host');
  if (failures >= hosts.length) return vms.length === 0 && failures <= hosts.length;
  const load = (host: Row): number =>
    vms.filter((vm) => vm.link('resident_on') === host.ref).reduce((sum, vm) => sum + memoryNeeded(vm), 0);
  const worst = hosts.toSorted((a, b) => load(b) - load(a)).slice(0, failures);
  const failed = new Set(worst.map((host) => host.ref));
  const lost = vms.filter((vm) => failed.has(vm.link('resident_on')));
  return planFailover(sim, failed, lost).homeless.length === 0;
}

/** Hosts that may fail at most (XenAPI pool.ha_compute_max_host_failures_to_tolerate). */
export function mostFailures(sim: SimPool, vms: readonly Row[] = protectedVms(sim)): number {
  const limit = sim.db.count('host') - 1;
  let failures = 0;
  while (failures < limit && planExists(sim, failures + 1, vms)) failures += 1;
  return failures;
}

/** Writes what the pool can stand now into `ha_plan_exists_for` and `ha_overcommitted`. */
export function refreshPlan(sim: SimPool): void {
  if (!sim.pool.bool('ha_enabled')) return;
  const exists = mostFailures(sim);
  sim.db.update(sim.pool, {
    ha_plan_exists_for: exists,
    ha_overcommitted: exists < sim.pool.int('ha_host_failures_to_tolerate'),
  });
}

/** @throws XenFailure HA_OPERATION_WOULD_BREAK_FAILOVER_PLAN if the pool could not stand what it promises with `vm` up */
export function requirePlanWith(sim: SimPool, vm: Row): void {
  const { pool } = sim;
  if (!pool.bool('ha_enabled') || pool.bool('ha_allow_overcommit')) return;
  if (vm.text('ha_restart_priority') !== 'restart') return;
  const vms = [...protectedVms(sim).filter((other) => other !== vm), vm];
  const total = vms.reduce((sum, one) => sum + memoryNeeded(one), 0);
  const wanted = pool.int('ha_host_failures_to_tolerate');
  if (planExists(sim, wanted, vms) && total <= roomAfter(sim, wanted, vms)) return;
  throw new XenFailure('HA_OPERATION_WOULD_BREAK_FAILOVER_PLAN');
}

/** Memory for protected VMs that the smallest remaining hosts have together. */
function roomAfter(sim: SimPool, failures: number, vms: readonly Row[]): number {
  const held = (host: Row): number =>
    vms.filter((vm) => vm.link('resident_on') === host.ref).reduce((sum, vm) => sum + memoryNeeded(vm), 0);
  const rooms = survivors(sim, new Set()).map((host) => freeMemory(sim, host) + held(host));
  const remaining = rooms.toSorted((a, b) => a - b).slice(0, Math.max(0, rooms.length - failures));
  return remaining.reduce((sum, room) => sum + room, 0);
}

/** @throws XenFailure HA_OPERATION_WOULD_BREAK_FAILOVER_PLAN if the pool could not stand what it promises without `host` */
export function requirePlanWithout(sim: SimPool, host: Row): void {
  const { pool } = sim;
  if (!pool.bool('ha_enabled') || pool.bool('ha_allow_overcommit') || !host.bool('enabled')) return;
  const wanted = pool.int('ha_host_failures_to_tolerate');
  if (wanted > 0 && planExists(sim, wanted + 1, protectedVms(sim))) return;
  if (wanted === 0) return;
  throw new XenFailure('HA_OPERATION_WOULD_BREAK_FAILOVER_PLAN');
}
