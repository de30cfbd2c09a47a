// Purpose: may this VM run on that host, and which host the server picks.
import { freeMemory, memoryNeeded } from './memory.js';
import { NULL_REF } from '../datamodel/xen-value.js';
import { XenFailure } from '../core/failure.js';
import type { Row } from '../database/row.js';
import type { SimPool } from '../core/sim-pool.js';

type MemoryRule = 'with memory' | 'without memory';

const NO_DISKS: ReadonlySet<string> = new Set();

/** The reason why the VM cannot run on the host, or undefined (XenAPI VM.assert_can_boot_here). `movingDisks` come along. */
export function bootRefusal(
  sim: SimPool,
  vm: Row,
  host: Row,
  rule: MemoryRule,
  movingDisks: ReadonlySet<string> = NO_DISKS,
): XenFailure | undefined {
  return (
    hostRefusal(sim, host) ??
    cpuRefusal(vm, host) ??
    storageRefusal(sim, vm, host, movingDisks) ??
    networkRefusal(sim, vm, host) ??
    (rule === 'with memory' ? memoryRefusal(sim, vm, host) : undefined)
  );
}

function hostRefusal(sim: SimPool, host: Row): XenFailure | undefined {
  const live = sim.db.find('host_metrics', host.link('metrics'))?.bool('live') === true;
  if (!live) return new XenFailure('HOST_NOT_LIVE');
  if (!host.bool('enabled')) return new XenFailure('HOST_DISABLED', host.ref);
  if (Object.values(host.map('current_operations')).includes('evacuate')) {
    return new XenFailure('HOST_EVACUATE_IN_PROGRESS', host.ref);
  }
  return undefined;
}

function cpuRefusal(vm: Row, host: Row): XenFailure | undefined {
  const cpus = Number(host.map('cpu_info')['cpu_count'] ?? 1);
  if (vm.int('VCPUs_max') <= cpus || vm.map('platform')['vcpu-unrestricted'] !== undefined) return undefined;
  return new XenFailure('HOST_NOT_ENOUGH_PCPUS', String(vm.int('VCPUs_max')), String(cpus));
}

function storageRefusal(
  sim: SimPool,
  vm: Row,
  host: Row,
  movingDisks: ReadonlySet<string>,
): XenFailure | undefined {
  for (const vbd of sim.db.follow('VBD', vm.set('VBDs'))) {
    if (movingDisks.has(vbd.link('VDI'))) continue;
    const sr = sim.db.find('VDI', vbd.link('VDI'))?.link('SR');
    if (sr !== undefined && !srAttached(sim, sr, host)) return new XenFailure('VM_REQUIRES_SR', vm.ref, sr);
  }
  return undefined;
}

/** True if the SR has a plugged PBD on the host. */
export function srAttached(sim: SimPool, sr: string, host: Row): boolean {
  return sim.db
    .follow('PBD', host.set('PBDs'))
    .some((pbd) => pbd.link('SR') === sr && pbd.bool('currently_attached'));
}

function networkRefusal(sim: SimPool, vm: Row, host: Row): XenFailure | undefined {
  for (const vif of sim.db.follow('VIF', vm.set('VIFs'))) {
    const network = sim.db.find('network', vif.link('network'));
    if (network !== undefined && !networkReaches(sim, vm, network, host)) {
      return new XenFailure('VM_REQUIRES_NETWORK', vm.ref, network.ref);
    }
  }
  return undefined;
}

/** A network with PIFs reaches the hosts that have one; one without is pinned to where its first VM runs. */
function networkReaches(sim: SimPool, vm: Row, network: Row, host: Row): boolean {
  const pifs = sim.db.follow('PIF', network.set('PIFs'));
  if (pifs.length > 0) return pifs.some((pif) => pif.link('host') === host.ref);
  if (network.map('other_config')['assume_network_is_shared'] === 'true') return true;
  return sim.db
    .follow('VIF', network.set('VIFs'))
    .filter((vif) => vif.bool('currently_attached') && vif.link('VM') !== vm.ref)
    .map((vif) => sim.db.find('VM', vif.link('VM'))?.link('resident_on') ?? NULL_REF)
    .every((resident) => resident === NULL_REF || resident === host.ref);
}

function memoryRefusal(sim: SimPool, vm: Row, host: Row): XenFailure | undefined {
  const needed = memoryNeeded(vm);
  const available = freeMemory(sim, host);
  if (needed <= available) return undefined;
  return new XenFailure('HOST_NOT_ENOUGH_FREE_MEMORY', String(needed), String(Math.max(0, available)));
}

/** Hosts on which the VM could start now (XenAPI VM.get_possible_hosts). */
export function possibleHosts(sim: SimPool, vm: Row, rule: MemoryRule): Row[] {
  return sim.db.rows('host').filter((host) => bootRefusal(sim, vm, host, rule) === undefined);
}

/** Anti-affinity groups spread their members: only the hosts that run the fewest of them are left. */
function fewestGroupMembers(sim: SimPool, vm: Row, hosts: readonly Row[]): readonly Row[] {
  const members = sim.db
    .follow('VM_group', vm.set('groups'))
    .filter((group) => group.text('placement') === 'anti_affinity')
    .flatMap((group) => sim.db.follow('VM', group.set('VMs')))
    .filter((other) => other !== vm);
  if (members.length === 0) return hosts;
  const countOn = (host: Row): number =>
    members.filter((other) => (sim.reservations.get(other.ref) ?? other.link('resident_on')) === host.ref)
      .length;
  const fewest = Math.min(...hosts.map(countOn));
  return hosts.filter((host) => countOn(host) === fewest);
}

/** With `pool.coordinator_bias` the master counts half. */
function weightOf(sim: SimPool, host: Row): number {
  const share = sim.pool.bool('coordinator_bias') && host === sim.master ? 0.5 : 1;
  return Math.max(1, freeMemory(sim, host) * share);
}

/**
 * The host the server starts a VM on: its affinity if possible, else one where its anti-affinity groups run the fewest
 * members, else a random one that has more chance the more
 * memory it has left. Without memory anywhere the error is that of the start itself.
 * @throws XenFailure NO_HOSTS_AVAILABLE, HOST_NOT_ENOUGH_FREE_MEMORY
 */
export function chooseHost(sim: SimPool, vm: Row): Row {
  const hosts = possibleHosts(sim, vm, 'with memory');
  const preferred = hosts.find((host) => host.ref === vm.link('affinity'));
  if (preferred !== undefined) return preferred;
  const spread = fewestGroupMembers(sim, vm, hosts);
  const [first] = spread;
  if (first !== undefined) return weightedByMemory(sim, spread, first);
  const [crowded] = possibleHosts(sim, vm, 'without memory').filter((host) => couldEverHold(sim, vm, host));
  if (crowded === undefined) throw new XenFailure('NO_HOSTS_AVAILABLE');
  throw memoryRefusal(sim, vm, crowded) ?? new XenFailure('NO_HOSTS_AVAILABLE');
}

function couldEverHold(sim: SimPool, vm: Row, host: Row): boolean {
  const total = sim.db.find('host_metrics', host.link('metrics'))?.int('memory_total') ?? 0;
  return memoryNeeded(vm) <= total;
}

function weightedByMemory(sim: SimPool, hosts: readonly Row[], fallback: Row): Row {
  const weights = hosts.map((host) => weightOf(sim, host));
  let point = sim.chance.next() * weights.reduce((sum, weight) => sum + weight, 0);
  for (const [index, host] of hosts.entries()) {
    point -= weights[index] ?? 0;
    if (point <= 0) return host;
  }
  return fallback;
}
