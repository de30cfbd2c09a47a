/** How back-ups and disks are named on the command line. */
import { usageError } from '../../cli-error.js';

export const BACKUP_ARGUMENT = ['<backup>', 'id, see `vsysctl backups list`'] as const;

const BACKUP_ID = /^[A-Z0-9]{8}-[A-Z0-9]{9}-B-\d{4}$/;
const DISK_ID = /^[A-Z0-9]{8}-[A-Z0-9]{9}-D-\d{4}$/;

/** A data disk by its id; anything else names a server. */
export const isDiskId = (text: string): boolean => DISK_ID.test(text);

/** Throws a usage error for a text that is no such id. */
export function pathOfBackup(id: string): { readonly backupId: string } {
  if (BACKUP_ID.test(id)) return { backupId: id };
  throw usageError(
    `“${id}” is not the id of a back-up.`,
    'Take it from `vsysctl backups list`; it looks like DEMO0001-7K2M9QXPA-B-0001.',
  );
}
