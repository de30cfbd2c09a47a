/** Events, newest first. */
import type { Scope, VsysId } from '@openvsys/vsys';
import type { Session } from '../../session.js';
import type { Page, PageRequest } from '../paging.js';
import { eventConditions, type EventFilter } from '../event-feed.js';
import type { ListKey } from './filter.js';
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
  filter: EventFilter,
  page: PageRequest,
): Promise<Page<EventRecord>> {
  const where = eventConditions(scope, filter).after(KEY, page);
  const limit = where.parameter(page.limit + 1);
  const rows = await session.rows<EventRecord & Keyed>(
    `SELECT e.id, e.organization_id AS "organizationId", e.vsys_id AS "vsysId", e.resource, e.type, e.data, e.at,
            ARRAY[e.id::text] AS "pageKey"
       FROM event e WHERE ${where.text} ORDER BY e.id DESC LIMIT ${limit}`,
    where.parameters,
  );
  return pageOf('events', page, rows);
}
