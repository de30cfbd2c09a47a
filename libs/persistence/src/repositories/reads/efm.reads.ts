/** EFMs with their wanted configuration: the newest document of each appliance. */
import {
  type EfmKind,
  type PartState,
  type Scope,
  type VServerId,
  type VsysId,
  DomainError,
} from '@openvsys/vsys';
import type { Session } from '../../session.js';
import type { Page, PageRequest } from '../paging.js';
import { Filter, type ListKey } from './filter.js';
import { pageOf, type Keyed } from './keyset.js';

export interface EfmRecord {
  readonly id: VServerId;
  readonly vsysId: VsysId;
  readonly name: string;
  readonly kind: EfmKind;
  readonly state: PartState;
  readonly configVersion: number;
  readonly configHash: string;
}

export interface EfmConfigurationRecord {
  readonly id: VServerId;
  readonly version: number;
  readonly hash: string;
  readonly document: Record<string, unknown>;
  readonly rendered: Record<string, unknown>;
  readonly createdAt: Date;
}

const KEY: ListKey = { name: 'efms', columns: [{ column: 'p.id', type: 'text' }], direction: 'ascending' };
const LATEST = `JOIN LATERAL (SELECT c.* FROM efm_config c WHERE c.vserver_id = p.id
                               ORDER BY c.version DESC LIMIT 1) c ON TRUE`;

function visible(scope: Scope): Filter {
  return new Filter()
    .only('p.gone_at IS NULL')
    .andWhen('p.organization_id = ?', scope.organizationId)
    .andWhen('p.vsys_id IN (SELECT v.id FROM vsys v WHERE v.vdc_id = ANY(?::uuid[]))', scope.vdcIds);
}

export async function listEfms(
  session: Session,
  scope: Scope,
  filter: {
    readonly vsysId?: VsysId | undefined;
  },
  page: PageRequest,
): Promise<Page<EfmRecord>> {
  const where = visible(scope).andWhen('p.vsys_id = ?', filter.vsysId).after(KEY, page);
  const limit = where.parameter(page.limit + 1);
  const rows = await session.rows<EfmRecord & Keyed>(
    `SELECT p.id, p.vsys_id AS "vsysId", p.name, p.kind, p.state, c.version AS "configVersion",
            c.hash AS "configHash", ARRAY[p.id] AS "pageKey"
       FROM vserver p ${LATEST} WHERE ${where.text} ORDER BY p.id LIMIT ${limit}`,
    where.parameters,
  );
  return pageOf('efms', page, rows);
}

/** Throws `not-found` for foreign ids, unknown ones, and servers that are no EFM. */
export async function getEfmConfiguration(
  session: Session,
  scope: Scope,
  id: VServerId,
): Promise<EfmConfigurationRecord> {
  const where = visible(scope).and('p.id = ?', id);
  const row = await session.first<EfmConfigurationRecord>(
    `SELECT p.id, c.version, c.hash, c.document, c.rendered, c.created_at AS "createdAt"
       FROM vserver p ${LATEST} WHERE ${where.text}`,
    where.parameters,
  );
  if (row !== undefined) return row;
  throw new DomainError('not-found', `No EFM has the id “${id}”.`);
}
