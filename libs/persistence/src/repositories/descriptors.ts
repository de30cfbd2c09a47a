/** Writing of descriptors, and choosing one by name: an organization's own and the provider's library, which everybody sees. */
import { DomainError, type OrganizationId, type Scope } from '@openvsys/vsys';
import { v7 as uuidv7 } from 'uuid';
import { DescriptorVersionEntity } from '../entities/catalog.entities.js';
import type { Session } from '../session.js';
import { Parameters } from './scope-condition.js';

export interface StoredDescriptorVersion {
  readonly id: string;
  readonly descriptorId: string;
  readonly organizationId: OrganizationId | null;
  readonly name: string;
  readonly version: string;
  readonly document: object;
  readonly source: string;
  readonly hash: string;
  readonly createdAt: Date;
}

export interface NewDescriptorVersion {
  /** Null: into the provider's library. */
  readonly organizationId: OrganizationId | null;
  readonly name: string;
  readonly version: string;
  readonly document: object;
  readonly source: string;
  /** SHA-256 of the source, lower-case hex. */
  readonly hash: string;
  readonly at: Date;
}

const VERSION_COLUMNS = `x.id, x.descriptor_id AS "descriptorId", d.organization_id AS "organizationId", d.name,
  x.version, x.document, x.source, x.hash, x.created_at AS "createdAt"`;
const VERSIONS = 'FROM descriptor_version x JOIN descriptor d ON d.id = x.descriptor_id';

/** The own ones and the library. */
function visible(scope: Scope, parameters: Parameters): string {
  if (scope.organizationId === null) return 'd.removed_at IS NULL';
  return `d.removed_at IS NULL AND (d.organization_id IS NULL OR d.organization_id = ${parameters.add(scope.organizationId, 'uuid')})`;
}

/**
 * Adds a version, and the descriptor with its first. Throws `conflict` when the version exists with another text;
 * the same text again answers the version that is there.
 */
export async function ensureDescriptorVersion(
  session: Session,
  version: NewDescriptorVersion,
): Promise<StoredDescriptorVersion> {
  const descriptorId = await ensureDescriptor(session, version);
  const stored = await session.first<{ hash: string }>(
    'SELECT hash FROM descriptor_version WHERE descriptor_id = $1 AND version = $2',
    [descriptorId, version.version],
  );
  // With another text under this version the insert is refused by the unique constraint, which tells why.
  if (stored?.hash !== version.hash) {
    await session.insert(DescriptorVersionEntity, {
      id: uuidv7(),
      descriptorId,
      version: version.version,
      document: version.document,
      source: version.source,
      hash: version.hash,
      createdAt: version.at,
    });
  }
  const found = await session.first<StoredDescriptorVersion>(
    `SELECT ${VERSION_COLUMNS} ${VERSIONS} WHERE x.descriptor_id = $1 AND x.version = $2`,
    [descriptorId, version.version],
  );
  if (found === undefined)
    throw new DomainError('internal', 'A descriptor version vanished while it was stored.');
  return found;
}

async function ensureDescriptor(session: Session, version: NewDescriptorVersion): Promise<string> {
  await session.change(
    `INSERT INTO descriptor (id, organization_id, name, created_at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`,
    [uuidv7(), version.organizationId, version.name, version.at],
  );
  const row = await session.first<{ id: string }>(
    // Locked: two callers with the same version come one after the other, and the second finds it.
    'SELECT id FROM descriptor WHERE organization_id IS NOT DISTINCT FROM $1 AND name = $2 AND removed_at IS NULL FOR UPDATE',
    [version.organizationId, version.name],
  );
  if (row === undefined)
    throw new DomainError('unavailable', 'The descriptor is being removed; repeat the request.');
  return row.id;
}

/**
 * By name, and version when given, else the newest. An organization's own descriptor hides one of the library with the
 * same name.
 */
export async function findDescriptorByName(
  session: Session,
  scope: Scope,
  name: string,
  version?: string,
): Promise<StoredDescriptorVersion | undefined> {
  const parameters = new Parameters();
  const conditions = [visible(scope, parameters), `d.name = ${parameters.add(name, 'text')}`];
  if (version !== undefined) conditions.push(`x.version = ${parameters.add(version, 'text')}`);
  return session.first<StoredDescriptorVersion>(
    `SELECT ${VERSION_COLUMNS} ${VERSIONS} WHERE ${conditions.join(' AND ')}
     ORDER BY (d.organization_id IS NULL), x.created_at DESC, x.id DESC LIMIT 1`,
    parameters.values,
  );
}
