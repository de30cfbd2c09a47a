/** VSYS as lists and single answers show them. */
import {
  DomainError,
  type ErrorReport,
  type OrganizationId,
  type PoolId,
  type Scope,
  type TagFilter,
  type Tags,
  type VdcId,
  type VsysId,
  type VsysPhase,
  type VsysSpec,
} from '@openvsys/vsys';
import type { Session } from '../../session.js';
import type { Page, PageRequest } from '../paging.js';
import { Filter, type ListKey } from './filter.js';
import { requireOutside, type BinSide } from '../vsys-admission.js';
import { pageOf, type Keyed } from './keyset.js';

export interface VsysRecord {
  readonly id: VsysId;
  readonly name: string;
  readonly organizationId: string;
  readonly vdcId: string;
  readonly phase: VsysPhase;
  readonly generation: number;
  readonly observedGeneration: number;
  readonly descriptor: {
    readonly name: string;
    readonly version: string;
  } | null;
  readonly createdAt: Date;
  readonly changedAt: Date;
  readonly deletedAt: Date | null;
  /** In the recycle bin until then; null: not in it. */
  readonly purgeAt: Date | null;
  readonly externalId: string | null;
  readonly tags: Tags;
  readonly protected: boolean;
  readonly expiresAt: Date | null;
}

export interface VsysDetailRecord extends VsysRecord {
  readonly poolId: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly parked: ErrorReport | null;
  readonly currency: string;
  readonly spec: VsysSpec;
  /** The descriptor that the present generation was made from, as a document. */
  readonly descriptorDocument: Readonly<Record<string, unknown>> | null;
}

export interface VsysFilter {
  readonly name?: string | undefined;
  readonly phase?: VsysPhase | undefined;
  readonly vdcId?: string | undefined;
  readonly externalId?: string | undefined;
  /** All of them. */
  readonly tags?: readonly TagFilter[] | undefined;
  /** Some part of the name, the notes, a tag or the external id, whatever its case. */
  readonly search?: string | undefined;
  /** `bin`: only those in the recycle bin; else only those outside. */
  readonly place?: 'bin' | undefined;
}

const COLUMNS = `v.id, v.name, v.organization_id AS "organizationId", v.vdc_id AS "vdcId", v.phase, v.generation,
  v.observed_generation AS "observedGeneration", v.created_at AS "createdAt", v.changed_at AS "changedAt",
  v.deleted_at AS "deletedAt", v.purge_at AS "purgeAt", v.external_id AS "externalId", coalesce(s.tags, '{}') AS tags,
  coalesce(s.protected, FALSE) AS protected, s.expires_at AS "expiresAt",
  CASE WHEN dv.id IS NULL THEN NULL ELSE jsonb_build_object('name', d.name, 'version', dv.version) END AS descriptor`;

const KEY: ListKey = {
  name: 'vsys',
  columns: [
    { column: 'v.created_at', type: 'timestamptz' },
    { column: 'v.id', type: 'text' },
  ],
  direction: 'descending',
};
const JOINS = `LEFT JOIN vsys_settings s ON s.vsys_id = v.id
  LEFT JOIN descriptor_version dv ON dv.id = v.descriptor_version_id
  LEFT JOIN descriptor d ON d.id = dv.descriptor_id`;

/** Newest first. Deleted ones are listed only when their phase is asked for. */
export async function listVsys(
  session: Session,
  scope: Scope,
  filter: VsysFilter,
  page: PageRequest,
): Promise<Page<VsysRecord>> {
  const where = new Filter()
    .within(scope, 'v.organization_id', 'v.vdc_id')
    .andWhen('v.name = ?', filter.name)
    .andWhen('v.phase = ?', filter.phase)
    .andWhen('v.vdc_id = ?', filter.vdcId)
    .andWhen('v.external_id = ?', filter.externalId)
    .after(KEY, page);
  if (filter.phase !== 'deleted') where.only('v.deleted_at IS NULL');
  where.only(filter.place === 'bin' ? 'v.purge_at IS NOT NULL' : 'v.purge_at IS NULL');
  for (const tag of filter.tags ?? []) addTag(where, tag);
  const limit = where.parameter(page.limit + 1);
  const found = filter.search === undefined ? where.text : searched(where, filter.search, limit);
  // The page is cut from the narrow table before anything is joined to it.
  const rows = await session.rows<VsysRecord & Keyed>(
    `SELECT ${COLUMNS}, ARRAY[v.created_at::text, v.id] AS "pageKey"
       FROM (SELECT * FROM vsys v WHERE ${found} ${NEWEST_FIRST} LIMIT ${limit}) v ${JOINS} ${NEWEST_FIRST}`,
    where.parameters,
  );
  return pageOf('vsys', page, rows);
}

const NEWEST_FIRST = 'ORDER BY v.created_at DESC, v.id DESC';

/**
 * A page of those with the text in the name, and one of those with it elsewhere: together they have the page of both. Each has
 * an index of trigrams, which an OR between the two would not use. All other conditions count inside.
 */
function searched(where: Filter, text: string, limit: string): string {
  const pattern = where.parameter(`%${likeText(text.toLowerCase())}%`);
  const { text: conditions } = where;
  return among(`(SELECT v.id FROM vsys v WHERE ${conditions} AND lower(v.name) LIKE ${pattern}
      ${NEWEST_FIRST} LIMIT ${limit})
    UNION ALL (SELECT v.id FROM vsys_settings t JOIN vsys v ON v.id = t.vsys_id
      WHERE ${conditions} AND t.search LIKE ${pattern} ${NEWEST_FIRST} LIMIT ${limit})`);
}

function addTag(where: Filter, { key, value }: TagFilter): void {
  const tagged = 'SELECT t.vsys_id FROM vsys_settings t WHERE t.tags';
  if (value === undefined) where.only(among(`${tagged} ? ${where.parameter(key)}`));
  else where.only(among(`${tagged} @> ${where.parameter(JSON.stringify({ [key]: value }))}::jsonb`));
}

/**
 * Found once and looked up by hash. As `IN (SELECT …)` the plan that PostgreSQL keeps for every value expects a handful of
 * ids and goes through all of them for each system: with a hundred of them sixty times as long.
 */
const among = (ids: string): string => `v.id = ANY (ARRAY(${ids}))`;

/** In a pattern of LIKE these three mean something. */
const likeText = (text: string): string => text.replaceAll(/[\\%_]/g, '\\$&');

/** With its present spec. Throws `not-found` for foreign ids as for unknown ones. */
export async function getVsys(session: Session, scope: Scope, id: VsysId): Promise<VsysDetailRecord> {
  const where = new Filter().and('v.id = ?', id).within(scope, 'v.organization_id', 'v.vdc_id');
  const row = await session.first<VsysDetailRecord>(
    `SELECT ${COLUMNS}, v.pool_id AS "poolId", v.parameters, v.parked, o.currency, g.spec,
            COALESCE(g.descriptor, dv.document) AS "descriptorDocument"
       FROM vsys v
       JOIN organization o ON o.id = v.organization_id
       JOIN vsys_generation g ON g.vsys_id = v.id AND g.generation = v.generation
       ${JOINS} WHERE ${where.text}`,
    where.parameters,
  );
  if (row !== undefined) return row;
  throw notFound(id);
}

/** The newest generation as it is, without a lock: for plans. */
export interface PresentSystem {
  readonly id: VsysId;
  readonly organizationId: OrganizationId;
  readonly vdcId: VdcId;
  readonly poolId: PoolId;
  readonly phase: VsysPhase;
  readonly generation: number;
  readonly observedGeneration: number;
  readonly numbers: object;
  readonly parameters: object;
  readonly descriptorVersionId: string | null;
  readonly spec: VsysSpec;
  readonly design: object;
  readonly descriptor: object | null;
  /** In the recycle bin until then; null: not in it. */
  readonly purgeAt: Date | null;
}

/** Throws `not-found` for a foreign, deleted or unknown VSYS alike, `conflict` for one in the recycle bin as `lockVsys`. */
export async function getPresentSystem(
  session: Session,
  scope: Scope,
  id: VsysId,
  side: BinSide = 'outside',
): Promise<PresentSystem> {
  const where = new Filter()
    .and('v.id = ?', id)
    .only('v.deleted_at IS NULL')
    .within(scope, 'v.organization_id', 'v.vdc_id');
  const row = await session.first<PresentSystem>(
    `SELECT v.id, v.organization_id AS "organizationId", v.vdc_id AS "vdcId", v.pool_id AS "poolId", v.phase,
            v.generation, v.observed_generation AS "observedGeneration", v.numbers, v.parameters, v.descriptor_version_id AS "descriptorVersionId", v.purge_at AS "purgeAt",
            g.spec, g.design, g.descriptor
       FROM vsys v JOIN vsys_generation g ON g.vsys_id = v.id AND g.generation = v.generation
      WHERE ${where.text}`,
    where.parameters,
  );
  if (row === undefined) throw notFound(id);
  if (side === 'outside') requireOutside(row);
  return row;
}

function notFound(id: VsysId): DomainError {
  return new DomainError('not-found', `No VSYS has the id “${id}”.`, {
    remedy: 'Take ids from a list or from the answer that created the thing.',
  });
}
