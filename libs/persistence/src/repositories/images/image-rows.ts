/**
 * Images as callers see them: the provider's, those of the caller's organization, and those that another one shares with
 * it. Within what a caller sees a name means one image: the own one first, then the provider's, then a shared one.
 */
import {
  DomainError,
  imageReference,
  parseImageReference,
  type ErrorReport,
  type ImageLicence,
  type ImageState,
  type ImageVisibility,
  type OrganizationId,
  type Scope,
  type UploadFormat,
} from '@openvsys/vsys';
import type { Session } from '../../session.js';
import type { Page, PageRequest } from '../paging.js';
import { Filter, type ListKey } from '../reads/filter.js';
import { pageOf, type Keyed } from '../reads/keyset.js';

export interface ImageUpload {
  /** Announced. */
  readonly bytes: number;
  readonly sha256: string | null;
  readonly received: number;
  /** In the spool folder, in their order. */
  readonly files: readonly string[];
}

export interface VisibleImage {
  /** As this caller's descriptors write it. */
  readonly name: string;
  readonly version: number;
  /** Name and version. */
  readonly reference: string;
  readonly template: string;
  readonly visibility: ImageVisibility;
  /** Whose it is; null: the provider's. */
  readonly organizationId: OrganizationId | null;
  /** What its owner calls it. */
  readonly family: string;
  readonly state: ImageState;
  readonly title: string;
  readonly os: string;
  readonly kind: 'server' | 'efm';
  /** 0 as long as nobody knows. */
  readonly systemDiskGiB: number;
  readonly minMemoryMiB: number;
  /** What is paid for each running server of it; null: nothing. */
  readonly licence: ImageLicence | null;
  /** Of all its disks; null when nobody knows. */
  readonly sizeGiB: number | null;
  readonly format: UploadFormat | null;
  readonly sha256: string | null;
  readonly upload: ImageUpload | null;
  readonly failure: ErrorReport | null;
  readonly deprecated: boolean;
  readonly deprecatedFrom: Date | null;
  readonly replacement: string | null;
  /** Storages that have it. */
  readonly places: number;
  readonly createdAt: Date;
}

const COLUMNS = `i.alias AS name, i.version, i.alias || ':' || i.version AS reference, i.name AS template, i.visibility,
  i.organization_id AS "organizationId", i.family, i.state, i.title, i.os, i.kind, i.system_disk_gib AS "systemDiskGiB",
  i.min_memory_mib AS "minMemoryMiB", i.licence, i.size_gib AS "sizeGiB", i.format, i.sha256, i.upload, i.failure,
  (i.deprecated OR coalesce(i.deprecated_from <= now(), FALSE)) AS deprecated, i.deprecated_from AS "deprecatedFrom",
  i.replacement, (SELECT count(*)::integer FROM pool_image p WHERE p.name = i.name) AS places, i.created_at AS "createdAt"`;

/** Own images are shown in every state, others only when they can be used. */
const OF_TENANT = (organization: string): string => `
  SELECT i.*, i.family AS alias, 'private' AS visibility, 0 AS rank FROM disk_image i
    WHERE i.organization_id = ${organization}::uuid AND i.state <> 'removed'
  UNION ALL SELECT i.*, i.family, 'public', 1 FROM disk_image i
    WHERE i.organization_id IS NULL AND i.state = 'available'
  UNION ALL SELECT i.*, g.alias, 'shared', 2 FROM image_grant g
    JOIN disk_image i ON i.organization_id = g.owner_id AND i.family = g.family AND i.state = 'available'
    WHERE g.organization_id = ${organization}::uuid`;

/** The provider calls images of tenants by their templates. */
const OF_PROVIDER = `
  SELECT i.*, CASE WHEN i.organization_id IS NULL THEN i.family ELSE i.name END AS alias,
    CASE WHEN i.organization_id IS NULL THEN 'public' ELSE 'private' END AS visibility, 0 AS rank
  FROM disk_image i WHERE i.state <> 'removed'`;

const KEY: ListKey = {
  name: 'images',
  columns: [
    { column: 'i.alias', type: 'text' },
    { column: 'i.version', type: 'integer' },
    { column: 'i.name', type: 'text' },
  ],
  direction: 'ascending',
};

export interface ImageFilter {
  readonly name?: string | undefined;
  readonly visibility?: ImageVisibility | undefined;
  readonly state?: ImageState | undefined;
}

function visibleTo({ organizationId }: Pick<Scope, 'organizationId'>, filter: Filter): string {
  return organizationId === null ? OF_PROVIDER : OF_TENANT(filter.parameter(organizationId));
}

/** By name and version. */
export async function listVisibleImages(
  session: Session,
  scope: Scope,
  filter: ImageFilter,
  page: PageRequest,
): Promise<Page<VisibleImage>> {
  const where = new Filter()
    .andWhen('i.alias = ?', filter.name)
    .andWhen('i.visibility = ?', filter.visibility)
    .andWhen('i.state = ?', filter.state)
    .after(KEY, page);
  const from = visibleTo(scope, where);
  const limit = where.parameter(page.limit + 1);
  const rows = await session.rows<VisibleImage & Keyed>(
    `SELECT ${COLUMNS}, ARRAY[i.alias, i.version::text, i.name] AS "pageKey" FROM (${from}) i
      WHERE ${where.text} ORDER BY i.alias, i.version, i.name LIMIT ${limit}`,
    where.parameters,
  );
  return pageOf(KEY.name, page, rows);
}

/** A name alone means the newest version that is offered, else the newest. Throws `not-found`. */
export async function getVisibleImage(
  session: Session,
  scope: Pick<Scope, 'organizationId'>,
  reference: string,
): Promise<VisibleImage> {
  const wanted = parseImageReference(reference);
  const where = new Filter();
  const from = visibleTo(scope, where);
  where.and('i.alias = ?', wanted?.name ?? reference).andWhen('i.version = ?', wanted?.version);
  const row = await session.first<VisibleImage>(
    `SELECT ${COLUMNS} FROM (${from}) i WHERE ${where.text}
     ORDER BY i.rank, i.state = 'available' DESC,
       (i.deprecated OR coalesce(i.deprecated_from <= now(), FALSE)), i.version DESC LIMIT 1`,
    where.parameters,
  );
  if (row !== undefined) return row;
  throw new DomainError('not-found', `No image has the name “${reference.slice(0, 100)}”.`, {
    remedy: 'List the images.',
  });
}

/** All that an organization's descriptors may name, best first; the provider's alone for null. */
export async function listOfferedImages(
  session: Session,
  organization: OrganizationId | null,
): Promise<readonly VisibleImage[]> {
  const from =
    organization === null
      ? `SELECT i.*, i.family AS alias, 'public' AS visibility, 1 AS rank FROM disk_image i WHERE i.organization_id IS NULL`
      : OF_TENANT('$1');
  return session.rows<VisibleImage>(
    `SELECT ${COLUMNS} FROM (${from}) i WHERE i.state = 'available'
     ORDER BY i.rank, i.alias, i.version DESC`,
    organization === null ? [] : [organization],
  );
}

export interface NewImage {
  readonly template: string;
  readonly family: string;
  readonly version: number;
  readonly organizationId: OrganizationId | null;
  readonly state: ImageState;
  readonly title: string;
  readonly os: string;
  readonly minMemoryMiB: number;
  /** As far as it can be told before. */
  readonly sizeGiB: number;
  /** Absent: none. */
  readonly licence?: ImageLicence | null;
  readonly format: UploadFormat | null;
  readonly upload: ImageUpload | null;
  readonly createdBy: string;
}

const INSERT = `
INSERT INTO disk_image (name, family, version, organization_id, state, title, os, system_disk_gib, min_memory_mib, kind,
  size_gib, format, upload, created_by, licence)
VALUES ($1, $2, $3, $4, $5, $6, $7, 0, $8, 'server', $9, $10, $11::jsonb, $12, $13::jsonb)`;

const jsonOf = (licence: ImageLicence | null): string | null =>
  licence === null ? null : JSON.stringify(licence);

/** Throws `conflict` when somebody else has just taken the version. */
export async function insertImage(session: Session, image: NewImage): Promise<void> {
  const { template, family, version, organizationId, state, title, os, minMemoryMiB, sizeGiB } = image;
  const { format, upload, createdBy, licence = null } = image;
  const facts = [template, family, version, organizationId, state, title, os, minMemoryMiB, sizeGiB, format];
  const documents = [upload === null ? null : JSON.stringify(upload), createdBy, jsonOf(licence)];
  await session.change(INSERT, [...facts, ...documents]);
}

/** One more than the highest that there ever was; waits for whoever is about to take one. */
export async function nextImageVersion(
  session: Session,
  organization: OrganizationId | null,
  family: string,
): Promise<number> {
  await session.rows('SELECT pg_advisory_xact_lock(7266852, hashtext($1::text || $2::text))', [
    organization ?? '',
    family,
  ]);
  const row = await session.first<{ version: number }>(
    `SELECT coalesce(max(version), 0) + 1 AS version FROM disk_image
      WHERE organization_id IS NOT DISTINCT FROM $1::uuid AND family = $2`,
    [organization, family],
  );
  return row?.version ?? 1;
}

/** Locked until the transaction ends; undefined when there is none. */
export async function lockImage(
  session: Session,
  template: string,
): Promise<{ readonly state: ImageState; readonly upload: ImageUpload | null } | undefined> {
  return session.first(`SELECT state, upload FROM disk_image WHERE name = $1 FOR UPDATE`, [template]);
}

/** False when the upload has gone on meanwhile, or is over. */
export async function appendUpload(
  session: Session,
  template: string,
  piece: { readonly offset: number; readonly file: string; readonly bytes: number },
): Promise<boolean> {
  const changed = await session.change(
    `UPDATE disk_image SET touched_at = now(), upload = upload || jsonb_build_object(
       'received', (upload->>'received')::bigint + $4::bigint, 'files', upload->'files' || to_jsonb($3::text))
     WHERE name = $1 AND state = 'awaiting-upload' AND (upload->>'received')::bigint = $2::bigint`,
    [template, piece.offset, piece.file, piece.bytes],
  );
  return changed === 1;
}

export async function setImageState(session: Session, template: string, state: ImageState): Promise<void> {
  await session.change(`UPDATE disk_image SET state = $2, touched_at = now() WHERE name = $1`, [
    template,
    state,
  ]);
}

/** One that never was in a pool leaves no trace but in the audit. */
export async function deleteImageRow(session: Session, template: string): Promise<void> {
  await session.change('DELETE FROM disk_image WHERE name = $1', [template]);
}

export interface ImageFacts {
  readonly title?: string | undefined;
  readonly deprecated?: boolean | undefined;
  /** Null: no date. */
  readonly deprecatedFrom?: Date | null | undefined;
  readonly replacement?: string | null | undefined;
  /** Null: none. For servers that are made from then on. */
  readonly licence?: ImageLicence | null | undefined;
}

export async function changeImageFacts(session: Session, template: string, facts: ImageFacts): Promise<void> {
  const { title, deprecated, deprecatedFrom, replacement, licence } = facts;
  await session.change(
    `UPDATE disk_image SET title = coalesce($2, title), deprecated = coalesce($3, deprecated),
       deprecated_from = CASE WHEN $4 THEN $5::timestamptz ELSE deprecated_from END,
       replacement = CASE WHEN $6 THEN $7 ELSE replacement END,
       licence = CASE WHEN $8 THEN $9::jsonb ELSE licence END, touched_at = now() WHERE name = $1`,
    [
      template,
      title ?? null,
      deprecated ?? null,
      deprecatedFrom !== undefined,
      deprecatedFrom ?? null,
      replacement !== undefined,
      replacement ?? null,
      licence !== undefined,
      jsonOf(licence ?? null),
    ],
  );
}

/** Servers that were made from it and are still there. */
export async function countImageUsers(session: Session, template: string): Promise<number> {
  const row = await session.first<{ count: number }>(
    'SELECT count(*)::integer AS count FROM vserver WHERE image = $1 AND released_at IS NULL',
    [template],
  );
  return row?.count ?? 0;
}

export const referenceOf = ({ name, version }: Pick<VisibleImage, 'name' | 'version'>): string =>
  imageReference(name, version);
