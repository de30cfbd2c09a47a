/** To which pool a VSYS goes, and its disks to which storages; or why none can take it. */
import { DomainError } from '../errors.js';
import type { PoolId, SrUuid } from '../ids.js';
import type { PoolCapacity } from '../ports/hypervisor.port.js';
import { chooseStorage, type DataDiskDemand, type SystemPlace } from './choose-storage.js';
import { STANDARD_DISK_CLASS } from './disk-class.js';
import { fitServers } from './fit-servers.js';
import type { ServerSize } from './fit-servers.js';

/** What is to be added to a pool. A change of a VSYS asks with its own pool as the only candidate. */
export interface PlacementDemand {
  readonly servers: readonly (ServerSize & {
    readonly image: string;
    readonly systemDiskGiB: number;
    readonly systemDiskClass?: string;
  })[];
  readonly disks: readonly DataDiskDemand[];
  /** How many VLANs. */
  readonly vlans: number;
  /** How many networks that need tunnels between hosts; absent: none. */
  readonly tunnels?: number;
}

export interface PoolCandidate {
  readonly poolId: PoolId;
  readonly name: string;
  readonly capacity: PoolCapacity;
  readonly freeVlans: number;
  /** Its hosts can make tunnels between them; absent: they cannot. */
  readonly hasTunnels?: boolean;
  /** Admitted before and not yet seen in `capacity`: servers that do not run yet, disks that do not exist yet. */
  readonly held: {
    readonly servers: readonly ServerSize[];
    readonly disks: readonly { readonly sr: SrUuid; readonly sizeGiB: number }[];
  };
}

export interface PoolChoice {
  readonly poolId: PoolId;
  /** Storage of the new data disks of the standard class; null when there are none. */
  readonly sr: SrUuid | null;
  /** Of all classes. */
  readonly srs: ReadonlyMap<string, SrUuid>;
  readonly systemPlaces: readonly SystemPlace[];
}

/** Why a pool cannot take the demand, each with how many hosts, servers, images, storages or VLANs it is about. */
export const POOL_REFUSALS = {
  'no-host': 'hosts are not available',
  'too-few-cpus': 'servers have more vCPUs than any host has CPUs',
  'too-little-memory': 'servers find no host with enough free memory',
  'image-missing': 'images are not in the pool',
  'image-storage-full': 'storages have no room for the system disks or for disks that grow',
  'class-missing': 'disk classes are not offered',
  'storage-too-small': 'storages have no room for the data disks',
  'vlans-exhausted': 'VLANs are missing',
  'tunnels-unsupported': 'networks need tunnels between hosts, which are not offered',
} as const;
export type PoolRefusal = keyof typeof POOL_REFUSALS;

export interface RefusedPool {
  readonly poolId: PoolId;
  readonly reasons: Readonly<Partial<Record<PoolRefusal, number>>>;
  /** Images that the pool lacks. */
  readonly missingImages: readonly string[];
  /** Disk classes that the pool lacks. */
  readonly missingClasses: readonly string[];
}

/**
 * The pool that has most memory left afterwards. The same input gives the same pool. Throws `no-capacity` whose details say for
 * each pool what was counted.
 */
export function choosePool(demand: PlacementDemand, candidates: readonly PoolCandidate[]): PoolChoice {
  const judged = candidates.map((candidate) => judge(demand, candidate));
  const [best] = judged
    .flatMap((verdict) => ('choice' in verdict ? [verdict] : []))
    .toSorted((a, b) => b.freeMiB - a.freeMiB || (a.choice.poolId < b.choice.poolId ? -1 : 1));
  if (best !== undefined) return best.choice;
  throw noPool(
    demand,
    judged.flatMap((verdict) => ('refused' in verdict ? [verdict.refused] : [])),
  );
}

type Verdict = { readonly choice: PoolChoice; readonly freeMiB: number } | { readonly refused: RefusedPool };

function judge(
  demand: PlacementDemand,
  { poolId, capacity, freeVlans, hasTunnels, held }: PoolCandidate,
): Verdict {
  const fit = fitServers(capacity.hosts, demand.servers, held.servers);
  const storage = chooseStorage(capacity, {
    systemDisks: demand.servers.map(({ image, systemDiskGiB, systemDiskClass }) => ({
      image,
      sizeGiB: systemDiskGiB,
      ...(systemDiskClass === undefined ? {} : { diskClass: systemDiskClass }),
    })),
    dataDisks: demand.disks,
    heldGiB: sumBySr(held.disks),
  });
  const up = capacity.hosts.filter((host) => host.available).length;
  const counts: Record<PoolRefusal, number> = {
    'no-host': demand.servers.length > 0 && up === 0 ? Math.max(1, capacity.hosts.length) : 0,
    'too-few-cpus': up === 0 ? 0 : fit.tooFewCpus,
    'too-little-memory': fit.tooLittleMemory,
    'image-missing': storage.missingImages.length,
    'image-storage-full': storage.fullSrs,
    'class-missing': storage.missingClasses.length,
    'storage-too-small': storage.tooSmallSrs,
    'vlans-exhausted': Math.max(0, demand.vlans - freeVlans),
    'tunnels-unsupported': hasTunnels === true ? 0 : (demand.tunnels ?? 0),
  };
  const reasons = Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0));
  const { srs, systemPlaces, missingImages, missingClasses } = storage;
  if (Object.keys(reasons).length > 0) return { refused: { poolId, reasons, missingImages, missingClasses } };
  const sr = srs.get(STANDARD_DISK_CLASS) ?? null;
  return { choice: { poolId, sr, srs, systemPlaces }, freeMiB: fit.freeMiB };
}

function sumBySr(
  disks: readonly { readonly sr: SrUuid; readonly sizeGiB: number }[],
): ReadonlyMap<SrUuid, number> {
  const sums = new Map<SrUuid, number>();
  for (const { sr, sizeGiB } of disks) sums.set(sr, (sums.get(sr) ?? 0) + sizeGiB);
  return sums;
}

function noPool(demand: PlacementDemand, refused: readonly RefusedPool[]): DomainError {
  const reasons = (Object.keys(POOL_REFUSALS) as PoolRefusal[]).flatMap((reason) => {
    const pools = refused.filter((pool) => pool.reasons[reason] !== undefined);
    const count = pools.reduce((least, pool) => Math.min(least, pool.reasons[reason] ?? least), Infinity);
    return pools.length === 0
      ? []
      : [`${count} ${POOL_REFUSALS[reason]} (${pools.length} of ${refused.length} pools)`];
  });
  const message =
    refused.length === 0
      ? 'There is no pool to place the system in.'
      : `No pool can take the system: ${reasons.join('; ')}.`;
  return new DomainError('no-capacity', message, {
    // Nothing changes by asking again at once; the engine's `elsewhere` is for hosts.
    retry: 'after-change',
    remedy: 'Ask for less, or ask the provider for more capacity.',
    details: {
      demand: {
        servers: demand.servers.length,
        memoryMiB: demand.servers.reduce((sum, { memoryMiB }) => sum + memoryMiB, 0),
        dataGiB: demand.disks.reduce((sum, { sizeGiB }) => sum + sizeGiB, 0),
        vlans: demand.vlans,
      },
      pools: refused,
    },
  });
}
