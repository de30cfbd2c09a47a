/** Names of parts as callers wrote them, where a descriptor could not have them. */
import type { VsysId } from '@openvsys/vsys';
import type { Session } from '../session.js';

/** Of a system that was read with the caller's scope: id of the part → its label. */
export async function listPartLabels(session: Session, vsys: VsysId): Promise<ReadonlyMap<string, string>> {
  const rows = await session.rows<{ partId: string; label: string }>(
    'SELECT part_id AS "partId", label FROM part_label WHERE vsys_id = $1',
    [vsys],
  );
  return new Map(rows.map(({ partId, label }) => [partId, label]));
}

/** The system must have been read or locked with the caller's scope. */
export async function writePartLabel(
  session: Session,
  vsys: VsysId,
  part: string,
  label: string,
): Promise<void> {
  await session.change(
    `INSERT INTO part_label (part_id, vsys_id, label) VALUES ($1, $2, $3)
     ON CONFLICT (part_id) DO UPDATE SET label = excluded.label`,
    [part, vsys, label],
  );
}
