/**
 * What the pool can still take, from the cache. Free memory is computed from what is promised to VMs, because the
 * pool's own figure (host_metrics.memory_free) is up to a minute old.
 */
import type { HostCapacity, HostUuid, PoolCapacity, SrCapacity, SrUuid, VServerId } from '@openvsys/vsys';
import { disksOf } from '../actions/images.js';
import type { Cached } from '../cache/cached-classes.js';
import type { PoolCache } from '../cache/pool-cache.js';
import { serverOf, TAG } from '../ownership-tags.js';

const MIB = 2 ** 20;
const GIB = 2 ** 30;
/** SRs of these types or contents hold CDs and devices, not disks. */
const NO_DISKS = new Set(['iso', 'udev']);

/** Set by the provider on an SR: the disk class that it is offered as. */
const DISK_CLASS_TAG = 'openvsys-disk-class';

/** Memory of the VMs that are on a host or on their way to it, by host reference. */
function promisedBytes(
  cache: PoolCache,
  starting: ReadonlySet<VServerId>,
): {
  readonly bytes: Map<string, number>;
  readonly roles: Map<string, string[]>;
} {
  const bytes = new Map<string, number>();
  const roles = new Map<string, string[]>();
  for (const [, vm] of cache.all('VM')) {
    const host =
      vm.power_state === 'Halted'
        ? vm.scheduled_to_be_resident_on
        : (vm.resident_on ?? vm.scheduled_to_be_resident_on);
    const server = serverOf(vm);
    if (host === null || (server !== undefined && starting.has(server))) continue;
    bytes.set(host, (bytes.get(host) ?? 0) + memoryOf(vm));
    const { [TAG.vsys]: vsys, [TAG.role]: role } = vm.other_config;
    if (server === undefined || vsys === undefined || role === undefined) continue;
    roles.set(host, [...(roles.get(host) ?? []), `${vsys}/${role}`]);
  }
  return { bytes, roles };
}

/**
 * What it has at most is its dynamic maximum, which of ours only we raise, and of the control domain only the pool; of others it may be
 * raised up to the static one at any moment.
 */
const memoryOf = (vm: Cached<'VM'>): number =>
  vm.is_control_domain || serverOf(vm) !== undefined
    ? vm.memory_dynamic_max + vm.memory_overhead
    : vm.memory_static_max + vm.memory_overhead;

function hostsOf(cache: PoolCache, starting: ReadonlySet<VServerId>): HostCapacity[] {
  const { bytes, roles } = promisedBytes(cache, starting);
  return [...cache.all('host')].map(([ref, host]) => {
    const metrics = cache.find('host_metrics', host.metrics);
    const total = metrics?.memory_total ?? 0;
    const free = total - host.memory_overhead - (bytes.get(ref) ?? 0);
    return {
      uuid: host.uuid as HostUuid,
      name: host.name_label,
      available: host.enabled && metrics?.live === true,
      cpus: Number(host.cpu_info['cpu_count'] ?? 0),
      memoryMiB: Math.floor(total / MIB),
      freeMemoryMiB: Math.max(0, Math.floor(free / MIB)),
      roles: roles.get(ref) ?? [],
    };
  });
}

function srsOf(cache: PoolCache): SrCapacity[] {
  return [...cache.all('SR')].flatMap(([ref, sr]) => {
    const isUsable = cache.referring('PBD', 'SR', ref).some(({ record }) => record.currently_attached);
    if (!isUsable || NO_DISKS.has(sr.type) || NO_DISKS.has(sr.content_type) || sr.physical_size <= 0)
      return [];
    const diskClass = sr.other_config[DISK_CLASS_TAG] || undefined;
    return [
      {
        uuid: sr.uuid as SrUuid,
        name: sr.name_label,
        type: sr.type,
        shared: sr.shared,
        ...(diskClass === undefined ? {} : { diskClass }),
        sizeGiB: Math.floor(sr.physical_size / GIB),
        freeGiB: Math.max(0, Math.floor((sr.physical_size - sr.physical_utilisation) / GIB)),
      },
    ];
  });
}

function imagesOf(cache: PoolCache): PoolCapacity['images'] {
  return cache.images().flatMap(({ ref, record }) => {
    const [disk] = disksOf(cache, ref);
    const sr = disk === undefined ? undefined : cache.find('SR', disk.record.SR);
    if (disk === undefined || sr === undefined) return [];
    return [
      {
        name: record.name_label,
        sr: sr.uuid as SrUuid,
        systemDiskGiB: Math.ceil(disk.record.virtual_size / GIB),
      },
    ];
  });
}

/** `starting`: servers whose start is under way; whoever asked for it has reserved their room already. */
export const observeCapacity = (cache: PoolCache, starting: ReadonlySet<VServerId>): PoolCapacity => ({
  hosts: hostsOf(cache, starting),
  srs: srsOf(cache),
  images: imagesOf(cache),
});
