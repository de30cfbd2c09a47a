/** Pools as candidates: what was seen last, minus what was admitted since. */
import { readCommitments, type PendingServers, type SeenCapacity, type Session } from '@openvsys/persistence';
import type { HostUuid, PoolCandidate, SrUuid } from '@openvsys/vsys';

type HeldDisk = PoolCandidate['held']['disks'][number];

export async function candidatesOf(
  session: Session,
  seen: readonly SeenCapacity[],
): Promise<PoolCandidate[]> {
  const ids = seen.map(({ poolId }) => poolId);
  const hosts = seen.flatMap((pool) => pool.hosts.map(({ uuid }) => uuid));
  const committed = await readCommitments(session, ids, hosts);
  const loads = new Map(committed.hosts.map(({ host, memoryMiB }) => [host, memoryMiB]));
  const freeVlans = new Map(committed.vlans.map(({ poolId, count }) => [poolId, count]));
  return seen.map((pool) => {
    const servers = committed.servers.filter(({ poolId }) => poolId === pool.poolId);
    const disks = committed.disks.filter(({ poolId }) => poolId === pool.poolId);
    return {
      poolId: pool.poolId,
      name: pool.name,
      capacity: { ...pool, hosts: pool.hosts.map((host) => withoutLoad(host, loads)) },
      freeVlans: freeVlans.get(pool.poolId) ?? 0,
      held: {
        servers: servers.filter(({ needsMemory }) => needsMemory).flatMap(oneByOne),
        disks: [...disks, ...systemDisksOf(servers, pool)],
      },
    };
  });
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

function systemDisksOf(servers: readonly PendingServers[], { images }: SeenCapacity): HeldDisk[] {
  const srOf = new Map<string, SrUuid>(images.map(({ name, sr }) => [name, sr]));
  return servers.flatMap(({ needsDisk, image, systemDiskGiB, count }) => {
    const sr = srOf.get(image);
    return needsDisk && sr !== undefined ? [{ sr, sizeGiB: systemDiskGiB * count }] : [];
  });
}
