/**
 * Where a back-up goes: to storage of the class `backup` when it has room, else to another storage than the disk's, else beside
 * the disk. Sizes count in full, as for disks.
 */
import { DomainError } from '../errors.js';
import type { SrUuid } from '../ids.js';
import type { PoolCapacity, SrCapacity } from '../ports/hypervisor.port.js';
import type { BackupPlacement } from '../spec/vsys-spec.js';
import { isForDisks } from './choose-storage.js';
import { STANDARD_DISK_CLASS } from './disk-class.js';

/** What the provider marks storage for back-ups with (XenAPI `SR.other_config:openvsys-disk-class`). */
export const BACKUP_CLASS = 'backup';

export interface BackupDemand {
  readonly sizeGiB: number;
  /** Where the disk is; undefined: not known. */
  readonly home: SrUuid | undefined;
  /** Promised already and not yet visible as used. */
  readonly heldGiB: ReadonlyMap<SrUuid, number>;
}

export interface BackupPlace {
  readonly sr: SrUuid;
  readonly placed: BackupPlacement;
}

/** Throws `no-capacity` when no storage has room. */
export function chooseBackupStorage(
  capacity: PoolCapacity,
  { sizeGiB, home, heldGiB }: BackupDemand,
): BackupPlace {
  const free = (sr: SrCapacity): number => sr.freeGiB - (heldGiB.get(sr.uuid) ?? 0);
  const roomy = capacity.srs
    .filter((sr) => isForDisks(sr, capacity) && free(sr) >= sizeGiB)
    .toSorted((a, b) => free(b) - free(a) || (a.uuid < b.uuid ? -1 : 1));
  const kept = roomy.find(({ diskClass }) => diskClass === BACKUP_CLASS);
  if (kept !== undefined) return { sr: kept.uuid, placed: 'backup-storage' };
  // Nobody gets the dear storage for a copy by chance.
  const usual = roomy.filter(
    (sr) => sr.uuid === home || (sr.diskClass ?? STANDARD_DISK_CLASS) === STANDARD_DISK_CLASS,
  );
  const other = usual.find(({ uuid }) => uuid !== home);
  if (other !== undefined) return { sr: other.uuid, placed: 'other-storage' };
  const [own] = usual;
  if (own !== undefined) return { sr: own.uuid, placed: 'same-storage' };
  throw new DomainError('no-capacity', `No storage of the pool has ${sizeGiB} GiB free for a back-up.`, {
    retry: 'after-change',
    remedy: 'Delete back-ups that are not needed, or ask the provider.',
  });
}
