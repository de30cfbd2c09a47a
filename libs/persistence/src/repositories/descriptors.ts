/** Writing of descriptors, and choosing one by name: an organization's own and the provider's library, which everybody sees. */
import { DomainError, type OrganizationId, type Scope } from '@openvsys/vsys';
import { v7 as uuidv7 } from 'uuid';
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
  if (scope.organizationId === null) return 'TRUE';
  return `(d.organization_id IS NULL OR d.organization_id = ${parameters.add(scope.organizationId, 'uuid')})`;
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
  const existing = await session.first<StoredDescriptorVersion>(
    `SELECT ${VERSION_COLUMNS} ${VERSIONS} WHERE x.descriptor_id = $1 AND x.version = $2`,
    [descriptorId, version.version],
  );
  if (existing?.hash === version.hash) return existing;
  const id = uuidv7();
  await session.change(
    `INSERT INTO descriptor_version (id, descriptor_id, version, document, source, hash, created_at)
     VALUES ($1, $2, $3, $4::jsonb, $5, $6, $7)`,
    [
      id,
      descriptorId,
      version.version,
      JSON.stringify(version.document),
      version.source,
      version.hash,
      version.at,
    ],
  );
  const { at, ...facts } = version;
  return { ...facts, id, descriptorId, createdAt: at };
}

async function ensureDescriptor(session: Session, version: NewDescriptorVersion): Promise<string> {
  await session.change(
    `INSERT INTO descriptor (id, organization_id, name, created_at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`,
    [uuidv7(), version.organizationId, version.name, version.at],
  );
  const row = await session.first<{ id: string }>(
    'SELECT id FROM descriptor WHERE organization_id IS NOT DISTINCT FROM $1 AND name = $2',
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
