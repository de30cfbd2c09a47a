/**
 * What the pool holds of one VSYS, in the words of the domain. A pure function of the cache; the hypervisor keeps its
 * answer until something changes.
 */
import {
  EXTERNAL_NET,
  nicId,
  vdiskId,
  vnetId,
  vserverId,
  type HostUuid,
  type NetRef,
  type ObservedDisk,
  type ObservedNet,
  type ObservedNic,
  type ObservedServer,
  type ObservedVsys,
  type VNetId,
  type VServerId,
  type VsysId,
} from '@openvsys/vsys';
import { observeBackups } from '../actions/backup.js';
import { fillsOf, systemFillsOf } from '../actions/standby.js';
import { observeConfigDrive } from '../actions/config-drive.js';
import { priorityOf } from '../actions/disk-priority.js';
import { seenAddresses } from '../actions/nic-lock.js';
import { findExternalNetwork } from '../actions/external-network.js';
import { guestDataOf } from '../actions/guest-data.js';
import { observedTuning } from '../actions/server-tuning.js';
import { canGrowOnline } from '../actions/vdisk-resize.js';
import { RATE_LIMIT } from '../actions/nic-create.js';
import { readinessOf } from '../actions/readiness.js';
import { observeRescue } from '../actions/rescue.js';
import { observeSnapshots } from '../actions/snapshot.js';
import { observeNet } from '../actions/vnet-carrier.js';
import type { Cached } from '../cache/cached-classes.js';
import type { Located, PoolCache } from '../cache/pool-cache.js';
import { claimOf, diskClaim, isServersOwn, serverOf, TAG } from '../ownership-tags.js';

const MIB = 2 ** 20;
/** Ethernet's. */
const USUAL_MTU = 1500;
const GIB = 2 ** 30;

/** A NIC that was moved to a network of somebody else is in none of ours; the planner then sees that it is wrong. */
const FOREIGN_NET = '' as VNetId;

function idOf<T>(parse: (text: string) => T, text: string | undefined): T | undefined {
  if (text === undefined) return undefined;
  try {
    return parse(text);
  } catch {
    return undefined;
  }
}

/** While the pool works on a VM its devices come and go; only at rest do they mean something. */
const isAtWork = (vm: Cached<'VM'>): boolean => Object.keys(vm.current_operations).length > 0;

/** On a running VM a device counts once it is plugged: an unplugged one still has to be made. */
const isEffective = (vm: Cached<'VM'>, device: { readonly currently_attached: boolean }): boolean =>
  vm.power_state !== 'Running' || device.currently_attached || isAtWork(vm);

function powerOf(vm: Cached<'VM'>): ObservedServer['power'] {
  switch (vm.power_state) {
    case 'Running':
      return 'running';
    case 'Paused':
      return 'paused';
    case 'Suspended':
      return 'suspended';
    default:
      return 'halted';
  }
}

type Size = Pick<ObservedServer, 'vcpus' | 'memoryMiB' | 'minMemoryMiB' | 'headroom'>;

/** A VM that was made without headroom has all its limits at what it has. */
function sizeIn(vm: Cached<'VM'>): Size {
  const { VCPUs_max, VCPUs_at_startup: vcpus, memory_static_max: top } = vm;
  const { memory_static_min: bottom, memory_dynamic_min: least, memory_dynamic_max: most } = vm;
  const isTight = VCPUs_max === vcpus && top === most && bottom === least;
  return {
    vcpus,
    memoryMiB: Math.floor(most / MIB),
    ...(least < most ? { minMemoryMiB: Math.floor(least / MIB) } : {}),
    ...(isTight ? {} : { headroom: { vcpus: VCPUs_max, memoryMiB: Math.floor(top / MIB) } }),
  };
}

function serverFrom(cache: PoolCache, id: VServerId, located: Located<'VM'>): ObservedServer {
  const vm = located.record;
  const isConfigured = !vm.is_a_template && vm.other_config[TAG.self] === vm.uuid;
  const host = cache.find('host', vm.resident_on)?.uuid;
  const tuning = observedTuning(vm);
  const reverts = Number(vm.other_config[TAG.reverts] ?? 0);
  const configDrive = observeConfigDrive(cache, located, id);
  const systemOrigin = systemFillsOf(cache, id);
  const rescue = observeRescue(cache, located, id);
  const readiness = readinessOf(vm);
  return {
    id,
    stage: isConfigured ? 'configured' : 'cloned',
    power: powerOf(vm),
    ...sizeIn(vm),
    ...(tuning === undefined ? {} : { tuning }),
    ...(configDrive === undefined ? {} : { configDrive }),
    restarts: Number(vm.other_config[TAG.restarts] ?? 0),
    ...(reverts > 0 ? { reverts } : {}),
    ...(systemOrigin > 0 ? { systemOrigin } : {}),
    ...(readiness === undefined ? {} : { readiness }),
    ...(rescue === undefined ? {} : { rescue }),
    guestData: guestDataOf(vm),
    host: vm.power_state === 'Halted' || host === undefined ? null : (host as HostUuid),
    guestReady: vm.power_state === 'Running' && vm.guest_metrics !== null,
  };
}

/** The VM is gone, a disk of its own is left. */
const remainsOf = (id: VServerId): ObservedServer => ({
  id,
  stage: 'remains',
  power: 'halted',
  vcpus: 0,
  memoryMiB: 0,
  restarts: 0,
  guestData: {},
  host: null,
  guestReady: false,
});

interface SeenServer {
  readonly server: ObservedServer;
  /** Undefined when only a disk is left. */
  readonly vm?: Located<'VM'>;
}

function observeServers(cache: PoolCache, vsys: VsysId): readonly SeenServer[] {
  const servers = new Map<VServerId, SeenServer>();
  for (const vm of cache.owned(vsys, 'VM')) {
    const id = serverOf(vm.record);
    // Of twins the one further on is shown; working on either is refused.
    if (id === undefined || servers.get(id)?.server.stage === 'configured') continue;
    servers.set(id, { server: serverFrom(cache, id, vm), vm });
  }
  for (const { record } of cache.owned(vsys, 'VDI')) {
    const claim = isServersOwn(record) ? diskClaim(record) : undefined;
    const id = claim?.isGenuine === true ? idOf(vserverId, claim.part) : undefined;
    if (id !== undefined && !servers.has(id)) servers.set(id, { server: remainsOf(id) });
  }
  return [...servers.values()];
}

function observeNets(cache: PoolCache, vsys: VsysId, vlanDevice: string | undefined): ObservedNet[] {
  return cache.owned(vsys, 'network').flatMap((network) => {
    const id = idOf(vnetId, network.record.other_config[TAG.part]);
    return id === undefined ? [] : [observeNet(cache, id, network, vlanDevice)];
  });
}

function attachmentOf(cache: PoolCache, vdi: string): Pick<ObservedDisk, 'attachedTo' | 'priority'> {
  for (const { record } of cache.referring('VBD', 'VDI', vdi)) {
    const vm = cache.find('VM', record.VM);
    const server = vm === undefined ? undefined : serverOf(vm);
    if (vm !== undefined && server !== undefined && isEffective(vm, record)) {
      const priority = priorityOf(record);
      return { attachedTo: server, ...(priority === undefined ? {} : { priority }) };
    }
  }
  return { attachedTo: null };
}

function observeDisks(cache: PoolCache, vsys: VsysId): ObservedDisk[] {
  return cache.owned(vsys, 'VDI').flatMap(({ ref, record }) => {
    const claim = diskClaim(record);
    const id = claim?.isGenuine === true && !isServersOwn(record) ? idOf(vdiskId, claim.part) : undefined;
    if (id === undefined) return [];
    return [
      {
        id,
        sizeGiB: Math.floor(record.virtual_size / GIB),
        ...attachmentOf(cache, ref),
        ...(fillsOf(record.other_config) > 0 ? { origin: fillsOf(record.other_config) } : {}),
        ...(canGrowOnline(cache, record) ? { growsOnline: true as const } : {}),
      },
    ];
  });
}

function nicFrom(cache: PoolCache, server: VServerId, vif: Cached<'VIF'>): ObservedNic | undefined {
  const id = idOf(nicId, claimOf(vif.other_config, vif.uuid)?.part);
  if (id === undefined || !id.startsWith(`${server}-`)) return undefined;
  return {
    id,
    server,
    net: netOf(cache, vif.network),
    mac: vif.MAC.toLowerCase(),
    ...seenAddresses(vif),
    ...(vif.MTU > 0 && vif.MTU !== USUAL_MTU ? { mtu: vif.MTU } : {}),
    ...rateLimitOf(vif),
  };
}

function rateLimitOf(vif: Cached<'VIF'>): Pick<ObservedNic, 'rateLimitKBps'> {
  const limit = vif.qos_algorithm_type === RATE_LIMIT ? vif.qos_algorithm_params['kbps'] : undefined;
  return limit === undefined ? {} : { rateLimitKBps: Number(limit) };
}

function netOf(cache: PoolCache, ref: Cached<'VIF'>['network']): NetRef {
  const net = idOf(vnetId, cache.find('network', ref)?.other_config[TAG.part]);
  if (net !== undefined) return net;
  return ref !== null && findExternalNetwork(cache)?.ref === ref ? EXTERNAL_NET : FOREIGN_NET;
}

function observeNics(cache: PoolCache, servers: readonly SeenServer[]): ObservedNic[] {
  return servers.flatMap(({ server, vm }) => {
    if (vm === undefined) return [];
    return cache.referring('VIF', 'VM', vm.ref).flatMap(({ record: vif }) => {
      const nic = isEffective(vm.record, vif) ? nicFrom(cache, server.id, vif) : undefined;
      return nic === undefined ? [] : [nic];
    });
  });
}

export function observeVsys(cache: PoolCache, vsys: VsysId, vlanDevice: string | undefined): ObservedVsys {
  const servers = observeServers(cache, vsys);
  const snapshots = observeSnapshots(cache, vsys);
  const backups = observeBackups(cache, vsys);
  return {
    nets: observeNets(cache, vsys, vlanDevice),
    servers: servers.map(({ server }) => server),
    disks: observeDisks(cache, vsys),
    nics: observeNics(cache, servers),
    ...(snapshots.length === 0 ? {} : { snapshots }),
    ...(backups.length === 0 ? {} : { backups }),
  };
}
