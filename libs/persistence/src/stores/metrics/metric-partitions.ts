/**
 * Makes partitions before they are needed and drops those whose time is over. A partition's name says which days it
 * holds: `metric_1m_d20780` begins 20,780 days after 1970-01-01.
 */
import type { Database } from '../../database.js';
import type { Session } from '../../session.js';
import { DAY_MS, METRIC_TABLES, type MetricTable } from './metric-steps.js';

/** First key of the advisory lock under which partitions are made and dropped. */
const PARTITION_LOCK = 7_266_841;

const firstDayOf = ({ partitionDays }: MetricTable, at: Date): number =>
  Math.floor(at.getTime() / DAY_MS / partitionDays) * partitionDays;

const nameOf = ({ table }: MetricTable, day: number): string => `${table}_d${day}`;
const instantOf = (day: number): string => new Date(day * DAY_MS).toISOString();

export class MetricPartitions {
  private readonly known = new Set<string>();

  constructor(private readonly database: Database) {}

  /** Partitions of all steps that hold `at` and the time right after it. Cheap when they are known. */
  async ensure(at: Date): Promise<void> {
    const missing = METRIC_TABLES.flatMap((table) => {
      const day = firstDayOf(table, at);
      return [day, day + table.partitionDays].map((first) => ({ table, first }));
    }).filter(({ table, first }) => !this.known.has(nameOf(table, first)));
    if (missing.length === 0) return;
    await this.database.transaction(async (session) => {
      await lock(session);
      for (const { table, first } of missing) {
        const range = `FOR VALUES FROM ('${instantOf(first)}') TO ('${instantOf(first + table.partitionDays)}')`;
        await session.change(
          `CREATE TABLE IF NOT EXISTS ${nameOf(table, first)} PARTITION OF ${table.table} ${range}`,
        );
      }
    });
    for (const { table, first } of missing) this.known.add(nameOf(table, first));
  }

  /** Drops partitions that ended longer ago than their figures are kept; the names of those. */
  async dropOld(now: Date): Promise<readonly string[]> {
    return this.database.transaction(async (session) => {
      await lock(session);
      const dropped: string[] = [];
      for (const table of METRIC_TABLES) {
        const oldest = now.getTime() / DAY_MS - table.keepDays;
        for (const first of await listFirstDays(session, table)) {
          if (first + table.partitionDays > oldest) continue;
          await session.change(`DROP TABLE ${nameOf(table, first)}`);
          this.known.delete(nameOf(table, first));
          dropped.push(nameOf(table, first));
        }
      }
      return dropped;
    });
  }
}

async function lock(session: Session): Promise<void> {
  await session.rows('SELECT pg_advisory_xact_lock($1, 0)', [PARTITION_LOCK]);
}

async function listFirstDays(session: Session, { table }: MetricTable): Promise<readonly number[]> {
  const rows = await session.rows<{ day: number }>(
    `SELECT substring(c.relname from '_d([0-9]+)$')::integer AS day
     FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
     WHERE i.inhparent = $1::regclass AND c.relname ~ '_d[0-9]+$' ORDER BY day`,
    [table],
  );
  return rows.map(({ day }) => day);
}
