// Purpose: the pool a fresh simulator starts with: hosts, their network, shared storage, templates.
import { addTemplate } from './templates.js';
import { buildFleet } from './build-fleet.js';
import { NULL_REF } from '../datamodel/xen-value.js';
import { personalityOf } from '../datamodel/personality.js';
import { storageDrivers, thinProvisioned } from '../storage/storage-drivers.js';
import type { Row } from '../database/row.js';
import type { SimPool } from '../core/sim-pool.js';
import type { StorageOptions } from '../core/options.js';

export function buildWorld(sim: SimPool): void {
  const { options, db } = sim;
  const network = db.create('network', {
    name_label: 'Pool-wide network associated with eth0',
    bridge: 'xenbr0',
    other_config: {},
  });
  const hosts = Array.from({ length: options.hostCount }, (_, index) => addHost(sim, index, network));
  const [master] = hosts;
  if (master === undefined) throw new RangeError('a pool needs at least one host');
  db.create('pool', {
    name_label: options.poolName,
    master: master.ref,
    other_config: {},
    cpu_info: cpuInfo(sim),
  });
  for (const driver of storageDrivers()) db.create('SM', driver);
  const [first] = options.storage.map((storage) => addStorage(sim, storage, hosts));
  if (first === undefined) return;
  db.update(sim.pool, { default_SR: first.ref, suspend_image_SR: first.ref, crash_dump_SR: first.ref });
  for (const template of options.templates) addTemplate(sim, template, first);
  if (options.fleet !== undefined) buildFleet(sim, options.fleet);
}

function cpuInfo(sim: SimPool): Record<string, string> {
  return { cpu_count: String(sim.options.hostCpus), socket_count: '1', vendor: 'GenuineIntel', features: '' };
}

export function addHost(sim: SimPool, index: number, network: Row): Row {
  const { db, options } = sim;
  const personality = personalityOf(options.personality);
  const metrics = db.create('host_metrics', {
    memory_total: options.hostMemoryBytes,
    memory_free: options.hostMemoryBytes - options.dom0MemoryBytes,
    live: true,
  });
  const seconds = String(Math.floor(sim.clock.now() / 1000));
  const host = db.create('host', {
    name_label: `host-${index + 1}`,
    hostname: `host-${index + 1}`,
    address: options.hostAddress(index),
    enabled: true,
    metrics: metrics.ref,
    API_version_major: personality.api[0],
    API_version_minor: personality.api[1],
    API_version_vendor: 'XenSource',
    software_version: { ...personality.software, network_backend: 'openvswitch' },
    capabilities: ['xen-3.0-x86_64', 'hvm-3.0-x86_32', 'hvm-3.0-x86_64'],
    cpu_info: cpuInfo(sim),
    sched_policy: 'credit',
    other_config: { agent_start_time: seconds, boot_time: seconds },
    memory_overhead: 0,
  });
  addCpus(sim, host);
  addPif(sim, host, network);
  db.update(host, { control_domain: addControlDomain(sim, host, index).ref });
  return host;
}

function addCpus(sim: SimPool, host: Row): void {
  for (let number = 0; number < sim.options.hostCpus; number += 1) {
    sim.db.create('host_cpu', {
      host: host.ref,
      number,
      vendor: 'GenuineIntel',
      speed: 2600,
      modelname: 'Simulated CPU',
    });
  }
}

function addPif(sim: SimPool, host: Row, network: Row): void {
  const { db } = sim;
  const metrics = db.create('PIF_metrics', {
    carrier: true,
    speed: 10_000,
    duplex: true,
    device_name: 'simulated',
  });
  db.create('PIF', {
    device: 'eth0',
    network: network.ref,
    host: host.ref,
    MAC: sim.ids.mac(),
    MTU: 1500,
    VLAN: -1,
    physical: true,
    management: sim.options.managementInterface,
    currently_attached: true,
    ...(sim.options.managementInterface
      ? { ip_configuration_mode: 'Static', IP: host.text('address').replace(/:\d+$/, '') }
      : {}),
    metrics: metrics.ref,
    managed: true,
  });
}

function addControlDomain(sim: SimPool, host: Row, index: number): Row {
  const { db, options } = sim;
  const bytes = options.dom0MemoryBytes;
  const metrics = db.create('VM_metrics', { memory_actual: bytes, VCPUs_number: 4 });
  return db.create('VM', {
    name_label: `Control domain on host: host-${index + 1}`,
    is_control_domain: true,
    power_state: 'Running',
    resident_on: host.ref,
    affinity: host.ref,
    domid: 0,
    memory_static_max: bytes,
    memory_dynamic_max: bytes,
    memory_dynamic_min: bytes,
    memory_static_min: bytes,
    memory_target: bytes,
    VCPUs_max: 4,
    VCPUs_at_startup: 4,
    metrics: metrics.ref,
    domain_type: 'pv',
    actions_after_shutdown: 'destroy',
    actions_after_reboot: 'destroy',
    actions_after_crash: 'destroy',
  });
}

function addStorage(sim: SimPool, storage: StorageOptions, hosts: readonly Row[]): Row {
  const { db } = sim;
  const sr = db.create('SR', {
    name_label: storage.name,
    type: storage.type,
    content_type: 'user',
    shared: true,
    physical_size: storage.sizeBytes,
    capacity_bytes: storage.sizeBytes,
    physical_utilisation: 0,
    virtual_allocation: 0,
    sm_config: thinProvisioned(storage.type) ? { allocation: 'thin' } : {},
    introduced_by: NULL_REF,
  });
  for (const host of hosts) {
    db.create('PBD', { host: host.ref, SR: sr.ref, device_config: {}, currently_attached: true });
  }
  return sr;
}
