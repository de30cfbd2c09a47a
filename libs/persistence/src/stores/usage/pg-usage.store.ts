/** Closing of hours, set-based: the statements are in `close-hour.sql.ts`, here is when which of them runs. */
import type { HourClosing, UsageStore } from '@openvsys/metering';
import type { Database } from '../../database.js';
import type { Session } from '../../session.js';
import { CORRECT_HOUR, COUNT_TABLES, FILL_TABLES, MAKE_TABLES, PARK, WRITE_HOUR } from './close-hour.sql.js';

/** First key of the advisory locks on hours; any number of our own. */
const HOUR_LOCK = 7_266_840;

/** Sorting and grouping a million things in memory instead of on disk; one closing at a time uses it. */
const CLOSING_MEMORY = '256MB';
/** Below so many intervals any plan is a matter of milliseconds, and looking for the best one would take as long. */
const MANY_INTERVALS = 20_000;
/**
 * Waits until nobody else closes the hour ($1). An hour of a million things takes longer than any other statement may.
 */
const BEGIN_CLOSING = `
SELECT set_config('statement_timeout', '10min', TRUE), set_config('work_mem', '${CLOSING_MEMORY}', TRUE),
  pg_advisory_xact_lock(${HOUR_LOCK}, (extract(epoch FROM $1::timestamptz) / 3600)::integer),
  to_regclass('pg_temp.touched') IS NOT NULL AS "hasTables",
  (SELECT reltuples > ${MANY_INTERVALS} FROM pg_class WHERE oid = 'usage_interval'::regclass) AS "hasMany"`;

const LIST_DUE = `
SELECT h AS hour FROM generate_series(
  coalesce((SELECT min(hour) FROM closed_hour),
    (SELECT date_trunc('hour', min(started_at), 'UTC') FROM usage_interval)),
  $1::timestamptz - interval '1 hour', interval '1 hour') AS h
WHERE NOT EXISTS (SELECT FROM closed_hour c WHERE c.hour = h)
ORDER BY h LIMIT $2`;

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
      const begun = await session.first<{ hasTables: boolean; hasMany: boolean }>(BEGIN_CLOSING, [hour]);
      // They belong to the connection, which the pool gives to others in between.
      if (begun?.hasTables !== true) for (const text of MAKE_TABLES) await session.rows(text);
      await session.change(FILL_TABLES, [hour, second]);
      if (begun?.hasMany === true) await session.rows(COUNT_TABLES);
      const rowsParked = await session.change(PARK, [hour, at]);
      const rowsChanged = await writeLines(session, hour, second);
      await session.change(
        'INSERT INTO closed_hour (hour, closed_at) VALUES ($1, $2) ON CONFLICT DO NOTHING',
        [hour, at],
      );
      return { hour, rowsChanged, rowsParked };
    });
  }
}

async function writeLines(session: Session, hour: Date, second: number): Promise<number> {
  const known = await session.first('SELECT 1 FROM usage_hour WHERE hour = $1 LIMIT 1', [hour]);
  if (known === undefined) return session.change(WRITE_HOUR, [hour, second]);
  return (await session.first<{ changed: number }>(CORRECT_HOUR, [hour, second]))?.changed ?? 0;
}
