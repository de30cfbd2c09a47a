/**
 * The one order in which events are told to streams and webhooks. Ids of events are made before their transactions
 * commit, so an event may appear behind one with a higher id; who remembers only the last id would miss it. Positions
 * are given to what is committed, by one transaction at a time, so nothing ever appears before a position that was read.
 *
 *   committed ──position, deliveries of webhooks──► in the feed ──► streams, webhooks
 */
import type { Scope, VdcId, VsysId } from '@openvsys/vsys';
import type { Session } from '../session.js';
import type { EventRecord } from './reads/event.reads.js';
import { Filter } from './reads/filter.js';

/** Payload of `openvsys_event`: events are in the feed now. */
export const FED = 'feed';
/**
 * Ends the statement that inserts events or deliveries, so that workers are told when its transaction commits. For
 * statements that come by the thousand see `OperationNotifier`.
 */
export const RETURNING_NEWS = `RETURNING pg_notify('openvsys_event', 'new')`;

/** Any number that no other advisory lock of ours uses. */
const FEED_LOCK = 7_266_850;
/** Keeps the transaction short when an outage of all workers has left many. */
const EVENTS_AT_ONCE = 2_000;

const GIVE_POSITIONS = `
UPDATE event e SET position = n.position
FROM (SELECT b.id, nextval('event_position') AS position
        FROM (SELECT id FROM event WHERE position IS NULL ORDER BY id LIMIT ${EVENTS_AT_ONCE}) b) n
WHERE e.id = n.id
RETURNING e.position`;

/**
 * What a webhook is not told: that it is failing itself, and what happened before it was made. Kinds hold letters, dots
 * and dashes only, so the asterisk is all that has to be translated for LIKE.
 */
const FAN_OUT = `
INSERT INTO webhook_delivery (webhook_id, event_id, resource, position, created_at, next_at)
SELECT w.id, e.id, e.resource, e.position, $2::timestamptz, $2::timestamptz
FROM event e JOIN webhook w ON w.state = 'enabled' AND (w.organization_id IS NULL OR w.organization_id = e.organization_id)
WHERE e.position = ANY($1::bigint[])
  AND (cardinality(w.types) = 0 OR e.type LIKE ANY (SELECT replace(t, '*', '%') FROM unnest(w.types) t))
  AND (cardinality(w.vsys_ids) = 0 OR e.vsys_id = ANY(w.vsys_ids))
  AND (w.vdc_ids IS NULL OR e.vsys_id IN (SELECT v.id FROM vsys v WHERE v.vdc_id = ANY(w.vdc_ids)))
  AND NOT (e.type LIKE 'webhook.%' AND e.resource = w.id::text)
ORDER BY e.position
ON CONFLICT DO NOTHING`;

/**
 * Takes what was committed into the feed and makes the deliveries that webhooks want of it. Answers how many events
 * there were; 0 also when somebody else is at it. Must run in a transaction of its own.
 */
export async function feedEvents(session: Session, now: Date): Promise<number> {
  const lock = await session.first<{ mine: boolean }>('SELECT pg_try_advisory_xact_lock($1) AS mine', [
    FEED_LOCK,
  ]);
  if (lock?.mine !== true) return 0;
  const rows = await session.rows<{ position: number }>(GIVE_POSITIONS);
  if (rows.length === 0) return 0;
  await session.change(FAN_OUT, [rows.map(({ position }) => position), now]);
  await session.notify('openvsys_event', FED);
  return rows.length;
}

/** Exact; what is absent does not restrict. */
export interface EventFilter {
  readonly vsysId?: VsysId | undefined;
  readonly vdcId?: VdcId | undefined;
  readonly resource?: string | undefined;
  /** Kinds, e.g. `vserver.state`; with `.*` at the end all that begin so. */
  readonly types?: readonly string[] | undefined;
}

/** The conditions of a filter on `event e`, within the scope. */
export function eventConditions(scope: Scope, filter: EventFilter): Filter {
  const where = new Filter()
    .andWhen('e.organization_id = ?', scope.organizationId)
    .andWhen('e.vsys_id IN (SELECT v.id FROM vsys v WHERE v.vdc_id = ANY(?::uuid[]))', scope.vdcIds)
    .andWhen('e.vsys_id = ?', filter.vsysId)
    .andWhen('e.vsys_id IN (SELECT v.id FROM vsys v WHERE v.vdc_id = ?::uuid)', filter.vdcId)
    .andWhen('e.resource = ?', filter.resource);
  const { types } = filter;
  if (types === undefined || types.length === 0) return where;
  return where.and(
    'e.type LIKE ANY (?::text[])',
    types.map((type) => type.replaceAll(/[\\%_]/g, String.raw`\$&`).replace(/\*$/, '%')),
  );
}

export interface FedEvent extends EventRecord {
  readonly position: number;
}

/** Events behind a position, in their order; `limit` at most. */
export async function readFeed(
  session: Session,
  scope: Scope,
  filter: EventFilter,
  range: { readonly after: number; readonly limit: number },
): Promise<readonly FedEvent[]> {
  const where = eventConditions(scope, filter).and('e.position > ?', range.after);
  const limit = where.parameter(range.limit);
  return session.rows<FedEvent>(
    `SELECT e.id, e.organization_id AS "organizationId", e.vsys_id AS "vsysId", e.resource, e.type, e.data, e.at, e.position
       FROM event e WHERE ${where.text} ORDER BY e.position LIMIT ${limit}`,
    where.parameters,
  );
}

/** Of the newest event in the feed, of all organizations; 0 when there is none. */
export async function readFeedEnd(session: Session): Promise<number> {
  const row = await session.first<{ position: number | null }>('SELECT max(position) AS position FROM event');
  return row?.position ?? 0;
}

/** Null: it is about to be fed. Undefined: there is no such event within the scope. */
export async function findEventPosition(
  session: Session,
  scope: Scope,
  id: string,
): Promise<number | null | undefined> {
  const where = eventConditions(scope, {}).and('e.id = ?::uuid', id);
  const row = await session.first<{ position: number | null }>(
    `SELECT e.position FROM event e WHERE ${where.text}`,
    where.parameters,
  );
  return row?.position;
}
