/** What is done with a descriptor as a whole: giving it up, the key with which others may copy it. */
import { DomainError, type ContractId, type OrganizationId, type SealedText } from '@openvsys/vsys';
import type { Session } from '../session.js';
import type { DescriptorVersionDetailRecord } from './reads/descriptor.reads.js';

export interface OwnDescriptor {
  readonly id: string;
  readonly name: string;
}

/** Of the organization, or the provider's own for null; locked. Throws `not-found`, also for a descriptor of others that may be used. */
export async function lockOwnDescriptor(
  session: Session,
  owner: OrganizationId | null,
  name: string,
): Promise<OwnDescriptor> {
  const found = await session.first<OwnDescriptor>(
    `SELECT id, name FROM descriptor
      WHERE organization_id IS NOT DISTINCT FROM $1::uuid AND name = $2 AND removed_at IS NULL FOR UPDATE`,
    [owner, name],
  );
  if (found !== undefined) return found;
  throw new DomainError('not-found', `You have no descriptor “${name.slice(0, 100)}” of your own.`, {
    pointer: '/descriptorName',
    remedy: 'List the descriptors whose visibility is not `provider`.',
  });
}

/** Living systems whose present generation is made of one of its versions; at most `limit`, by id. */
export async function listSystemsOfDescriptor(
  session: Session,
  descriptorId: string,
  limit: number,
): Promise<readonly string[]> {
  const rows = await session.rows<{ id: string }>(
    `SELECT v.id FROM vsys v JOIN descriptor_version dv ON dv.id = v.descriptor_version_id
      WHERE dv.descriptor_id = $1 AND v.deleted_at IS NULL ORDER BY v.id LIMIT $2`,
    [descriptorId, limit],
  );
  return rows.map(({ id }) => id);
}

/** Its name is free again; its versions stay for the systems that were made of them. Its key opens nothing any more. */
export async function removeDescriptor(session: Session, descriptorId: string, at: Date): Promise<void> {
  await session.change(
    `UPDATE descriptor SET removed_at = $2, copy_key = NULL, copy_key_hash = NULL, copy_contracts = NULL WHERE id = $1`,
    [descriptorId, at],
  );
}

export interface DescriptorCopyKey {
  readonly hash: string;
  readonly sealed: SealedText;
  /** None: whoever has the key. */
  readonly contracts: readonly ContractId[];
}

/** Null takes it away. */
export async function setDescriptorCopyKey(
  session: Session,
  descriptorId: string,
  key: DescriptorCopyKey | null,
): Promise<void> {
  await session.change(
    'UPDATE descriptor SET copy_key_hash = $2, copy_key = $3, copy_contracts = $4 WHERE id = $1',
    [descriptorId, key?.hash ?? null, key?.sealed ?? null, key?.contracts ?? null],
  );
}

/** Undefined: it has none. */
export async function findDescriptorCopyKey(
  session: Session,
  descriptorId: string,
): Promise<DescriptorCopyKey | undefined> {
  return session.first<DescriptorCopyKey>(
    `SELECT copy_key_hash AS hash, copy_key AS sealed, copy_contracts AS contracts FROM descriptor
      WHERE id = $1 AND copy_key IS NOT NULL`,
    [descriptorId],
  );
}

/** Whose key it is: the newest version without one. Throws `not-found`, also for a key that is not for this organization. */
export async function getDescriptorByKey(
  session: Session,
  keyHash: string,
  receiver: OrganizationId,
  version: string | undefined,
): Promise<DescriptorVersionDetailRecord> {
  const found = await session.first<DescriptorVersionDetailRecord>(
    `SELECT dv.id, d.name, dv.version, FALSE AS shared, dv.hash, dv.created_at AS "createdAt", dv.document, dv.source
       FROM descriptor d JOIN descriptor_version dv ON dv.descriptor_id = d.id
      WHERE d.copy_key_hash = $1 AND d.removed_at IS NULL AND ($3::text IS NULL OR dv.version = $3::text)
        AND (d.copy_contracts = '{}' OR EXISTS (SELECT FROM organization o
             WHERE o.id = $2 AND o.contract = ANY(d.copy_contracts)))
      ORDER BY dv.created_at DESC, dv.id DESC LIMIT 1`,
    [keyHash, receiver, version ?? null],
  );
  if (found !== undefined) return found;
  throw new DomainError('not-found', 'The key opens no descriptor, or not in this version.', {
    pointer: '/key',
    remedy: 'Ask its owner for a new key.',
  });
}
