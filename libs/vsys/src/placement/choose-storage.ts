/**
 * Where disks go. System disks are made where their image's template is, unless they are wanted of a class that it is not of;
 * disks of one class go together to one storage that every host sees, so that their servers can start anywhere. Sizes count in
 * full: thin storage is not promised twice.
 */
import type { SrUuid } from '../ids.js';
import type { PoolCapacity, SrCapacity } from '../ports/hypervisor.port.js';
import { diskClassOf, isOfClass, STANDARD_DISK_CLASS } from './disk-class.js';

export interface SystemDiskDemand {
  readonly image: string;
  readonly sizeGiB: number;
  /** Absent: whatever the image's storage is. */
  readonly diskClass?: string;
}

export interface DataDiskDemand {
  readonly sizeGiB: number;
  /** Absent: `standard`. */
  readonly diskClass?: string;
  /** Of a disk that is there and grows: it stays where it is. */
  readonly sr?: SrUuid;
}

export interface StorageDemand {
  /** One entry a server. */
  readonly systemDisks: readonly SystemDiskDemand[];
  readonly dataDisks: readonly DataDiskDemand[];
  /** Promised already and not yet visible as used. */
  readonly heldGiB: ReadonlyMap<SrUuid, number>;
}

/**
 * Where the disks of an image go that cannot be where the image is, or whose image is at several places; of those that ask
 * for the class.
 */
export interface SystemPlace {
  readonly image: string;
  /** Absent: of those that ask for none. */
  readonly diskClass?: string;
  readonly sr: SrUuid;
}

export interface StorageChoice {
  /** For new data disks, by class; those without a fitting storage are missing. */
  readonly srs: ReadonlyMap<string, SrUuid>;
  readonly systemPlaces: readonly SystemPlace[];
  readonly missingImages: readonly string[];
  /** Classes of which the pool has no storage at all. */
  readonly missingClasses: readonly string[];
  /** Storages on which the system disks, or disks that grow, do not fit. */
  readonly fullSrs: number;
  /** Storages that were looked at for new disks of a class and are too small; only when none fits. */
  readonly tooSmallSrs: number;
}

/** XenAPI `SR.type` of storages that hold installation media or devices, never disks of servers. */
const MEDIA_TYPES: readonly string[] = ['iso', 'udev'];

class Room {
  private readonly taken: Map<SrUuid, number>;
  private readonly touched = new Set<SrUuid>();

  constructor(
    private readonly capacity: PoolCapacity,
    held: ReadonlyMap<SrUuid, number>,
  ) {
    this.taken = new Map(held);
  }

  take(sr: SrUuid, sizeGiB: number): void {
    this.taken.set(sr, (this.taken.get(sr) ?? 0) + sizeGiB);
    this.touched.add(sr);
  }

  free = (sr: SrCapacity): number => sr.freeGiB - (this.taken.get(sr.uuid) ?? 0);

  /** Storages that were given more than they have. */
  countFull = (): number =>
    this.capacity.srs.filter((sr) => this.touched.has(sr.uuid) && this.free(sr) < 0).length;

  /** The one with the most free space of those that fit; the same input gives the same storage. */
  findBest(usable: readonly SrCapacity[], sizeGiB: number): SrCapacity | undefined {
    return usable
      .filter((sr) => this.free(sr) >= sizeGiB)
      .toSorted((a, b) => this.free(b) - this.free(a) || (a.uuid < b.uuid ? -1 : 1))[0];
  }
}

export function chooseStorage(capacity: PoolCapacity, demand: StorageDemand): StorageChoice {
  const room = new Room(capacity, demand.heldGiB);
  const homes = Map.groupBy(capacity.images, ({ name }) => name);
  const { chosen, elsewhere } = splitSystemDisks(capacity, demand, homes, room);
  for (const { sr, sizeGiB } of demand.dataDisks) if (sr !== undefined) room.take(sr, sizeGiB);
  const fullSrs = room.countFull();
  const newDisks = demand.dataDisks.filter(({ sr }) => sr === undefined);
  const byClass = Map.groupBy([...newDisks, ...elsewhere], diskClassOf);
  const srs = new Map<string, SrUuid>();
  const missingClasses: string[] = [];
  let tooSmallSrs = 0;
  for (const [diskClass, disks] of [...byClass].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    const usable = capacity.srs.filter((sr) => isForDisks(sr, capacity) && isOfClass(sr, diskClass));
    const sizeGiB = disks.reduce((sum, disk) => sum + disk.sizeGiB, 0);
    const best = room.findBest(usable, sizeGiB);
    if (best !== undefined) {
      room.take(best.uuid, sizeGiB);
      srs.set(diskClass, best.uuid);
    } else if (usable.length === 0 && diskClass !== STANDARD_DISK_CLASS) missingClasses.push(diskClass);
    else tooSmallSrs += Math.max(1, usable.length);
  }
  return {
    srs,
    systemPlaces: [...chosen, ...placesOf(elsewhere, srs)],
    missingImages: missingIn(homes, demand),
    missingClasses,
    fullSrs,
    tooSmallSrs,
  };
}

type Homes = ReadonlyMap<string, readonly { readonly sr: SrUuid }[]>;

interface SplitDisks {
  /** Of images that are at several places. */
  readonly chosen: readonly SystemPlace[];
  readonly elsewhere: readonly SystemDiskDemand[];
}

/** Disks of one image and class go together; of several places that have the image, where most room is. */
function splitSystemDisks(
  capacity: PoolCapacity,
  { systemDisks }: StorageDemand,
  homes: Homes,
  room: Room,
): SplitDisks {
  const chosen: SystemPlace[] = [];
  const elsewhere: SystemDiskDemand[] = [];
  for (const disks of Map.groupBy(
    systemDisks,
    ({ image, diskClass = '' }) => `${diskClass} ${image}`,
  ).values()) {
    const [first] = disks;
    if (first === undefined || !homes.has(first.image)) continue;
    const { image, diskClass } = first;
    const all = new Set(homes.get(image)?.map(({ sr }) => sr));
    const fitting = capacity.srs.filter(
      (sr) => all.has(sr.uuid) && (diskClass === undefined || isOfClass(sr, diskClass)),
    );
    const shared = fitting.filter((sr) => isForDisks(sr, capacity));
    const sizeGiB = disks.reduce((sum, disk) => sum + disk.sizeGiB, 0);
    const best = room.findBest(shared, sizeGiB) ?? shared[0] ?? fitting[0];
    const home = best?.uuid ?? lonely(all, diskClass);
    if (home === undefined) elsewhere.push(...disks);
    else {
      room.take(home, sizeGiB);
      if (all.size > 1) chosen.push({ image, sr: home, ...(diskClass === undefined ? {} : { diskClass }) });
    }
  }
  return { chosen, elsewhere };
}

/** An image on a storage of which nothing is known serves those that ask for no class. */
const lonely = (all: ReadonlySet<SrUuid>, diskClass: string | undefined): SrUuid | undefined =>
  diskClass === undefined ? [...all][0] : undefined;

function placesOf(
  disks: readonly SystemDiskDemand[],
  srs: ReadonlyMap<string, SrUuid>,
): readonly SystemPlace[] {
  const places = disks.flatMap((disk): [string, SystemPlace][] => {
    const diskClass = diskClassOf(disk);
    const sr = srs.get(diskClass);
    return sr === undefined ? [] : [[`${diskClass} ${disk.image}`, { image: disk.image, diskClass, sr }]];
  });
  return [...new Map(places).values()];
}

/** A storage of one host only serves a pool of one host. */
export function isForDisks(sr: SrCapacity, { hosts }: PoolCapacity): boolean {
  return !MEDIA_TYPES.includes(sr.type) && (sr.shared || hosts.length === 1);
}

function missingIn(homes: Homes, { systemDisks }: StorageDemand): readonly string[] {
  return [...new Set(systemDisks.map(({ image }) => image))].filter((image) => !homes.has(image));
}
