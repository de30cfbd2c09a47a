/** Descriptors of the organization and of the provider's library. */
import { DomainError, type Scope } from '@openvsys/vsys';
import type { Session } from '../../session.js';
import type { Page, PageRequest } from '../paging.js';
import { Filter, type ListKey } from './filter.js';
import { pageOf, type Keyed } from './keyset.js';

export interface DescriptorRecord {
  readonly id: string;
  readonly name: string;
  readonly shared: boolean;
  readonly visibility: DescriptorVisibility;
  readonly title: string;
  readonly description: string;
  readonly latestVersion: string;
}

/** `provider`: everybody sees it · `shared`: who has its key may copy it · `organization`: nobody else. */
export const DESCRIPTOR_VISIBILITIES = ['provider', 'shared', 'organization'] as const;
export type DescriptorVisibility = (typeof DESCRIPTOR_VISIBILITIES)[number];

export interface DescriptorFilter {
  readonly visibility?: DescriptorVisibility | undefined;
  /** Exactly this one. */
  readonly name?: string | undefined;
  /** Some part of the name, the title or the description of the newest version, whatever its case. */
  readonly search?: string | undefined;
}

export interface DescriptorDocumentRecord extends DescriptorRecord {
  /** Of the newest version. */
  readonly document: Readonly<Record<string, unknown>>;
}

export interface DescriptorVersionRecord {
  readonly id: string;
  readonly name: string;
  readonly version: string;
  readonly shared: boolean;
  readonly hash: string;
  readonly createdAt: Date;
}

export interface DescriptorVersionDetailRecord extends DescriptorVersionRecord {
  readonly document: Record<string, unknown>;
  readonly source: string;
}

const BY_NAME: ListKey = {
  name: 'descriptors',
  columns: [
    { column: 'd.name', type: 'text' },
    { column: 'd.id', type: 'uuid' },
  ],
  direction: 'ascending',
};
const BY_AGE: ListKey = {
  name: 'descriptor-versions',
  columns: [{ column: 'dv.id', type: 'uuid' }],
  direction: 'descending',
};
const VISIBILITY = `CASE WHEN d.organization_id IS NULL THEN 'provider' WHEN d.copy_key IS NULL THEN 'organization'
  ELSE 'shared' END`;
const DESCRIPTOR = `d.id, d.name, d.organization_id IS NULL AS shared, ${VISIBILITY} AS visibility,
  coalesce(latest.title, d.name) AS title, coalesce(latest.description, '') AS description, latest.version AS "latestVersion"`;
const WITH_LATEST = `descriptor d
  CROSS JOIN LATERAL (SELECT dv.version, dv.document, dv.document #>> '{metadata,title}' AS title,
                             dv.document #>> '{metadata,description}' AS description
                        FROM descriptor_version dv WHERE dv.descriptor_id = d.id
                       ORDER BY dv.created_at DESC, dv.id DESC LIMIT 1) latest`;
const VERSION = `dv.id, d.name, dv.version, d.organization_id IS NULL AS shared, dv.hash, dv.created_at AS "createdAt"`;

/** Own descriptors and the provider's; to the provider only its own. */
function visible(scope: Scope): Filter {
  const present = new Filter().only('d.removed_at IS NULL');
  if (scope.organizationId === null) return present.only('d.organization_id IS NULL');
  return present.and('(d.organization_id = ? OR d.organization_id IS NULL)', scope.organizationId);
}

const filtered = (scope: Scope, filter: DescriptorFilter): Filter =>
  visible(scope)
    .andWhen('d.name = ?', filter.name)
    .andWhen(`${VISIBILITY} = ?`, filter.visibility)
    .andWhen(
      `strpos(lower(concat_ws(chr(10), d.name, latest.title, latest.description)), ?) > 0`,
      filter.search?.toLowerCase(),
    );

/** By name. A name may come twice: the organization's own and the provider's. */
export async function listDescriptors(
  session: Session,
  scope: Scope,
  filter: DescriptorFilter,
  page: PageRequest,
): Promise<Page<DescriptorRecord>> {
  const where = filtered(scope, filter).after(BY_NAME, page);
  const limit = where.parameter(page.limit + 1);
  const rows = await session.rows<DescriptorRecord & Keyed>(
    `SELECT ${DESCRIPTOR}, ARRAY[d.name, d.id::text] AS "pageKey" FROM ${WITH_LATEST}
      WHERE ${where.text} ORDER BY d.name, d.id LIMIT ${limit}`,
    where.parameters,
  );
  return pageOf('descriptors', page, rows);
}

/** With the newest version of each, by name; at most `limit`. */
export async function listDescriptorDocuments(
  session: Session,
  scope: Scope,
  filter: DescriptorFilter,
  limit: number,
): Promise<readonly DescriptorDocumentRecord[]> {
  const where = filtered(scope, filter);
  const most = where.parameter(limit);
  return session.rows<DescriptorDocumentRecord>(
    `SELECT ${DESCRIPTOR}, latest.document FROM ${WITH_LATEST} WHERE ${where.text} ORDER BY d.name, d.id LIMIT ${most}`,
    where.parameters,
  );
}

/** Newest first. */
export async function listDescriptorVersions(
  session: Session,
  scope: Scope,
  name: string,
  page: PageRequest,
): Promise<Page<DescriptorVersionRecord>> {
  const where = visible(scope).and('d.name = ?', name).after(BY_AGE, page);
  const limit = where.parameter(page.limit + 1);
  const rows = await session.rows<DescriptorVersionRecord & Keyed>(
    `SELECT ${VERSION}, ARRAY[dv.id::text] AS "pageKey"
       FROM descriptor d JOIN descriptor_version dv ON dv.descriptor_id = d.id
      WHERE ${where.text} ORDER BY dv.id DESC LIMIT ${limit}`,
    where.parameters,
  );
  return pageOf('descriptor-versions', page, rows);
}

/**
 * The version that a reference means: the organization's own descriptor goes before the provider's; without a version
 * the newest. Throws `not-found`.
 */
export async function getDescriptorVersion(
  session: Session,
  scope: Scope,
  name: string,
  version: string | undefined,
): Promise<DescriptorVersionDetailRecord> {
  const where = visible(scope).and('d.name = ?', name).andWhen('dv.version = ?', version);
  const row = await session.first<DescriptorVersionDetailRecord>(
    `SELECT ${VERSION}, dv.document, dv.source
       FROM descriptor d JOIN descriptor_version dv ON dv.descriptor_id = d.id
      WHERE ${where.text} ORDER BY d.organization_id NULLS LAST, dv.created_at DESC, dv.id DESC LIMIT 1`,
    where.parameters,
  );
  if (row !== undefined) return row;
  const which = version === undefined ? `“${name}”` : `“${name}” in version ${version}`;
  throw new DomainError('not-found', `There is no descriptor ${which}.`, {
    pointer: '/descriptor',
    remedy: 'List the descriptors that you may use.',
  });
}

/** The document of a version that a VSYS read with the caller's scope refers to. Throws `not-found`. */
export async function getDescriptorDocument(session: Session, versionId: string): Promise<object> {
  const row = await session.first<{ document: object }>(
    'SELECT document FROM descriptor_version WHERE id = $1',
    [versionId],
  );
  if (row !== undefined) return row.document;
  throw new DomainError('not-found', `No descriptor version has the id “${versionId}”.`);
}
