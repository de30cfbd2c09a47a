/** Pools as candidates: what was seen last, minus what was admitted since. */
import { heldDisksOf, type PendingServers, type PoolPlace } from '@openvsys/persistence';
import type { HostUuid, PoolCandidate } from '@openvsys/vsys';

export function candidateOf(place: PoolPlace): PoolCandidate {
  const loads = new Map(place.hostLoads.map(({ host, memoryMiB }) => [host, memoryMiB]));
  return {
    poolId: place.poolId,
    name: place.name,
    capacity: { ...place, hosts: place.hosts.map((host) => withoutLoad(host, loads)) },
    freeVlans: place.freeVlans,
    hasTunnels: place.hasTunnels,
    held: {
      servers: place.pendingServers.filter(({ needsMemory }) => needsMemory).flatMap(oneByOne),
      disks: heldDisksOf(place),
    },
  };
}

/** Each takes a place on a host of its own. */
const oneByOne = ({ count, memoryMiB, vcpus }: PendingServers) =>
  Array.from({ length: count }, () => ({ memoryMiB, vcpus }));

/** Free memory is at most what our own servers leave: some may have started after the pool was seen. */
function withoutLoad<Host extends { uuid: HostUuid; memoryMiB: number; freeMemoryMiB: number }>(
  host: Host,
  loads: ReadonlyMap<HostUuid, number>,
): Host {
  const left = host.memoryMiB - (loads.get(host.uuid) ?? 0);
  return { ...host, freeMemoryMiB: Math.min(host.freeMemoryMiB, left) };
}
