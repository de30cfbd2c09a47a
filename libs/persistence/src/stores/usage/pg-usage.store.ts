/** Closing of hours, set-based: the statements are in `close-hour.sql.ts`, here is when which of them runs. */
import type { HourClosing, UsageStore } from '@openvsys/metering';
import type { Database } from '../../database.js';
import type { Session } from '../../session.js';
import { CORRECT_HOUR, PARK, PREPARE_HOUR, WRITE_HOUR } from './close-hour.sql.js';

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
      for (const text of PREPARE_HOUR) await session.rows(text, [hour, second].slice(0, parametersIn(text)));
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

/** PostgreSQL refuses parameters that a statement does not name. */
function parametersIn(text: string): number {
  if (text.includes('$2')) return 2;
  return text.includes('$1') ? 1 : 0;
}

async function writeLines(session: Session, hour: Date, second: number): Promise<number> {
  const known = await session.first('SELECT 1 FROM usage_hour WHERE hour = $1 LIMIT 1', [hour]);
  if (known === undefined) return session.change(WRITE_HOUR, [hour, second]);
  return (await session.first<{ changed: number }>(CORRECT_HOUR, [hour, second]))?.changed ?? 0;
}
