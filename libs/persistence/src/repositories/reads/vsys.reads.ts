/** VSYS as lists and single answers show them. */
import {
  DomainError,
  type ErrorReport,
  type OrganizationId,
  type PoolId,
  type Scope,
  type VdcId,
  type VsysId,
  type VsysPhase,
  type VsysSpec,
} from '@openvsys/vsys';
import type { Session } from '../../session.js';
import type { Page, PageRequest } from '../paging.js';
import { Filter, type ListKey } from './filter.js';
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
}

const COLUMNS = `v.id, v.name, v.organization_id AS "organizationId", v.vdc_id AS "vdcId", v.phase, v.generation,
  v.observed_generation AS "observedGeneration", v.created_at AS "createdAt", v.changed_at AS "changedAt",
  v.deleted_at AS "deletedAt",
  CASE WHEN dv.id IS NULL THEN NULL ELSE jsonb_build_object('name', d.name, 'version', dv.version) END AS descriptor`;

const KEY: ListKey = {
  name: 'vsys',
  columns: [
    { column: 'v.created_at', type: 'timestamptz' },
    { column: 'v.id', type: 'text' },
  ],
  direction: 'descending',
};
const DESCRIPTOR_JOIN = `LEFT JOIN descriptor_version dv ON dv.id = v.descriptor_version_id
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
    .after(KEY, page);
  if (filter.phase !== 'deleted') where.only('v.deleted_at IS NULL');
  const limit = where.parameter(page.limit + 1);
  // The page is cut from the narrow table before anything is joined to it.
  const rows = await session.rows<VsysRecord & Keyed>(
    `SELECT ${COLUMNS}, ARRAY[v.created_at::text, v.id] AS "pageKey"
       FROM (SELECT * FROM vsys v WHERE ${where.text} ORDER BY v.created_at DESC, v.id DESC LIMIT ${limit}) v
       ${DESCRIPTOR_JOIN} ORDER BY v.created_at DESC, v.id DESC`,
    where.parameters,
  );
  return pageOf('vsys', page, rows);
}

/** With its present spec. Throws `not-found` for foreign ids as for unknown ones. */
export async function getVsys(session: Session, scope: Scope, id: VsysId): Promise<VsysDetailRecord> {
  const where = new Filter().and('v.id = ?', id).within(scope, 'v.organization_id', 'v.vdc_id');
  const row = await session.first<VsysDetailRecord>(
    `SELECT ${COLUMNS}, v.pool_id AS "poolId", v.parameters, v.parked, o.currency, g.spec,
            COALESCE(g.descriptor, dv.document) AS "descriptorDocument"
       FROM vsys v
       JOIN organization o ON o.id = v.organization_id
       JOIN vsys_generation g ON g.vsys_id = v.id AND g.generation = v.generation
       ${DESCRIPTOR_JOIN} WHERE ${where.text}`,
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
  readonly numbers: object;
  readonly parameters: object;
  readonly descriptorVersionId: string | null;
  readonly spec: VsysSpec;
  readonly design: object;
  readonly descriptor: object | null;
}

/** Throws `not-found` for a foreign, deleted or unknown VSYS alike. */
export async function getPresentSystem(session: Session, scope: Scope, id: VsysId): Promise<PresentSystem> {
  const where = new Filter()
    .and('v.id = ?', id)
    .only('v.deleted_at IS NULL')
    .within(scope, 'v.organization_id', 'v.vdc_id');
  const row = await session.first<PresentSystem>(
    `SELECT v.id, v.organization_id AS "organizationId", v.vdc_id AS "vdcId", v.pool_id AS "poolId", v.phase,
            v.generation, v.numbers, v.parameters, v.descriptor_version_id AS "descriptorVersionId",
            g.spec, g.design, g.descriptor
       FROM vsys v JOIN vsys_generation g ON g.vsys_id = v.id AND g.generation = v.generation
      WHERE ${where.text}`,
    where.parameters,
  );
  if (row !== undefined) return row;
  throw notFound(id);
}

function notFound(id: VsysId): DomainError {
  return new DomainError('not-found', `No VSYS has the id “${id}”.`, {
    remedy: 'Take ids from a list or from the answer that created the thing.',
  });
}
