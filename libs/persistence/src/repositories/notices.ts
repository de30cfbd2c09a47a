/** Notices of the provider. Tenants see those that are for them and valid; the provider sees all. */
import { DomainError, type OrganizationId, type Scope } from '@openvsys/vsys';
import type { Session } from '../session.js';
import { RETURNING_NEWS } from './event-feed.js';
import type { Page, PageRequest } from './paging.js';
import { Filter, type ListKey } from './reads/filter.js';
import { pageOf, type Keyed } from './reads/keyset.js';

export const NOTICE_SEVERITIES = ['info', 'warning', 'critical'] as const;
export type NoticeSeverity = (typeof NOTICE_SEVERITIES)[number];

export interface NoticeRecord {
  readonly id: string;
  readonly title: string;
  readonly text: string;
  readonly severity: NoticeSeverity;
  /** Null: everybody. Tenants are not told who else. */
  readonly organizationIds: readonly OrganizationId[] | null;
  readonly validFrom: Date;
  readonly validUntil: Date | null;
  readonly version: number;
  readonly createdAt: Date;
  readonly changedAt: Date;
}

const COLUMNS = `n.id, n.title, n.text, n.severity, n.organization_ids AS "organizationIds", n.valid_from AS "validFrom",
  n.valid_until AS "validUntil", n.version, n.created_at AS "createdAt", n.changed_at AS "changedAt"`;

const KEY: ListKey = {
  name: 'notices',
  columns: [{ column: 'n.id', type: 'uuid' }],
  direction: 'descending',
};

function visibleAt(scope: Scope, now: Date): Filter {
  const where = new Filter();
  if (scope.organizationId === null) return where;
  return where
    .and('(n.organization_ids IS NULL OR ?::uuid = ANY(n.organization_ids))', scope.organizationId)
    .and('n.valid_from <= ?::timestamptz', now)
    .and('(n.valid_until IS NULL OR n.valid_until > ?::timestamptz)', now);
}

const forReader = (scope: Scope, notice: NoticeRecord): NoticeRecord =>
  scope.organizationId === null ? notice : { ...notice, organizationIds: null };

/** Newest first; of tenants, those that are valid now. */
export async function listNotices(
  session: Session,
  scope: Scope,
  filter: { readonly severity?: NoticeSeverity | undefined; readonly now: Date },
  page: PageRequest,
): Promise<Page<NoticeRecord>> {
  const where = visibleAt(scope, filter.now).andWhen('n.severity = ?', filter.severity).after(KEY, page);
  const limit = where.parameter(page.limit + 1);
  const rows = await session.rows<NoticeRecord & Keyed>(
    `SELECT ${COLUMNS}, ARRAY[n.id::text] AS "pageKey" FROM notice n WHERE ${where.text} ORDER BY n.id DESC LIMIT ${limit}`,
    where.parameters,
  );
  const { items, nextCursor } = pageOf(KEY.name, page, rows);
  return { items: items.map((notice) => forReader(scope, notice)), nextCursor };
}

/** Throws `not-found`. */
export async function getNotice(
  session: Session,
  scope: Scope,
  id: string,
  now: Date,
): Promise<NoticeRecord> {
  return forReader(scope, await oneNotice(session, visibleAt(scope, now), id, ''));
}

/** Its row locked until the transaction ends. Throws `not-found`. */
export async function lockNotice(
  session: Session,
  scope: Scope,
  id: string,
  now: Date,
): Promise<NoticeRecord> {
  return oneNotice(session, visibleAt(scope, now), id, 'FOR UPDATE');
}

async function oneNotice(
  session: Session,
  where: Filter,
  id: string,
  lock: '' | 'FOR UPDATE',
): Promise<NoticeRecord> {
  where.and('n.id = ?::uuid', id);
  const found = await session.first<NoticeRecord>(
    `SELECT ${COLUMNS} FROM notice n WHERE ${where.text} ${lock}`,
    where.parameters,
  );
  if (found !== undefined) return found;
  throw new DomainError('not-found', `No notice has the id “${id}”.`);
}

/** Adds it or replaces its terms. */
export async function writeNotice(session: Session, notice: NoticeRecord): Promise<void> {
  await session.change(
    `INSERT INTO notice (id, title, text, severity, organization_ids, valid_from, valid_until, version, created_at, changed_at)
     VALUES ($1, $2, $3, $4, $5::uuid[], $6, $7, $8, $9, $10)
     ON CONFLICT (id) DO UPDATE SET title = excluded.title, text = excluded.text, severity = excluded.severity,
       organization_ids = excluded.organization_ids, valid_from = excluded.valid_from, valid_until = excluded.valid_until,
       version = excluded.version, changed_at = excluded.changed_at`,
    [
      notice.id,
      notice.title,
      notice.text,
      notice.severity,
      notice.organizationIds,
      notice.validFrom,
      notice.validUntil,
      notice.version,
      notice.createdAt,
      notice.changedAt,
    ],
  );
}

export async function deleteNotice(session: Session, id: string): Promise<void> {
  await session.change('DELETE FROM notice WHERE id = $1', [id]);
}

/** An event for each organization that the notice is for and that is not closed; answers how many. */
export async function tellNotice(
  session: Session,
  { id, title, severity, organizationIds, validFrom, validUntil }: NoticeRecord,
  type: 'notice.published' | 'notice.changed' | 'notice.withdrawn',
  at: Date,
): Promise<number> {
  // Ids of events sort by time: 48 bits of milliseconds, the version, and chance (RFC 9562, 5.7).
  return session.change(
    `INSERT INTO event (id, organization_id, vsys_id, resource, type, data, at)
     SELECT (lpad(to_hex((extract(epoch FROM clock_timestamp()) * 1000)::bigint), 12, '0') || '7' ||
         substr(replace(gen_random_uuid()::text, '-', ''), 14))::uuid,
       o.id, NULL, $1::text, $2, $3::jsonb, $4::timestamptz
     FROM organization o WHERE o.state <> 'closed' AND ($5::uuid[] IS NULL OR o.id = ANY($5::uuid[]))
     ${RETURNING_NEWS}`,
    [id, type, JSON.stringify({ title, severity, validFrom, validUntil }), at, organizationIds],
  );
}
