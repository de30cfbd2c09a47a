/** What is written about back-ups beside their part rows. Rows of parts are written by admission. */
import type { BackupId, ContractId, SealedText, VsysId } from '@openvsys/vsys';
import type { Session } from '../session.js';

export interface CopyKey {
  readonly hash: string;
  /** Sealed for the back-up. */
  readonly sealed: SealedText;
  /** None: whoever has the key. */
  readonly contracts: readonly ContractId[];
}

/** Null withdraws the key. For a back-up that was read with the caller's scope. */
export async function setCopyKey(session: Session, id: BackupId, key: CopyKey | null): Promise<void> {
  await session.change(
    'UPDATE backup SET copy_key_hash = $2, copy_key = $3, copy_contracts = $4 WHERE id = $1',
    [id, key?.hash ?? null, key?.sealed ?? null, key?.contracts ?? null],
  );
}

/** For a back-up that was read with the caller's scope; undefined: it has none. */
export async function findCopyKey(session: Session, id: BackupId): Promise<CopyKey | undefined> {
  return session.first<CopyKey>(
    `SELECT copy_key_hash AS hash, copy_key AS sealed, copy_contracts AS contracts FROM backup
      WHERE id = $1 AND copy_key IS NOT NULL`,
    [id],
  );
}

export interface PolicyMark {
  readonly policyId: string;
  readonly dueAt: Date;
}

/** For which due time of a policy the back-ups are taken. */
export async function markByPolicy(
  session: Session,
  ids: readonly BackupId[],
  { policyId, dueAt }: PolicyMark,
): Promise<void> {
  await session.change('UPDATE backup SET policy_id = $2, due_at = $3 WHERE id = ANY($1::text[])', [
    ids,
    policyId,
    dueAt,
  ]);
}

/** Of a locked system: wanted back-ups that are not complete yet. */
export async function listUnfinishedBackups(session: Session, vsysId: VsysId): Promise<readonly BackupId[]> {
  const rows = await session.rows<{ id: BackupId }>(
    'SELECT id FROM backup WHERE vsys_id = $1 AND wanted AND taken_at IS NULL AND gone_at IS NULL ORDER BY id',
    [vsysId],
  );
  return rows.map(({ id }) => id);
}
