/** What is to be told about bills and was not yet; what is taken here counts as told when the transaction commits. */
import type { Period } from '@openvsys/metering';
import type { OrganizationId } from '@openvsys/vsys';
import type { Session } from '../../session.js';

export interface ParkedNews {
  readonly organizationId: OrganizationId;
  /** Intervals that were not parked before. */
  readonly intervals: number;
  readonly resources: readonly string[];
  readonly reasons: readonly string[];
  /** The earliest of them. */
  readonly hour: Date;
}

/** Rows that one look takes; the others come with the next. */
const MOST_PARKED = 10_000;
/** Things that an event names; all are in the list of parked usage. */
const MOST_NAMED = 20;

/** An interval is parked again each hour and told of once: rows of one that was told of are marked and left out. */
const TAKE_PARKED = `
WITH untold AS (
  SELECT p.hour, p.interval_id FROM usage_parked p WHERE p.told_at IS NULL
  ORDER BY p.hour, p.interval_id LIMIT ${MOST_PARKED} FOR UPDATE SKIP LOCKED
), marked AS (
  UPDATE usage_parked p SET told_at = $1 FROM untold u
  WHERE p.hour = u.hour AND p.interval_id = u.interval_id RETURNING p.hour, p.interval_id, p.reason
)
SELECT i.organization_id AS "organizationId", count(DISTINCT i.id)::integer AS intervals, min(m.hour) AS hour,
  (array_agg(DISTINCT i.resource))[1:${MOST_NAMED}] AS resources, array_agg(DISTINCT m.reason) AS reasons
FROM marked m JOIN usage_interval i ON i.id = m.interval_id
WHERE NOT EXISTS (SELECT FROM usage_parked t WHERE t.interval_id = m.interval_id AND t.told_at IS NOT NULL)
GROUP BY i.organization_id ORDER BY i.organization_id`;

/** By organization, which may be one that nobody knows: that is a reason to park. */
export async function takeParkedNews(session: Session, at: Date): Promise<readonly ParkedNews[]> {
  return session.rows<ParkedNews>(TAKE_PARKED, [at]);
}

export interface ReadyOwner {
  readonly id: OrganizationId;
  readonly currency: string;
  readonly timeZone: string;
}

/** Time zones in which organizations have their months. */
export async function listBillingZones(session: Session): Promise<readonly string[]> {
  const rows = await session.rows<{ zone: string }>(
    'SELECT DISTINCT time_zone AS zone FROM organization ORDER BY zone',
  );
  return rows.map(({ zone }) => zone);
}

/** One transaction each would be as well; so many bills are made in one. */
const READY_AT_ONCE = 20;

/** That used something in the month, whose hours are all closed, with no statement yet. */
const TAKE_READY = `
INSERT INTO statement_ready (organization_id, period, told_at)
SELECT o.id, $2, $5 FROM organization o
WHERE o.time_zone = $1
  AND NOT EXISTS (SELECT FROM statement_ready r WHERE r.organization_id = o.id AND r.period = $2)
  AND NOT EXISTS (SELECT FROM statement s WHERE s.organization_id = o.id AND s.period = $2)
  AND EXISTS (SELECT FROM usage_interval u WHERE u.organization_id = o.id AND u.started_at < $4
    AND (u.ended_at IS NULL OR u.ended_at > $3))
  AND NOT EXISTS (
    SELECT FROM generate_series(
      greatest($3::timestamptz, (SELECT date_trunc('hour', min(started_at), 'UTC') FROM usage_interval)),
      $4::timestamptz - interval '1 hour', interval '1 hour') h
    WHERE NOT EXISTS (SELECT FROM closed_hour c WHERE c.hour = h))
ORDER BY o.id LIMIT ${READY_AT_ONCE}
ON CONFLICT DO NOTHING RETURNING organization_id`;

/** Organizations of the period's time zone whose month can be closed from now on. `at`: real time. */
export async function takeReadyMonths(
  session: Session,
  { timeZone, label, start, end }: Period,
  at: Date,
): Promise<readonly ReadyOwner[]> {
  return session.rows<ReadyOwner>(
    `WITH ready AS (${TAKE_READY})
     SELECT o.id, o.currency, o.time_zone AS "timeZone" FROM ready r JOIN organization o ON o.id = r.organization_id`,
    [timeZone, label, start, end, at],
  );
}
