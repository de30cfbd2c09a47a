/** Intervals that could not be billed: what a person has to look at, by hour. */
import type { Session } from '../session.js';
import type { Page, PageRequest } from './paging.js';
import { Filter, type ListKey } from './reads/filter.js';
import { pageOf, type Keyed } from './reads/keyset.js';

export interface ParkedUsage {
  readonly hour: Date;
  readonly intervalId: string;
  readonly organizationId: string | null;
  readonly vsysId: string | null;
  readonly resource: string | null;
  readonly dimension: string | null;
  readonly product: string | null;
  readonly reason: string;
  readonly parkedAt: Date;
}

const PARKED: ListKey = {
  name: 'parked-usage',
  columns: [
    { column: 'p.hour', type: 'timestamptz' },
    { column: 'p.interval_id', type: 'uuid' },
  ],
  direction: 'descending',
};

/** Newest hour first. For the provider: rows of all organizations, and of none. */
export async function listParkedUsage(session: Session, page: PageRequest): Promise<Page<ParkedUsage>> {
  const where = new Filter().after(PARKED, page);
  const limit = where.parameter(page.limit + 1);
  const rows = await session.rows<ParkedUsage & Keyed>(
    `SELECT p.hour, p.interval_id AS "intervalId", u.organization_id AS "organizationId", u.vsys_id AS "vsysId",
       u.resource, u.dimension, u.product, p.reason, p.parked_at AS "parkedAt",
       ARRAY[p.hour::text, p.interval_id::text] AS "pageKey"
     FROM usage_parked p LEFT JOIN usage_interval u ON u.id = p.interval_id
     WHERE ${where.text} ORDER BY p.hour DESC, p.interval_id DESC LIMIT ${limit}`,
    where.parameters,
  );
  return pageOf<ParkedUsage>(PARKED.name, page, rows);
}

/** Different intervals that wait for a person, for a gauge and an alarm. */
export async function countParkedUsage(session: Session): Promise<number> {
  const row = await session.first<{ n: number }>(
    'SELECT count(DISTINCT interval_id)::integer AS n FROM usage_parked',
  );
  return row?.n ?? 0;
}
