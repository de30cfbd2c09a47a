/**
 * Is there so much room that admissions need not wait for each other? Each of those that run side by side looks at what is
 * committed and counts the others that it cannot see yet. Whoever counts last answers for all: with room for its own demand
 * and for a small one of every other, none of them can have been promised what another one was.
 */
import type { SrUuid } from '../ids.js';
import type { PlacementDemand, PoolCandidate, PoolChoice } from './choose-pool.js';
import { fitServers, type ServerSize } from './fit-servers.js';
import { memoryNeededMiB } from './memory.js';

/**
 * What one admission may ask for at most to run beside others: some dozens of usual servers. Whoever asks for more waits
 * for its turn; a larger bound would make everybody wait in a pool that is half full.
 */
export const SMALL_DEMAND = {
  /** Of all servers, with what Xen keeps beside them. */
  memoryMiB: 64 * 1024,
  /** Of one server, or of those that must be on one host. */
  serverMiB: 32 * 1024,
  vcpus: 8,
  diskGiB: 2048,
  vlans: 16,
} as const;

/** May it run beside others at all? */
export function isSmallDemand({ servers, disks, vlans }: PlacementDemand): boolean {
  const groups = Map.groupBy(servers, ({ together }) => together);
  const bound = [...groups].flatMap(([group, members]) => (group === undefined ? [] : [neededMiB(members)]));
  const largest = Math.max(0, ...servers.map((server) => neededMiB([server])), ...bound);
  return (
    largest <= SMALL_DEMAND.serverMiB &&
    neededMiB(servers) <= SMALL_DEMAND.memoryMiB &&
    servers.every(({ vcpus }) => vcpus <= SMALL_DEMAND.vcpus) &&
    diskGiBOf({ servers, disks }) <= SMALL_DEMAND.diskGiB &&
    vlans <= SMALL_DEMAND.vlans
  );
}

/**
 * Room in the chosen pool for the demand and for `others` small ones, wherever they go: on hosts whose free part is larger
 * than the largest small server each of those finds a place, and on every storage that the demand uses all of them do.
 */
export function hasRoomBeside(
  demand: PlacementDemand,
  choice: PoolChoice,
  { capacity, freeVlans, held }: PoolCandidate,
  others: number,
): boolean {
  const { freeByHost } = fitServers(capacity.hosts, demand.servers, held.servers);
  const wide = freeByHost.filter(({ cpus }) => cpus >= SMALL_DEMAND.vcpus || others === 0);
  const left = wide.reduce((sum, { freeMiB }) => sum + Math.max(0, freeMiB - SMALL_DEMAND.serverMiB), 0);
  if (left < others * SMALL_DEMAND.memoryMiB) return false;
  if (freeVlans - demand.vlans < others * SMALL_DEMAND.vlans) return false;
  const wanted = diskGiBOf(demand) + others * SMALL_DEMAND.diskGiB;
  const used = storagesOf(demand, choice, capacity.images);
  return capacity.srs
    .filter(({ uuid }) => used.has(uuid))
    .every(({ uuid, freeGiB }) => freeGiB - heldOn(uuid, held.disks) >= wanted);
}

/** Every storage that a disk of the demand may come to. */
function storagesOf(
  { servers, disks }: PlacementDemand,
  { srs, systemPlaces }: PoolChoice,
  images: PoolCandidate['capacity']['images'],
): ReadonlySet<SrUuid> {
  const wanted = new Set(servers.map(({ image }) => image));
  const homes = images.filter(({ name }) => wanted.has(name));
  const growing = disks.flatMap(({ sr }) => (sr === undefined ? [] : [sr]));
  return new Set([...srs.values(), ...growing, ...[...systemPlaces, ...homes].map(({ sr }) => sr)]);
}

function heldOn(sr: SrUuid, disks: PoolCandidate['held']['disks']): number {
  return disks.reduce((sum, disk) => sum + (disk.sr === sr ? disk.sizeGiB : 0), 0);
}

function diskGiBOf({ servers, disks }: Pick<PlacementDemand, 'servers' | 'disks'>): number {
  const system = servers.reduce((sum, { systemDiskGiB }) => sum + systemDiskGiB, 0);
  return disks.reduce((sum, { sizeGiB }) => sum + sizeGiB, system);
}

function neededMiB(servers: readonly ServerSize[]): number {
  return servers.reduce((sum, { memoryMiB, vcpus }) => sum + memoryNeededMiB(memoryMiB, vcpus), 0);
}
