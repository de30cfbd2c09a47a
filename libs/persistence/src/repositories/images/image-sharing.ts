/** Keys that let another organization use an image, and what was let in by them. */
import { createHash, randomBytes } from 'node:crypto';
import { DomainError, type ContractId, type OrganizationId, type SealedText } from '@openvsys/vsys';
import type { Session } from '../../session.js';

const KEY_BYTES = 24;
const PREFIX = 'ovi_';

/** Shown once, stored nowhere. */
export const generateShareKey = (): string => PREFIX + randomBytes(KEY_BYTES).toString('base64url');
const hashOf = (key: string): Buffer => createHash('sha256').update(key, 'utf8').digest();

export interface ShareKeyRecord {
  readonly id: string;
  readonly createdAt: Date;
  readonly createdBy: string;
  readonly expiresAt: Date;
}

export interface GrantRecord {
  readonly organizationId: OrganizationId;
  readonly organizationName: string;
  readonly grantedAt: Date;
}

export async function insertShareKey(
  session: Session,
  owner: OrganizationId,
  family: string,
  record: ShareKeyRecord,
  key: string,
): Promise<void> {
  const { id, createdAt, createdBy, expiresAt } = record;
  await session.change(
    `INSERT INTO image_share_key (id, organization_id, family, hash, created_at, created_by, expires_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7)`,
    [id, owner, family, hashOf(key), createdAt, createdBy, expiresAt],
  );
}

export async function listShares(
  session: Session,
  owner: OrganizationId,
  family: string,
): Promise<{ readonly keys: readonly ShareKeyRecord[]; readonly grants: readonly GrantRecord[] }> {
  const keys = await session.rows<ShareKeyRecord>(
    `SELECT id, created_at AS "createdAt", created_by AS "createdBy", expires_at AS "expiresAt" FROM image_share_key
      WHERE organization_id = $1 AND family = $2 AND expires_at > now() ORDER BY id LIMIT 100`,
    [owner, family],
  );
  const grants = await session.rows<GrantRecord>(
    `SELECT g.organization_id AS "organizationId", o.name AS "organizationName", g.granted_at AS "grantedAt"
      FROM image_grant g JOIN organization o ON o.id = g.organization_id
      WHERE g.owner_id = $1 AND g.family = $2 ORDER BY g.granted_at, g.organization_id LIMIT 1000`,
    [owner, family],
  );
  return { keys, grants };
}

/** Keys that were given out work no more, and nobody else may make new servers of it; servers that are there stay. */
export async function endShares(session: Session, owner: OrganizationId, family: string): Promise<number> {
  const parameters = [owner, family];
  await session.change('DELETE FROM image_share_key WHERE organization_id = $1 AND family = $2', parameters);
  return session.change('DELETE FROM image_grant WHERE owner_id = $1 AND family = $2', parameters);
}

export interface SharedFamily {
  readonly ownerId: OrganizationId;
  readonly family: string;
}

/** Throws `not-found` for a key that is unknown, expired, or not for this organization. */
export async function getShared(
  session: Session,
  key: string,
  receiver: OrganizationId,
  at: Date,
): Promise<SharedFamily> {
  const found = await session.first<SharedFamily>(
    `SELECT organization_id AS "ownerId", family FROM image_share_key
      WHERE hash = $1 AND expires_at > $2
        AND (contracts = '{}' OR EXISTS (SELECT FROM organization o WHERE o.id = $3 AND o.contract = ANY(contracts)))`,
    [hashOf(key), at, receiver],
  );
  if (found !== undefined) return found;
  throw new DomainError('not-found', 'The key opens nothing: it is unknown, used up or taken back.', {
    pointer: '/key',
    remedy: 'Ask its owner for a new one.',
  });
}

export interface ImageCopyKey {
  /** Sealed for the id of the key. */
  readonly sealed: SealedText;
  readonly id: string;
  /** None: whoever has the key. */
  readonly contracts: readonly ContractId[];
}

/** The one key of a family that its owner can read again; in place of the one before. */
export async function setImageCopyKey(
  session: Session,
  owner: OrganizationId,
  family: string,
  record: ShareKeyRecord,
  { key, sealed, contracts }: Pick<ImageCopyKey, 'sealed' | 'contracts'> & { readonly key: string },
): Promise<void> {
  await deleteImageCopyKey(session, owner, family);
  await insertShareKey(session, owner, family, record, key);
  await session.change('UPDATE image_share_key SET sealed = $2, contracts = $3 WHERE id = $1', [
    record.id,
    sealed,
    contracts,
  ]);
}

/** Who uses the image by it already goes on. */
export async function deleteImageCopyKey(
  session: Session,
  owner: OrganizationId,
  family: string,
): Promise<void> {
  await session.change(
    'DELETE FROM image_share_key WHERE organization_id = $1 AND family = $2 AND sealed IS NOT NULL',
    [owner, family],
  );
}

/** Undefined: it has none. */
export async function findImageCopyKey(
  session: Session,
  owner: OrganizationId,
  family: string,
): Promise<ImageCopyKey | undefined> {
  return session.first<ImageCopyKey>(
    `SELECT id, sealed, contracts FROM image_share_key
      WHERE organization_id = $1 AND family = $2 AND sealed IS NOT NULL`,
    [owner, family],
  );
}

/** Under another name than before when it is there already. Throws `conflict` when the name means something else. */
export async function putGrant(
  session: Session,
  organization: OrganizationId,
  { ownerId, family }: SharedFamily,
  alias: string,
  at: Date,
): Promise<void> {
  const taken = await session.first(
    `SELECT FROM disk_image WHERE family = $2 AND state <> 'removed'
       AND (organization_id = $1 OR organization_id IS NULL)
     UNION ALL SELECT FROM image_grant WHERE organization_id = $1 AND alias = $2 AND (owner_id <> $3 OR family <> $4)`,
    [organization, alias, ownerId, family],
  );
  if (taken !== undefined)
    throw new DomainError('conflict', `“${alias}” means another image already.`, {
      pointer: '/name',
      remedy: 'Take another name for it.',
    });
  await session.change(
    `INSERT INTO image_grant (organization_id, alias, owner_id, family, granted_at) VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT (organization_id, owner_id, family) DO UPDATE SET alias = excluded.alias`,
    [organization, alias, ownerId, family, at],
  );
}

/** False when there was none. */
export async function deleteGrant(
  session: Session,
  organization: OrganizationId,
  alias: string,
): Promise<boolean> {
  const changed = await session.change('DELETE FROM image_grant WHERE organization_id = $1 AND alias = $2', [
    organization,
    alias,
  ]);
  return changed === 1;
}
