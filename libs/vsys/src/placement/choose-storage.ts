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

/** Where the disks of an image and a class go that cannot be where the image is. */
export interface SystemPlace {
  readonly image: string;
  readonly diskClass: string;
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
  const srOfImage = new Map(capacity.images.map(({ name, sr }) => [name, sr]));
  const { atImage, elsewhere } = splitSystemDisks(capacity, demand, srOfImage);
  for (const { sr, sizeGiB } of atImage) room.take(sr, sizeGiB);
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
    systemPlaces: placesOf(elsewhere, srs),
    missingImages: missingIn(srOfImage, demand),
    missingClasses,
    fullSrs,
    tooSmallSrs,
  };
}

interface SplitDisks {
  readonly atImage: readonly { readonly sr: SrUuid; readonly sizeGiB: number }[];
  readonly elsewhere: readonly SystemDiskDemand[];
}

function splitSystemDisks(
  { srs }: PoolCapacity,
  { systemDisks }: StorageDemand,
  srOfImage: ReadonlyMap<string, SrUuid>,
): SplitDisks {
  const capacityOf = new Map(srs.map((sr) => [sr.uuid, sr]));
  const atImage: { sr: SrUuid; sizeGiB: number }[] = [];
  const elsewhere: SystemDiskDemand[] = [];
  for (const disk of systemDisks) {
    const sr = srOfImage.get(disk.image);
    if (sr === undefined) continue;
    const home = capacityOf.get(sr);
    const fits = disk.diskClass === undefined || (home !== undefined && isOfClass(home, disk.diskClass));
    if (fits) atImage.push({ sr, sizeGiB: disk.sizeGiB });
    else elsewhere.push(disk);
  }
  return { atImage, elsewhere };
}

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

function missingIn(
  srOfImage: ReadonlyMap<string, SrUuid>,
  { systemDisks }: StorageDemand,
): readonly string[] {
  return [...new Set(systemDisks.map(({ image }) => image))].filter((image) => !srOfImage.has(image));
}
