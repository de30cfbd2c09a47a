/** Generations of a VSYS: what was wanted when, by whom, and whether it was reached. */
import {
  DomainError,
  type OperationState,
  type PartId,
  type Scope,
  type VsysId,
  type VsysSpec,
} from '@openvsys/vsys';
import type { Session } from '../../session.js';
import type { Page, PageRequest } from '../paging.js';
import { Filter, type ListKey } from './filter.js';
import { pageOf, type Keyed } from './keyset.js';

export interface GenerationRecord {
  readonly generation: number;
  readonly spec: VsysSpec;
  /** Of the generation before; null for the first. */
  readonly previousSpec: VsysSpec | null;
  readonly descriptor: { readonly name: string; readonly version: string };
  readonly createdAt: Date;
  /** Null: never reached, or not yet. */
  readonly reachedAt: Date | null;
  /** What asked for it; null for one that the engine made by itself. */
  readonly operation: {
    readonly id: string;
    readonly kind: string;
    readonly state: OperationState;
    readonly requestedBy: string | null;
  } | null;
  /** Why, in the words of who asked for it. */
  readonly reason: string | null;
}

const KEY: ListKey = {
  name: 'generations',
  columns: [{ column: 'g.generation', type: 'integer' }],
  direction: 'descending',
};

/** A server with its NICs, a disk, a network, an address … or a NIC by itself, as it was in a generation; null: not there. */
const partOf = (spec: string, parameter: string): string => `coalesce(
    jsonb_path_query_first(${spec}, '$.*[*] ? (@.id == $id)', jsonb_build_object('id', ${parameter}::text)),
    jsonb_path_query_first(${spec}, '$.servers[*].nics[*] ? (@.id == $id)', jsonb_build_object('id', ${parameter}::text)))`;

/** Newest first; with `part` only those that changed it. Nothing for a foreign VSYS as for an unknown one: get it first. */
export async function listGenerations(
  session: Session,
  scope: Scope,
  { vsysId, part }: { readonly vsysId: VsysId; readonly part?: PartId | undefined },
  page: PageRequest,
): Promise<Page<GenerationRecord>> {
  const where = new Filter()
    .and('g.vsys_id = ?', vsysId)
    .within(scope, 'v.organization_id', 'v.vdc_id')
    .after(KEY, page);
  if (part !== undefined) {
    const id = where.parameter(part);
    where.only(`${partOf('g.spec', id)} IS DISTINCT FROM ${partOf('p.spec', id)}`);
  }
  const limit = where.parameter(page.limit + 1);
  const rows = await session.rows<GenerationRecord & Keyed>(
    `SELECT g.generation, g.spec, p.spec AS "previousSpec", g.design->'descriptor' AS descriptor,
            g.created_at AS "createdAt", g.reached_at AS "reachedAt",
            CASE WHEN o.id IS NULL THEN NULL ELSE jsonb_build_object('id', o.id, 'kind', o.kind, 'state', o.state,
              'requestedBy', o.requested_by) END AS operation,
            (SELECT a.reason FROM audit a WHERE a.request_id = o.request_id AND a.organization_id = v.organization_id AND a.reason IS NOT NULL LIMIT 1) AS reason,
            ARRAY[g.generation::text] AS "pageKey"
       FROM vsys_generation g JOIN vsys v ON v.id = g.vsys_id
       LEFT JOIN vsys_generation p ON p.vsys_id = g.vsys_id AND p.generation = g.generation - 1
       LEFT JOIN operation o ON o.id = g.operation_id
      WHERE ${where.text} ORDER BY g.generation DESC LIMIT ${limit}`,
    where.parameters,
  );
  return pageOf('generations', page, rows);
}

export interface FormerGeneration {
  readonly spec: VsysSpec;
  readonly descriptor: object | null;
  readonly descriptorVersionId: string | null;
  /** Secrets sealed. */
  readonly parameters: object;
}

/** Of a VSYS that the caller has read within its scope. Throws `not-found`. */
export async function getGeneration(
  session: Session,
  vsysId: VsysId,
  generation: number,
): Promise<FormerGeneration> {
  const found = await session.first<FormerGeneration>(
    `SELECT spec, descriptor, descriptor_version_id AS "descriptorVersionId", parameters
       FROM vsys_generation WHERE vsys_id = $1 AND generation = $2`,
    [vsysId, generation],
  );
  if (found !== undefined) return found;
  throw new DomainError('not-found', `${vsysId} never had a generation ${generation}.`, {
    pointer: '/generation',
    remedy: 'List its generations.',
  });
}
