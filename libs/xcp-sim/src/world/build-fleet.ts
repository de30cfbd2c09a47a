// Purpose: a pool that has been in use for years: thousands of VMs with their disks, spread over its hosts and SRs. It is
// written straight into the tables; the calls that would make it take hours.
import { compactDate } from '../datamodel/xen-value.js';
import { memoryOverhead } from '../behaviours/memory.js';
import { refreshSpace } from '../storage/space.js';
import type { FleetOptions } from '../core/options.js';
import type { Row } from '../database/row.js';
import type { SimPool } from '../core/sim-pool.js';

const GIB = 2 ** 30;
const MEMORY = GIB;
const DISK_BYTES = 20 * GIB;
/** A disk in use for a while is filled to a quarter. */
const WRITTEN_BYTES = 5 * GIB;
/** One VM in eight is off, as administrators keep them. */
const HALTED_EVERY = 8;

/** Adds `fleet.vms` VMs with `fleet.disks` disks between them, each with one interface on the pool's first network. */
export function buildFleet(sim: SimPool, fleet: FleetOptions): void {
  const hosts = sim.db.rows('host');
  const srs = sim.db.rows('SR');
  const [network] = sim.db.rows('network');
  if (network === undefined || srs.length === 0) throw new RangeError('a fleet needs storage and a network');
  for (let index = 0; index < fleet.vms; index += 1) {
    const vm = addVm(sim, index, hosts);
    const disks =
      Math.floor(((index + 1) * fleet.disks) / fleet.vms) - Math.floor((index * fleet.disks) / fleet.vms);
    const running = vm.text('power_state') === 'Running';
    for (let device = 0; device < disks; device += 1) {
      const sr = srs[(index + device) % srs.length];
      if (sr !== undefined) addDisk(sim, vm, sr, device, running);
    }
    addInterface(sim, vm, network, running);
    if (running) addGuest(sim, vm);
  }
  for (const sr of srs) refreshSpace(sim, sr);
}

function addVm(sim: SimPool, index: number, hosts: readonly Row[]): Row {
  const { db } = sim;
  const host = index % HALTED_EVERY === 0 ? undefined : hosts[index % hosts.length];
  if (host !== undefined) sim.nextDomid += 1;
  const metrics = db.create('VM_metrics', {
    memory_actual: host === undefined ? 0 : MEMORY,
    VCPUs_number: 1,
    start_time: compactDate(sim.clock.now()),
  });
  const vm = db.create('VM', {
    name_label: `fleet-${String(index + 1).padStart(5, '0')}`,
    is_a_template: false,
    user_version: 1,
    memory_static_max: MEMORY,
    memory_dynamic_max: MEMORY,
    memory_dynamic_min: MEMORY,
    memory_static_min: MEMORY / 4,
    memory_target: host === undefined ? 0 : MEMORY,
    VCPUs_max: 1,
    VCPUs_at_startup: 1,
    domain_type: 'hvm',
    HVM_boot_policy: 'BIOS order',
    HVM_boot_params: { order: 'cdn' },
    actions_after_shutdown: 'destroy',
    actions_after_reboot: 'restart',
    actions_after_crash: 'restart',
    platform: { viridian: 'false' },
    other_config: { mac_seed: sim.ids.uuid() },
    metrics: metrics.ref,
    ...(host === undefined ? {} : { power_state: 'Running', resident_on: host.ref, domid: sim.nextDomid }),
  });
  db.update(vm, { memory_overhead: memoryOverhead(vm) });
  return vm;
}

function addDisk(sim: SimPool, vm: Row, sr: Row, device: number, attached: boolean): void {
  const vdi = sim.db.create('VDI', {
    name_label: `${vm.text('name_label')} disk ${device}`,
    SR: sr.ref,
    virtual_size: DISK_BYTES,
    physical_utilisation: WRITTEN_BYTES,
    type: 'user',
    managed: true,
    metadata_of_pool: '',
  });
  sim.db.update(vdi, { location: vdi.uuid });
  sim.db.create('VBD', {
    VM: vm.ref,
    VDI: vdi.ref,
    userdevice: String(device),
    device: attached ? `xvd${String.fromCharCode(97 + device)}` : '',
    bootable: device === 0,
    mode: 'RW',
    type: 'Disk',
    empty: false,
    unpluggable: true,
    currently_attached: attached,
  });
}

function addInterface(sim: SimPool, vm: Row, network: Row, attached: boolean): void {
  sim.db.create('VIF', {
    VM: vm.ref,
    network: network.ref,
    device: '0',
    MAC: sim.ids.mac(),
    MTU: 1500,
    currently_attached: attached,
  });
}

function addGuest(sim: SimPool, vm: Row): void {
  const { db } = sim;
  const number = sim.nextDomid;
  const guest = db.create('VM_guest_metrics', {
    os_version: { name: 'Linux', distro: 'linux' },
    PV_drivers_detected: true,
    PV_drivers_up_to_date: true,
    networks: { '0/ip': `10.${(number >> 16) & 255}.${(number >> 8) & 255}.${number & 255}` },
    last_updated: compactDate(sim.clock.now()),
    live: true,
  });
  db.update(vm, { guest_metrics: guest.ref });
  const host = db.get('host', vm.link('resident_on'));
  const console = db.create('console', { protocol: 'rfb', VM: vm.ref, other_config: {} });
  db.update(console, { location: `https://${host.text('address')}/console?uuid=${console.uuid}` });
}
