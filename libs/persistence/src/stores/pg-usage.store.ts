/**
 * Closing of hours, set-based. The statement says the same as `segmentsOf` and `rate` of the metering library, which a
 * test proves on random intervals: instants are cut to whole seconds, overlaps are billed once, prices split lines,
 * amounts are rounded half up at 10 decimals.
 */
import type { HourClosing, UsageStore } from '@openvsys/metering';
import type { Database } from '../database.js';

/** Stands for “no price was valid” in a key that cannot be null. */
export const UNPRICED = '00000000-0000-0000-0000-000000000000';

/** First key of the advisory locks on hours; any number of our own. */
const HOUR_LOCK = 7_266_840;

/** Sorting and grouping a million things in memory instead of on disk; one closing at a time uses it. */
const CLOSING_MEMORY = '256MB';

const LIST_DUE = `
SELECT h AS hour FROM generate_series(
  coalesce((SELECT min(hour) FROM closed_hour),
    (SELECT date_trunc('hour', min(started_at), 'UTC') FROM usage_interval)),
  $1::timestamptz - interval '1 hour', interval '1 hour') AS h
WHERE NOT EXISTS (SELECT FROM closed_hour c WHERE c.hour = h)
ORDER BY h LIMIT $2`;

/** $1 the hour, $2 its first second since 1970. Each step is named as in the metering library. */
const CLOSE = `
WITH cut AS (
  SELECT u.id, u.organization_id, u.vdc_id, u.vsys_id, u.resource, u.dimension, u.product, u.quantity, u.started_at,
    greatest(floor(extract(epoch FROM u.started_at)), $2::bigint) AS cut_from,
    least(coalesce(floor(extract(epoch FROM u.ended_at)), $2::bigint + 3600), $2::bigint + 3600) AS cut_to
  FROM usage_interval u
  WHERE u.started_at < $1::timestamptz + interval '1 hour' AND (u.ended_at IS NULL OR u.ended_at > $1::timestamptz)
), apart AS (
  SELECT cut.*, greatest(cut_from, max(cut_to) OVER (PARTITION BY resource, dimension ORDER BY started_at, id
    ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)) AS first_second
  FROM cut WHERE cut_to > cut_from
), segments AS (
  SELECT a.*, o.currency FROM apart a JOIN organization o ON o.id = a.organization_id WHERE a.cut_to > a.first_second
), priced AS (
  SELECT s.id, p.id AS price_id, p.amount AS unit_price,
    least(s.cut_to, coalesce(floor(extract(epoch FROM p.valid_to)), s.cut_to))
      - greatest(s.first_second, floor(extract(epoch FROM p.valid_from))) AS seconds
  FROM segments s JOIN price p ON p.product = s.product AND p.dimension = s.dimension AND p.currency = s.currency
    AND p.valid_from < $1::timestamptz + interval '1 hour' AND (p.valid_to IS NULL OR p.valid_to > $1::timestamptz)
), covered AS (
  SELECT id, sum(seconds) AS seconds FROM priced WHERE seconds > 0 GROUP BY id
), pieces AS (
  SELECT id, price_id, unit_price, seconds FROM priced WHERE seconds > 0
  UNION ALL
  SELECT s.id, '${UNPRICED}', NULL, s.cut_to - s.first_second - coalesce(c.seconds, 0)
  FROM segments s LEFT JOIN covered c ON c.id = s.id
), lines AS (
  SELECT s.resource, s.dimension, s.product, s.quantity, p.price_id, s.organization_id, s.vdc_id, s.vsys_id,
    s.currency, sum(p.seconds)::integer AS seconds, (s.quantity * sum(p.seconds))::bigint AS quantity_seconds,
    div(s.quantity * sum(p.seconds) * p.unit_price * 10000000000 * 2 + 3600, 7200) * 0.0000000001 AS amount
  FROM pieces p JOIN segments s ON s.id = p.id WHERE p.seconds > 0
  GROUP BY s.resource, s.dimension, s.product, s.quantity, p.price_id, p.unit_price, s.organization_id, s.vdc_id,
    s.vsys_id, s.currency
), removed AS (
  DELETE FROM usage_hour h WHERE h.hour = $1 AND NOT EXISTS (
    SELECT FROM lines l WHERE l.resource = h.resource AND l.dimension = h.dimension AND l.product = h.product
      AND l.quantity = h.quantity AND l.price_id = h.price_id)
  RETURNING 1
), written AS (
  INSERT INTO usage_hour AS h (hour, resource, dimension, product, quantity, price_id, organization_id, vdc_id,
    vsys_id, seconds, quantity_seconds, currency, amount)
  SELECT $1, resource, dimension, product, quantity, price_id, organization_id, vdc_id, vsys_id, seconds,
    quantity_seconds, currency, amount FROM lines
  ON CONFLICT (hour, resource, dimension, product, quantity, price_id) DO UPDATE
  SET seconds = excluded.seconds, quantity_seconds = excluded.quantity_seconds, amount = excluded.amount,
    currency = excluded.currency, organization_id = excluded.organization_id, vdc_id = excluded.vdc_id,
    vsys_id = excluded.vsys_id
  WHERE (h.seconds, h.quantity_seconds, h.amount, h.currency, h.organization_id, h.vdc_id, h.vsys_id)
    IS DISTINCT FROM (excluded.seconds, excluded.quantity_seconds, excluded.amount, excluded.currency,
      excluded.organization_id, excluded.vdc_id, excluded.vsys_id)
  RETURNING 1
)
SELECT (SELECT count(*) FROM removed) + (SELECT count(*) FROM written) AS changed`;

export class PgUsageStore implements UsageStore {
  constructor(private readonly database: Database) {}

  async listDueHours(until: Date, limit: number): Promise<readonly Date[]> {
    return this.database.session(async (session) => {
      const rows = await session.rows<{ hour: Date }>(LIST_DUE, [until, limit]);
      return rows.map(({ hour }) => hour);
    });
  }

  async closeHour(hour: Date, at: Date): Promise<HourClosing> {
    const second = hour.getTime() / 1000;
    return this.database.transaction(async (session) => {
      // An hour of a million things takes longer than any other statement may.
      await session.rows(`SET LOCAL statement_timeout = '10min'`);
      await session.rows(`SET LOCAL work_mem = '${CLOSING_MEMORY}'`);
      await session.rows(`SELECT pg_advisory_xact_lock(${HOUR_LOCK}, $1::integer)`, [second / 3600]);
      const row = await session.first<{ changed: number }>(CLOSE, [hour, second]);
      await session.change(
        'INSERT INTO closed_hour (hour, closed_at) VALUES ($1, $2) ON CONFLICT DO NOTHING',
        [hour, at],
      );
      return { hour, rowsChanged: row?.changed ?? 0 };
    });
  }
}
