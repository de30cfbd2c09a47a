/**
 * Configurations of EFMs over time. A version is the generation of the VSYS that brought it; it never changes, and the spec
 * says which one is wanted: after a roll-back an older one.
 */
import {
  DomainError,
  type EfmKind,
  type ModuleDocument,
  type ModuleInput,
  type OrganizationId,
  type Scope,
  type VServerId,
  type VsysId,
} from '@openvsys/vsys';
import type { Session } from '../../session.js';
import type { Page, PageRequest } from '../paging.js';
import { Filter, type ListKey } from './filter.js';
import { pageOf, type Keyed } from './keyset.js';

/** Where an EFM is, as far as the caller may know. */
export interface EfmPlace {
  readonly id: VServerId;
  readonly vsysId: VsysId;
  readonly organizationId: OrganizationId;
  /** Of the appliance: the second of a pair is `<efm>-2`. */
  readonly name: string;
  readonly kind: EfmKind;
}

export interface EfmVersionRecord {
  readonly version: number;
  readonly hash: string;
  readonly createdAt: Date;
  /** Who asked for the generation that brought it. */
  readonly requestedBy: string | null;
  readonly wanted: boolean;
}

export interface WantedInput {
  readonly id: VServerId;
  readonly name: string;
  readonly version: number;
  readonly hash: string;
  readonly input: ModuleInput;
  readonly document: ModuleDocument;
}

/** What a generation was made from. */
export interface GenerationSourceRecord {
  readonly document: object;
  readonly parameters: object;
}

function visible(scope: Scope, id: VServerId): Filter {
  return new Filter()
    .only('p.gone_at IS NULL')
    .andWhen('p.organization_id = ?', scope.organizationId)
    .andWhen('p.vsys_id IN (SELECT v.id FROM vsys v WHERE v.vdc_id = ANY(?::uuid[]))', scope.vdcIds)
    .and('p.id = ?', id);
}

/** Throws `not-found` for foreign ids, unknown ones, and servers that are no EFM. */
export async function getEfmPlace(session: Session, scope: Scope, id: VServerId): Promise<EfmPlace> {
  const where = visible(scope, id);
  const row = await session.first<EfmPlace>(
    `SELECT p.id, p.vsys_id AS "vsysId", p.organization_id AS "organizationId", p.name, p.kind FROM vserver p
     WHERE ${where.text} AND EXISTS (SELECT FROM efm_config c WHERE c.vserver_id = p.id)`,
    where.parameters,
  );
  if (row !== undefined) return row;
  throw new DomainError('not-found', `No EFM has the id “${id}”.`, {
    remedy: 'Take ids from the list of EFMs.',
  });
}

/** Of the server `p` the version that the newest spec wants; null when the spec has no such EFM any more. */
export const WANTED = `JOIN vsys y ON y.id = p.vsys_id
  JOIN vsys_generation g ON g.vsys_id = y.id AND g.generation = y.generation
  LEFT JOIN LATERAL (SELECT (s->'efm'->>'configVersion')::integer AS version
                FROM jsonb_array_elements(g.spec->'servers') AS s WHERE s->>'id' = p.id) w ON TRUE`;
const KEY: ListKey = {
  name: 'efm-versions',
  columns: [{ column: 'c.version', type: 'integer' }],
  direction: 'descending',
};

/** Newest first. The caller has seen that the EFM is the caller's. */
export async function listEfmVersions(
  session: Session,
  id: VServerId,
  page: PageRequest,
): Promise<Page<EfmVersionRecord>> {
  const where = new Filter().and('c.vserver_id = ?', id).after(KEY, page);
  const limit = where.parameter(page.limit + 1);
  const rows = await session.rows<EfmVersionRecord & Keyed>(
    `SELECT c.version, c.hash, c.created_at AS "createdAt", o.requested_by AS "requestedBy", coalesce(c.version = w.version, FALSE) AS wanted,
            ARRAY[c.version::text] AS "pageKey"
     FROM efm_config c JOIN vserver p ON p.id = c.vserver_id ${WANTED}
     LEFT JOIN vsys_generation b ON b.vsys_id = p.vsys_id AND b.generation = c.version
     LEFT JOIN operation o ON o.id = b.operation_id
     WHERE ${where.text} ORDER BY c.version DESC LIMIT ${limit}`,
    where.parameters,
  );
  return pageOf('efm-versions', page, rows);
}

const INPUT_COLUMNS = `p.id, p.name, c.version, c.hash, c.document AS input, c.appliance AS document`;

/** Of all EFMs of a VSYS what its newest spec wants. Without those from before there were agents. */
export async function listWantedInputs(session: Session, vsysId: VsysId): Promise<WantedInput[]> {
  return session.rows<WantedInput>(
    `SELECT ${INPUT_COLUMNS} FROM vserver p ${WANTED}
     JOIN efm_config c ON c.vserver_id = p.id AND c.version = w.version
     WHERE p.vsys_id = $1 AND c.appliance IS NOT NULL ORDER BY p.id`,
    [vsysId],
  );
}

/** Throws `not-found` when the EFM never had that version. */
export async function getEfmVersion(
  session: Session,
  id: VServerId,
  version: number,
): Promise<EfmVersionRecord & Pick<WantedInput, 'input' | 'document'>> {
  const row = await session.first<EfmVersionRecord & Pick<WantedInput, 'input' | 'document'>>(
    `SELECT ${INPUT_COLUMNS}, c.created_at AS "createdAt", o.requested_by AS "requestedBy", coalesce(c.version = w.version, FALSE) AS wanted
     FROM efm_config c JOIN vserver p ON p.id = c.vserver_id ${WANTED}
     LEFT JOIN vsys_generation b ON b.vsys_id = p.vsys_id AND b.generation = c.version
     LEFT JOIN operation o ON o.id = b.operation_id
     WHERE c.vserver_id = $1 AND c.version = $2 AND c.appliance IS NOT NULL`,
    [id, version],
  );
  if (row !== undefined) return row;
  throw new DomainError('not-found', `The EFM has no version ${version} of its configuration.`, {
    remedy: 'List its versions.',
  });
}

/** Undefined when the generation is not kept any more. */
export async function findGenerationSource(
  session: Session,
  vsysId: VsysId,
  generation: number,
): Promise<GenerationSourceRecord | undefined> {
  return session.first<GenerationSourceRecord>(
    `SELECT coalesce(g.descriptor, d.document) AS document, g.parameters FROM vsys_generation g
     LEFT JOIN descriptor_version d ON d.id = g.descriptor_version_id
     WHERE g.vsys_id = $1 AND g.generation = $2`,
    [vsysId, generation],
  );
}
