/** What a webhook was told, and telling it again. The webhook must have been read with the caller's scope. */
import { DomainError } from '@openvsys/vsys';
import type { Session } from '../session.js';
import { RETURNING_NEWS } from './event-feed.js';
import { pageOf, type Keyed } from './reads/keyset.js';
import { Filter, type ListKey } from './reads/filter.js';
import type { Page, PageRequest } from './paging.js';

export const DELIVERY_STATES = ['pending', 'delivered', 'dead'] as const;
export type DeliveryState = (typeof DELIVERY_STATES)[number];

export interface DeliveryRecord {
  readonly id: string;
  readonly eventId: string;
  /** Null when the event is no longer kept. */
  readonly type: string | null;
  readonly resource: string;
  readonly state: DeliveryState;
  readonly replay: boolean;
  readonly attempts: number;
  readonly createdAt: Date;
  /** Null when it has ended. */
  readonly nextAt: Date | null;
  readonly lastAttemptAt: Date | null;
  readonly lastStatus: number | null;
  readonly lastLatencyMs: number | null;
  readonly lastError: string | null;
  readonly endedAt: Date | null;
}

const KEY: ListKey = {
  name: 'webhook-deliveries',
  columns: [{ column: 'd.id', type: 'bigint' }],
  direction: 'descending',
};

const SELECT = `
SELECT d.id::text AS id, d.event_id AS "eventId", e.type, d.resource, d.state, d.replay, d.attempts, d.created_at AS "createdAt",
  CASE d.state WHEN 'pending' THEN d.next_at END AS "nextAt", d.last_attempt_at AS "lastAttemptAt", d.last_status AS "lastStatus",
  d.last_latency_ms AS "lastLatencyMs", d.last_error AS "lastError", d.ended_at AS "endedAt", ARRAY[d.id::text] AS "pageKey"
FROM webhook_delivery d LEFT JOIN event e ON e.id = d.event_id`;

/** Newest first. */
export async function listDeliveries(
  session: Session,
  webhook: string,
  filter: { readonly state?: DeliveryState | undefined; readonly resource?: string | undefined },
  page: PageRequest,
): Promise<Page<DeliveryRecord>> {
  const where = new Filter()
    .and('d.webhook_id = ?::uuid', webhook)
    .andWhen('d.state = ?', filter.state)
    .andWhen('d.resource = ?', filter.resource)
    .after(KEY, page);
  const limit = where.parameter(page.limit + 1);
  const rows = await session.rows<DeliveryRecord & Keyed>(
    `${SELECT} WHERE ${where.text} ORDER BY d.id DESC LIMIT ${limit}`,
    where.parameters,
  );
  return pageOf(KEY.name, page, rows);
}

/** Throws `not-found`. */
export async function getDelivery(session: Session, webhook: string, id: string): Promise<DeliveryRecord> {
  const found = /^\d{1,18}$/.test(id)
    ? await session.first<DeliveryRecord & Keyed>(
        `${SELECT} WHERE d.webhook_id = $1::uuid AND d.id = $2::bigint`,
        [webhook, id],
      )
    : undefined;
  if (found === undefined) throw new DomainError('not-found', `The webhook has no delivery “${id}”.`);
  const { pageKey: _pageKey, ...delivery } = found;
  return delivery;
}

/** One event for one webhook, beside what it is told of itself, e.g. for a test. Answers the id of the delivery. */
export async function insertDelivery(
  session: Session,
  webhook: string,
  eventId: string,
  at: Date,
): Promise<string> {
  // Without a position yet: it goes before everything else that is told about the same thing.
  const row = await session.first<{ id: string }>(
    `INSERT INTO webhook_delivery (webhook_id, event_id, resource, position, created_at, next_at)
     SELECT $1::uuid, e.id, e.resource, 0, $3::timestamptz, $3::timestamptz FROM event e WHERE e.id = $2::uuid
     ${RETURNING_NEWS}, id::text AS id`,
    [webhook, eventId, at],
  );
  return row?.id ?? '';
}

/** Events of this time, told again when they were told once; ends are dead or delivered. */
export interface ReplayRange {
  readonly from: Date;
  readonly to: Date;
  /** Only what ended so. */
  readonly state: Exclude<DeliveryState, 'pending'> | undefined;
}

/** More would keep a target busy for hours; the caller asks for a shorter time. */
export const MOST_REPLAYS = 10_000;

/** One delivery again, as a new one. False when its event is no longer kept. */
export async function replayDelivery(
  session: Session,
  webhook: string,
  id: string,
  at: Date,
): Promise<string | undefined> {
  const row = await session.first<{ id: string }>(
    `INSERT INTO webhook_delivery (webhook_id, event_id, resource, position, replay, created_at, next_at)
     SELECT d.webhook_id, d.event_id, d.resource, d.position, TRUE, $3::timestamptz, $3::timestamptz
     FROM webhook_delivery d JOIN event e ON e.id = d.event_id WHERE d.webhook_id = $1::uuid AND d.id = $2::bigint
     ${RETURNING_NEWS}, id::text AS id`,
    [webhook, id, at],
  );
  return row?.id;
}

/**
 * All deliveries of a time again, each event once, in their order; those that wait already are left alone. Answers how
 * many. Throws `too-large` when there are more than `MOST_REPLAYS`; then nothing is stored.
 */
export async function replayRange(
  session: Session,
  webhook: string,
  { from, to, state }: ReplayRange,
  at: Date,
): Promise<number> {
  const count = await session.change(
    `INSERT INTO webhook_delivery (webhook_id, event_id, resource, position, replay, created_at, next_at)
     SELECT webhook_id, event_id, resource, position, TRUE, $5::timestamptz, $5::timestamptz FROM (
       SELECT DISTINCT ON (d.event_id) d.webhook_id, d.event_id, d.resource, d.position, d.state
       FROM webhook_delivery d JOIN event e ON e.id = d.event_id
       WHERE d.webhook_id = $1::uuid AND d.created_at >= $2::timestamptz AND d.created_at < $3::timestamptz
       ORDER BY d.event_id, d.id DESC) newest
     WHERE state <> 'pending' AND ($4::text IS NULL OR state = $4) ORDER BY position LIMIT ${MOST_REPLAYS + 1}
     ${RETURNING_NEWS}`,
    [webhook, from, to, state ?? null, at],
  );
  if (count <= MOST_REPLAYS) return count;
  throw new DomainError('too-large', `More than ${MOST_REPLAYS} deliveries fall into this time.`, {
    remedy: 'Ask for a shorter time.',
    details: { limit: MOST_REPLAYS },
  });
}
