/**
 * Where disks go. System disks are made where their image's template is; data disks go together to one storage that every host
 * sees, so that their servers can start anywhere. Sizes count in full: thin storage is not promised twice.
 */
import type { SrUuid } from '../ids.js';
import type { PoolCapacity, SrCapacity } from '../ports/hypervisor.port.js';

export interface StorageDemand {
  /** One entry a server. */
  readonly systemDisks: readonly { readonly image: string; readonly sizeGiB: number }[];
  /** Sizes of the data disks in GiB. */
  readonly dataDisksGiB: readonly number[];
  /** Promised already and not yet visible as used. */
  readonly heldGiB: ReadonlyMap<SrUuid, number>;
}

export interface StorageChoice {
  /** For the data disks; null when there are none or no storage has room. */
  readonly sr: SrUuid | null;
  readonly missingImages: readonly string[];
  /** Storages on which the system disks do not fit. */
  readonly fullImageSrs: number;
  /** Storages that were looked at for data disks and are too small; only when none fits. */
  readonly tooSmallSrs: number;
}

/** XenAPI `SR.type` of storages that hold installation media or devices, never disks of servers. */
const MEDIA_TYPES: readonly string[] = ['iso', 'udev'];

/** The storage with the most free space of those that fit; the same input gives the same storage. */
export function chooseStorage(capacity: PoolCapacity, demand: StorageDemand): StorageChoice {
  const srOfImage = new Map(capacity.images.map(({ name, sr }) => [name, sr]));
  const taken = new Map(demand.heldGiB);
  const touched = new Set<SrUuid>();
  for (const { image, sizeGiB } of demand.systemDisks) {
    const sr = srOfImage.get(image);
    if (sr === undefined) continue;
    taken.set(sr, (taken.get(sr) ?? 0) + sizeGiB);
    touched.add(sr);
  }
  const free = (sr: SrCapacity): number => sr.freeGiB - (taken.get(sr.uuid) ?? 0);
  const full = capacity.srs.filter((sr) => touched.has(sr.uuid) && free(sr) < 0);
  const wanted = demand.dataDisksGiB.reduce((sum, size) => sum + size, 0);
  const usable = capacity.srs.filter((sr) => isForDisks(sr, capacity));
  const [best] = usable
    .filter((sr) => free(sr) >= wanted)
    .toSorted((a, b) => free(b) - free(a) || (a.uuid < b.uuid ? -1 : 1));
  const needsData = demand.dataDisksGiB.length > 0;
  return {
    sr: needsData ? (best?.uuid ?? null) : null,
    missingImages: missingIn(srOfImage, demand),
    fullImageSrs: full.length,
    tooSmallSrs: needsData && best === undefined ? usable.length : 0,
  };
}

/** A storage of one host only serves a pool of one host. */
function isForDisks(sr: SrCapacity, { hosts }: PoolCapacity): boolean {
  return !MEDIA_TYPES.includes(sr.type) && (sr.shared || hosts.length === 1);
}

function missingIn(
  srOfImage: ReadonlyMap<string, SrUuid>,
  { systemDisks }: StorageDemand,
): readonly string[] {
  return [...new Set(systemDisks.map(({ image }) => image))].filter((image) => !srOfImage.has(image));
}
