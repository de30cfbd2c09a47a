/** The audit: entries newest first, and whether its chains are whole. */
import type { Scope } from '@openvsys/vsys';
import type { Session } from '../../session.js';
import type { Page, PageRequest } from '../paging.js';
import { Filter, type ListKey } from './filter.js';
import { pageOf, type Keyed } from './keyset.js';

export interface AuditRecord {
  readonly id: string;
  /** Null: concerns the provider alone. */
  readonly organizationId: string | null;
  readonly actor: string;
  readonly verb: string;
  readonly resource: string;
  readonly requestId: string | null;
  readonly at: Date;
  readonly detail: Record<string, unknown>;
  readonly reason: string | null;
  readonly position: number;
  /** Lower-case hex. */
  readonly hash: string;
}

export interface AuditFilter {
  readonly organizationId?: string | undefined;
  readonly actor?: string | undefined;
  readonly verb?: string | undefined;
  readonly resource?: string | undefined;
  readonly from?: Date | undefined;
  readonly to?: Date | undefined;
}

const KEY: ListKey = { name: 'audit', columns: [{ column: 'a.id', type: 'uuid' }], direction: 'descending' };

/** Within the organization of the scope; ask for a scope without VDCs: entries belong to none. */
export async function listAudit(
  session: Session,
  scope: Scope,
  filter: AuditFilter,
  page: PageRequest,
): Promise<Page<AuditRecord>> {
  const where = new Filter()
    .andWhen('a.organization_id = ?', scope.organizationId)
    .andWhen('a.organization_id = ?', filter.organizationId)
    .andWhen('a.actor = ?', filter.actor)
    .andWhen('a.verb = ?', filter.verb)
    .andWhen('a.resource = ?', filter.resource)
    .andWhen('a.at >= ?', filter.from)
    .andWhen('a.at < ?', filter.to)
    .after(KEY, page);
  const limit = where.parameter(page.limit + 1);
  const rows = await session.rows<AuditRecord & Keyed>(
    `SELECT a.id, a.organization_id AS "organizationId", a.actor, a.verb, a.resource, a.request_id AS "requestId", a.at,
            a.detail, a.reason, a.position, encode(a.hash, 'hex') AS hash, ARRAY[a.id::text] AS "pageKey"
       FROM audit a WHERE ${where.text} ORDER BY a.id DESC LIMIT ${limit}`,
    where.parameters,
  );
  return pageOf('audit', page, rows);
}
