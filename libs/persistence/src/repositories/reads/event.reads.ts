/** Events, newest first. */
import type { Scope, VsysId } from '@openvsys/vsys';
import type { Session } from '../../session.js';
import type { Page, PageRequest } from '../paging.js';
import { Filter, type ListKey } from './filter.js';
import { pageOf, type Keyed } from './keyset.js';

export interface EventRecord {
  readonly id: string;
  readonly organizationId: string;
  readonly vsysId: VsysId | null;
  readonly resource: string;
  readonly type: string;
  readonly data: Record<string, unknown>;
  readonly at: Date;
}

const KEY: ListKey = { name: 'events', columns: [{ column: 'e.id', type: 'uuid' }], direction: 'descending' };

export async function listEvents(
  session: Session,
  scope: Scope,
  filter: {
    readonly vsysId?: VsysId | undefined;
  },
  page: PageRequest,
): Promise<Page<EventRecord>> {
  const where = new Filter()
    .andWhen('e.organization_id = ?', scope.organizationId)
    .andWhen('e.vsys_id IN (SELECT v.id FROM vsys v WHERE v.vdc_id = ANY(?::uuid[]))', scope.vdcIds)
    .andWhen('e.vsys_id = ?', filter.vsysId)
    .after(KEY, page);
  const limit = where.parameter(page.limit + 1);
  const rows = await session.rows<EventRecord & Keyed>(
    `SELECT e.id, e.organization_id AS "organizationId", e.vsys_id AS "vsysId", e.resource, e.type, e.data, e.at,
            ARRAY[e.id::text] AS "pageKey"
       FROM event e WHERE ${where.text} ORDER BY e.id DESC LIMIT ${limit}`,
    where.parameters,
  );
  return pageOf('events', page, rows);
}
