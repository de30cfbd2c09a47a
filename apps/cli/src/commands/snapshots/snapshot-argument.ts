/** How a snapshot is named on the command line: its id, which names its system too. */
import { usageError } from '../../cli-error.js';

export const SNAPSHOT_ARGUMENT = ['<snapshot>', 'id, see `vsysctl snapshots list <vsys>`'] as const;

const SNAPSHOT_ID = /^([A-Z0-9]{8}-[A-Z0-9]{9})-X-\d{4}$/;

/** Throws a usage error for a text that is no such id. */
export function pathOfSnapshot(id: string): { readonly vsysId: string; readonly snapshotId: string } {
  const vsysId = SNAPSHOT_ID.exec(id)?.[1];
  if (vsysId !== undefined) return { vsysId, snapshotId: id };
  throw usageError(
    `“${id}” is not the id of a snapshot.`,
    'Take it from `vsysctl snapshots list <vsys>`; it looks like DEMO0001-7K2M9QXPA-X-0001.',
  );
}
