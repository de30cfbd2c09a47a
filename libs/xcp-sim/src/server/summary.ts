// Purpose: the pool in numbers, for the admin page and for tests that count.
import { freeMemory } from '../behaviours/memory.js';
import { isLive } from '../behaviours/host-roles.js';
import { isNullRef } from '../datamodel/xen-value.js';
import type { Row } from '../database/row.js';
import type { SimHost } from '../core/sim-host.js';
import type { SimPool } from '../core/sim-pool.js';

const COUNTED = ['VM', 'VDI', 'VBD', 'VIF', 'network', 'VLAN', 'PIF', 'SR', 'task', 'session', 'message'];
const RECENT_TASKS = 20;

/** At most `mostVms` VMs, the newest ones, whose name, UUID or state contains `search`. */
export function summaryOf(sim: SimPool, mostVms = Number.MAX_SAFE_INTEGER, search = ''): object {
  const { db } = sim;
  return {
    now: sim.clock.now(),
    pool: {
      name: sim.pool.text('name_label'),
      uuid: sim.pool.uuid,
      profile: sim.latency.profile.name,
      highAvailability: sim.pool.bool('ha_enabled'),
    },
    counts: Object.fromEntries(COUNTED.map((cls) => [cls, db.count(cls)])),
    virtualMachines: powerStates(sim),
    hosts: sim.hosts.filter(({ row }) => row.alive).map((host) => describeHost(sim, host)),
    storage: db.rows('SR').map(describeStorage),
    vms: newestVms(sim, mostVms, search).map((vm) => describeVm(sim, vm)),
    tasks: db.rows('task').slice(-RECENT_TASKS).map(describeTask),
    queues: sim.queueStates(),
    conflictWaiters: sim.conflictWaiters,
    runningTasks: sim.tasks.runningCount,
    callsPerMethod: sim.log.callsPerMethod(),
    errorsPerCode: sim.log.errorsPerCode(),
    faults: sim.faults.list(),
    crashes: sim.crashes.map(String),
  };
}

function newestVms(sim: SimPool, most: number, search: string): Row[] {
  if (most === 0) return [];
  return sim.db
    .rows('VM')
    .filter((vm) => isGuest(vm) && matches(vm, search))
    .slice(-most);
}

function describeHost(sim: SimPool, host: SimHost): object {
  const { row, isMaster, reachable, powered, toolstack } = host;
  return {
    index: sim.hosts.indexOf(host),
    uuid: row.uuid,
    name: row.text('name_label'),
    address: row.text('address'),
    isMaster,
    reachable,
    powered,
    toolstack,
    live: isLive(sim, row),
    enabled: row.bool('enabled'),
    freeMemoryBytes: freeMemory(sim, row),
    residentVms: row.set('resident_VMs').length,
  };
}

function describeStorage(sr: Row): object {
  return {
    uuid: sr.uuid,
    name: sr.text('name_label'),
    full: sr.bool('forced_full'),
    sizeBytes: sr.int('physical_size'),
    usedBytes: sr.int('physical_utilisation'),
    virtualBytes: sr.int('virtual_allocation'),
    disks: sr.set('VDIs').length,
    busyWith: Object.values(sr.map('current_operations')),
  };
}

function matches(vm: Row, search: string): boolean {
  if (search === '') return true;
  return [vm.text('name_label'), vm.uuid, vm.text('power_state')].some((text) => text.includes(search));
}

function isGuest(vm: Row): boolean {
  return !vm.bool('is_control_domain');
}

function powerStates(sim: SimPool): Record<string, number> {
  const states: Record<string, number> = { templates: 0, snapshots: 0 };
  for (const vm of sim.db.rows('VM').filter(isGuest)) {
    const kind = vm.bool('is_a_snapshot')
      ? 'snapshots'
      : vm.bool('is_a_template')
        ? 'templates'
        : vm.text('power_state');
    states[kind] = (states[kind] ?? 0) + 1;
  }
  return states;
}

function describeVm(sim: SimPool, vm: Row): object {
  const host = sim.db.find('host', vm.link('resident_on'));
  return {
    uuid: vm.uuid,
    name: vm.text('name_label'),
    state: vm.text('power_state'),
    kind: vm.bool('is_a_snapshot') ? 'snapshot' : vm.bool('is_a_template') ? 'template' : 'vm',
    host: host?.text('name_label') ?? '',
    memoryBytes: vm.int('memory_static_max'),
    vcpus: vm.int('VCPUs_max'),
    disks: vm.set('VBDs').length,
    nics: vm.set('VIFs').length,
    agent: !isNullRef(vm.link('guest_metrics')),
    busyWith: Object.values(vm.map('current_operations')),
  };
}

function describeTask(task: Row): object {
  return {
    name: task.text('name_label'),
    status: task.text('status'),
    progress: task.get('progress'),
    error: task.set('error_info'),
  };
}
