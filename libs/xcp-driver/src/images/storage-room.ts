/** Whether disks fit on a storage, asked before a byte is sent. */
import { DomainError, type SrUuid } from '@openvsys/vsys';
import type { Located, PoolCache } from '../cache/pool-cache.js';
import type { Ref } from '../generated/records.js';

/** Types of storage (XenAPI `SR.type`) on which a disk takes only what is written; the others give it all at once. */
const THIN_TYPES = new Set([
  'nfs',
  'ext',
  'file',
  'smb',
  'xfs',
  'zfs',
  'cephfs',
  'glusterfs',
  'gfs2',
  'linstor',
]);

export function getStorage(cache: PoolCache, uuid: SrUuid): Located<'SR'> {
  for (const [ref, record] of cache.all('SR'))
    if (record.uuid === uuid) return { ref: ref as Ref<'SR'>, record };
  throw new DomainError('not-found', 'The pool has no such storage.', {
    pointer: '/sr',
    remedy: 'Take the storage from the capacity of the pool.',
  });
}

export interface DiskNeed {
  readonly virtualBytes: number;
  /** What is written of it; null when unknown. */
  readonly usedBytes: number | null;
}

/** Throws `no-capacity`. */
export function checkRoom({ record }: Located<'SR'>, disks: readonly DiskNeed[]): void {
  const { physical_size: size, physical_utilisation: used, type, uuid } = record;
  const isThin = THIN_TYPES.has(type);
  const needed = disks.reduce((sum, disk) => sum + (isThin ? (disk.usedBytes ?? 0) : disk.virtualBytes), 0);
  const largest = Math.max(0, ...disks.map(({ virtualBytes }) => virtualBytes));
  const free = Math.max(0, size - used);
  if (needed <= free && largest <= size) return;
  throw new DomainError('no-capacity', 'The storage has no room for the image.', {
    pointer: '/sr',
    remedy: 'Choose another storage, or free space on this one.',
    details: { sr: uuid, neededBytes: Math.max(needed, largest), freeBytes: free },
  });
}
