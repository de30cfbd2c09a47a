/**
 * What workers do with deliveries: claim those that are due, store what became of them, give up the old, forget the
 * ended.
 *
 *   pending ──claim──► being sent ──2xx──► delivered
 *      ▲                    │
 *      └──── pause ◄── failed, or its claim ran out (the worker died: it is sent again with the same id)
 *      └──24 h──► dead
 */
import type { OrganizationId, SealedText } from '@openvsys/vsys';
import type { Session } from '../session.js';
import type { EventRecord } from './reads/event.reads.js';

/** Any number that no other advisory lock of ours uses. */
const CLAIM_LOCK = 7_266_851;
/** Looked at for each webhook: a target with a long queue costs no more than this. */
const QUEUE_LOOK = 500;
/** Requests at once to one target; one while it is failing, to see whether it is back. */
const AT_ONCE = 8;

export interface ClaimedDelivery {
  readonly id: number;
  readonly claim: string;
  readonly attempts: number;
  readonly webhookId: string;
  readonly failures: number;
  readonly url: string;
  readonly secret: SealedText;
  /** Signs too; null when its time is over. */
  readonly previousSecret: SealedText | null;
  readonly event: EventRecord;
}

/** Only the first of each resource, unless it is waiting itself; webhooks one by one get their share. */
const CLAIM = `
WITH due AS (
  SELECT d.id, d.next_at, row_number() OVER (PARTITION BY w.id ORDER BY d.next_at, d.id) AS place,
    CASE WHEN w.failures > 0 THEN 1 ELSE ${AT_ONCE} END - (SELECT count(*) FROM webhook_delivery c
      WHERE c.webhook_id = w.id AND c.state = 'pending' AND c.claimed_until > $1::timestamptz) AS room
  FROM webhook w CROSS JOIN LATERAL (
    SELECT q.* FROM webhook_delivery q WHERE q.webhook_id = w.id AND q.state = 'pending' AND q.next_at <= $1::timestamptz
    ORDER BY q.next_at, q.id LIMIT ${QUEUE_LOOK}) d
  WHERE w.state = 'enabled' AND (w.paused_until IS NULL OR w.paused_until <= $1::timestamptz)
    AND NOT EXISTS (SELECT 1 FROM webhook_delivery o WHERE o.webhook_id = d.webhook_id AND o.resource = d.resource
      AND o.state = 'pending' AND (o.position, o.id) < (d.position, d.id))
), claimed AS (
  UPDATE webhook_delivery d SET claim = gen_random_uuid(), claimed_until = $2::timestamptz, next_at = $2::timestamptz
  WHERE d.id IN (SELECT id FROM due WHERE place <= room ORDER BY next_at, id LIMIT $3::integer)
  RETURNING d.id, d.claim, d.attempts, d.webhook_id, d.event_id
)
SELECT c.id, c.claim, c.attempts, c.webhook_id AS "webhookId", w.failures, w.url, w.secret,
  CASE WHEN w.previous_secret_until > $1::timestamptz THEN w.previous_secret END AS "previousSecret",
  e.id AS "eventId", e.organization_id AS "organizationId", e.vsys_id AS "vsysId", e.resource, e.type, e.data, e.at
FROM claimed c JOIN webhook w ON w.id = c.webhook_id JOIN event e ON e.id = c.event_id`;

type ClaimRow = Omit<ClaimedDelivery, 'event'> & Omit<EventRecord, 'id'> & { readonly eventId: string };

/** Deliveries to be sent now, `limit` at most; nobody else gets them until `claimUntil`. In a transaction of its own. */
export async function claimDeliveries(
  session: Session,
  now: Date,
  claimUntil: Date,
  limit: number,
): Promise<readonly ClaimedDelivery[]> {
  await session.rows('SELECT pg_advisory_xact_lock($1)', [CLAIM_LOCK]);
  const rows = await session.rows<ClaimRow>(CLAIM, [now, claimUntil, limit]);
  return rows.map(({ eventId, organizationId, vsysId, resource, type, data, at, ...delivery }) => ({
    ...delivery,
    event: { id: eventId, organizationId, vsysId, resource, type, data, at },
  }));
}

export interface AttemptResult {
  readonly at: Date;
  /** Null: there was no answer. */
  readonly status: number | null;
  readonly latencyMs: number;
  /** Null: it was taken. */
  readonly error: string | null;
}

/** The id is kept as it is: the next attempt tells the same. Later ones of the resource need not be looked at before it. */
const STORE_FAILURE = `
WITH stored AS (
  UPDATE webhook_delivery SET attempts = attempts + 1, claim = NULL, claimed_until = NULL, last_attempt_at = $3::timestamptz,
    last_status = $4::integer, last_latency_ms = $5::integer, last_error = $6, next_at = $7::timestamptz
  WHERE id = $1::bigint AND claim = $2::uuid AND state = 'pending' RETURNING webhook_id, resource
), later AS (
  UPDATE webhook_delivery l SET next_at = $7::timestamptz FROM stored s
  WHERE l.webhook_id = s.webhook_id AND l.resource = s.resource AND l.state = 'pending' AND l.id <> $1::bigint
    AND l.next_at < $7::timestamptz
)
UPDATE webhook w SET failures = failures + 1, paused_until = $8::timestamptz FROM stored s WHERE w.id = s.webhook_id`;

const STORE_SUCCESS = `
WITH stored AS (
  UPDATE webhook_delivery SET state = 'delivered', attempts = attempts + 1, claim = NULL, claimed_until = NULL,
    last_attempt_at = $3::timestamptz, last_status = $4::integer, last_latency_ms = $5::integer, last_error = NULL,
    ended_at = $3::timestamptz
  WHERE id = $1::bigint AND claim = $2::uuid AND state = 'pending' RETURNING webhook_id, resource
), later AS (
  UPDATE webhook_delivery l SET next_at = $3::timestamptz FROM stored s
  WHERE l.webhook_id = s.webhook_id AND l.resource = s.resource AND l.state = 'pending' AND l.claim IS NULL
    AND l.next_at > $3::timestamptz AND l.attempts = 0
)
UPDATE webhook w SET failures = 0, paused_until = NULL, last_success_at = $3::timestamptz FROM stored s WHERE w.id = s.webhook_id`;

/** Did nothing when somebody else had claimed it meanwhile. */
export async function storeDelivered(
  session: Session,
  { id, claim }: Pick<ClaimedDelivery, 'id' | 'claim'>,
  { at, status, latencyMs }: AttemptResult,
): Promise<void> {
  await session.change(STORE_SUCCESS, [id, claim, at, status, latencyMs]);
}

/** Neither this delivery before `next` nor any other of the webhook before `pauseUntil`. */
export async function storeFailed(
  session: Session,
  { id, claim }: Pick<ClaimedDelivery, 'id' | 'claim'>,
  { at, status, latencyMs, error }: AttemptResult,
  { next, pauseUntil }: { readonly next: Date; readonly pauseUntil: Date },
): Promise<void> {
  await session.change(STORE_FAILURE, [id, claim, at, status, latencyMs, error, next, pauseUntil]);
}

/** The target said that it is gone for good (HTTP 410): nothing more is sent until somebody enables it again. */
export async function disableWebhook(
  session: Session,
  id: string,
  at: Date,
): Promise<OrganizationId | null | undefined> {
  const row = await session.first<{ organizationId: OrganizationId | null }>(
    `UPDATE webhook SET state = 'disabled', version = version + 1, changed_at = $2::timestamptz
     WHERE id = $1::uuid AND state = 'enabled' RETURNING organization_id AS "organizationId"`,
    [id, at],
  );
  return row?.organizationId;
}

export interface GivenUp {
  readonly webhookId: string;
  /** Null: the provider's. */
  readonly organizationId: OrganizationId | null;
  readonly name: string;
  readonly count: number;
  readonly lastError: string | null;
}

/** Gives up what was to be told before `createdBefore`; answers it by webhook. */
export async function giveUpDeliveries(
  session: Session,
  createdBefore: Date,
  now: Date,
): Promise<readonly GivenUp[]> {
  return session.rows<GivenUp>(
    `WITH ended AS (
       UPDATE webhook_delivery SET state = 'dead', ended_at = $2::timestamptz, claim = NULL
       WHERE id IN (SELECT id FROM webhook_delivery WHERE state = 'pending' AND created_at < $1::timestamptz
           AND (claimed_until IS NULL OR claimed_until < $2::timestamptz) LIMIT 10000)
         AND state = 'pending'
       RETURNING webhook_id, last_error)
     SELECT w.id AS "webhookId", w.organization_id AS "organizationId", w.name, count(*)::integer AS count,
       max(e.last_error) AS "lastError"
     FROM ended e JOIN webhook w ON w.id = e.webhook_id GROUP BY w.id`,
    [createdBefore, now],
  );
}

/** Answers how many ended ones were forgotten. */
export async function purgeDeliveries(session: Session, endedBefore: Date): Promise<number> {
  return session.change(
    `DELETE FROM webhook_delivery WHERE id IN (
       SELECT id FROM webhook_delivery WHERE state <> 'pending' AND ended_at < $1::timestamptz LIMIT 10000)`,
    [endedBefore],
  );
}
