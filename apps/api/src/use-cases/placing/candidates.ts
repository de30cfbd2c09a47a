/** Pools as candidates: what was seen last, minus what was admitted since. */
import {
  countFreeAddresses,
  listHostLoads,
  listPendingDisks,
  listPendingServers,
  type PendingServers,
  type SeenCapacity,
  type Session,
} from '@openvsys/persistence';
import type { HostUuid, PoolCandidate, SrUuid } from '@openvsys/vsys';

type HeldDisk = PoolCandidate['held']['disks'][number];

export async function candidatesOf(
  session: Session,
  zoneId: string,
  seen: readonly SeenCapacity[],
): Promise<PoolCandidate[]> {
  const ids = seen.map(({ poolId }) => poolId);
  const pending = await listPendingServers(session, ids);
  const disks = await listPendingDisks(session, ids);
  const hosts = seen.flatMap((pool) => pool.hosts.map(({ uuid }) => uuid));
  const loads = new Map(
    (await listHostLoads(session, hosts)).map(({ host, memoryMiB }) => [host, memoryMiB]),
  );
  const candidates: PoolCandidate[] = [];
  for (const pool of seen) {
    const servers = pending.filter(({ poolId }) => poolId === pool.poolId);
    const { vlans } = await countFreeAddresses(session, pool.poolId, zoneId);
    candidates.push({
      poolId: pool.poolId,
      name: pool.name,
      capacity: { ...pool, hosts: pool.hosts.map((host) => withoutLoad(host, loads)) },
      freeVlans: vlans,
      held: {
        servers: servers.filter(({ needsMemory }) => needsMemory).flatMap(oneByOne),
        disks: [...disks.filter(({ poolId }) => poolId === pool.poolId), ...systemDisksOf(servers, pool)],
      },
    });
  }
  return candidates;
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
