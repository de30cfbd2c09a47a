/**
 * Figures of servers: stored minute by minute, rolled up step by step. Storing and rolling up the same again changes nothing.
 *
 *   samples ──store──► metric_1m + pending 10 min ──roll up──► metric_10m + pending 1 h ──► metric_1h ──► metric_1d
 *                 └──► usage_count: what went to the internet, once for each step that is new (`internet-traffic.ts`)
 *
 * Gaps stay gaps: a step without samples has no row, a figure that nobody measured is null in every step.
 */
import type { HostUuid, PoolId, VServerSample } from '@openvsys/vsys';
import type { Database } from '../../database.js';
import type { Session } from '../../session.js';
import { COUNT_TRAFFIC, hourOf, sentByNic } from './internet-traffic.js';
import { METRIC_COLUMNS, METRIC_TABLES, type MetricTable } from './metric-steps.js';
import { MetricPartitions } from './metric-partitions.js';

/** Samples of one host that belong together. */
export interface MetricDelivery {
  readonly poolId: PoolId;
  readonly host: HostUuid;
  /** The host's own time up to which it was asked. */
  readonly until: Date | null;
  readonly samples: readonly VServerSample[];
}

/** Steps that are rolled up in one transaction. */
const STEPS_AT_ONCE = 50;
/** A step is rolled up when it has been over for this long, so that all hosts have told theirs; s. */
const SETTLING_SECONDS = 90;

const COLUMNS = METRIC_COLUMNS.join(', ');

/** Rows of the finest step; a repeat changes nothing. `$2`: the step that is to be made of them. */
const STORE = `
WITH input AS (
  SELECT * FROM jsonb_to_recordset($1::jsonb) AS s(vserver_id text, at timestamptz, seconds integer, cpu_use float8,
    memory_bytes float8, memory_free_bytes float8, disk_read_bytes float8, disk_write_bytes float8, disk_reads float8,
    disk_writes float8, net_received_bytes float8, net_sent_bytes float8, net_received_packets float8,
    net_sent_packets float8, hour timestamptz, sent_by_nic jsonb)
), stored AS (
  INSERT INTO metric_1m (vserver_id, at, seconds, cpu_use_max, ${COLUMNS})
  SELECT vserver_id, at, seconds, cpu_use, ${COLUMNS} FROM input
  ON CONFLICT (vserver_id, at) DO NOTHING RETURNING vserver_id, at
), ${COUNT_TRAFFIC}
INSERT INTO metric_pending (step_seconds, at)
SELECT DISTINCT $2::integer, to_timestamp(ceil(extract(epoch FROM at) / $2) * $2) FROM stored
ON CONFLICT DO NOTHING`;

const PROGRESS = `
INSERT INTO metric_progress (pool_id, host, until) VALUES ($1, $2, $3)
ON CONFLICT (pool_id, host) DO UPDATE SET until = greatest(metric_progress.until, excluded.until)`;

/** A mean over what was measured, each step by its length. */
const mean = (column: string): string =>
  `sum(${column} * seconds) FILTER (WHERE ${column} IS NOT NULL)
     / nullif(sum(seconds) FILTER (WHERE ${column} IS NOT NULL), 0) AS ${column}`;

/** `at` is the end of a step, so a step holds what lies after its begin up to and with its end. */
const rollUpFrom = (from: MetricTable, to: MetricTable): string => `
WITH due AS (
  SELECT at FROM metric_pending WHERE step_seconds = ${to.seconds} AND at <= $1::timestamptz
  ORDER BY at LIMIT ${STEPS_AT_ONCE} FOR UPDATE SKIP LOCKED
), made AS (
  SELECT f.vserver_id, due.at, sum(f.seconds)::integer AS seconds, max(f.cpu_use_max) AS cpu_use_max,
    ${METRIC_COLUMNS.map(mean).join(',\n    ')}
  FROM due JOIN ${from.table} f ON f.at > due.at - interval '${to.seconds} seconds' AND f.at <= due.at
  GROUP BY f.vserver_id, due.at
), written AS (
  INSERT INTO ${to.table} AS t (vserver_id, at, seconds, cpu_use_max, ${COLUMNS})
  SELECT vserver_id, at, seconds, cpu_use_max, ${COLUMNS} FROM made
  ON CONFLICT (vserver_id, at) DO UPDATE SET seconds = excluded.seconds, cpu_use_max = excluded.cpu_use_max,
    ${METRIC_COLUMNS.map((column) => `${column} = excluded.${column}`).join(', ')}
  WHERE (t.seconds, t.cpu_use_max, ${METRIC_COLUMNS.map((column) => `t.${column}`).join(', ')})
    IS DISTINCT FROM (excluded.seconds, excluded.cpu_use_max, ${METRIC_COLUMNS.map((column) => `excluded.${column}`).join(', ')})
  RETURNING t.at
)`;

const finish = (next: MetricTable | undefined): string =>
  next === undefined
    ? ''
    : `, further AS (
  INSERT INTO metric_pending (step_seconds, at)
  SELECT DISTINCT ${next.seconds}, to_timestamp(ceil(extract(epoch FROM at) / ${next.seconds}) * ${next.seconds})
  FROM written ON CONFLICT DO NOTHING
)`;

const done = (to: MetricTable): string => `
DELETE FROM metric_pending p USING due WHERE p.step_seconds = ${to.seconds} AND p.at = due.at`;

const ROLL_UPS = METRIC_TABLES.slice(1).map((to, index) => {
  const from = METRIC_TABLES[index] as MetricTable;
  const text = `${rollUpFrom(from, to)}${finish(METRIC_TABLES[index + 2])}${done(to)}`;
  return { to, text };
});

export class MetricStore {
  private readonly partitions: MetricPartitions;

  /** `meteredAt`: the instant, as bills see it, of one of the pool. */
  constructor(
    private readonly database: Database,
    private readonly meteredAt: (at: Date) => Date = (at) => at,
  ) {
    this.partitions = new MetricPartitions(database);
  }

  /** Stores what a host told, and that it was told. */
  async store({ poolId, host, until, samples }: MetricDelivery): Promise<void> {
    const days = new Map(samples.map(({ at }) => [Math.floor(at.getTime() / 86_400_000), at]));
    for (const at of days.values()) await this.partitions.ensure(at);
    const [, second] = METRIC_TABLES;
    await this.database.transaction(async (session) => {
      if (samples.length > 0) {
        const rows = samples.map((sample) => ({
          ...rowOf(sample),
          hour: hourOf(this.meteredAt(sample.at)),
          sent_by_nic: sentByNic(sample),
        }));
        await session.change(STORE, [JSON.stringify(rows), second.seconds]);
      }
      if (until !== null) await session.change(PROGRESS, [poolId, host, until]);
    });
  }

  /** Up to when each host of the pool was asked, in its own time. */
  async readProgress(pool: PoolId): Promise<ReadonlyMap<HostUuid, Date>> {
    const rows = await this.database.session((session) =>
      session.rows<{ host: HostUuid; until: Date }>(
        'SELECT host, until FROM metric_progress WHERE pool_id = $1',
        [pool],
      ),
    );
    return new Map(rows.map(({ host, until }) => [host, until]));
  }

  /** Rolls up every step that is over; how many were. Any number of workers may do it at once. */
  async rollUp(now: Date): Promise<number> {
    const until = new Date(now.getTime() - SETTLING_SECONDS * 1_000);
    await this.partitions.ensure(now);
    let rolled = 0;
    for (const { text } of ROLL_UPS) {
      for (;;) {
        const count = await this.database.transaction(async (session: Session) =>
          session.change(text, [until]),
        );
        rolled += count;
        if (count < STEPS_AT_ONCE) break;
      }
    }
    return rolled;
  }

  /** Drops what is older than its keeping time; the names of the partitions that went. */
  async dropOld(now: Date): Promise<readonly string[]> {
    return this.partitions.dropOld(now);
  }
}

/** Of several devices the sum; null when none of them was measured. */
function total(values: readonly (number | null)[]): number | null {
  const measured = values.filter((value) => value !== null);
  return measured.length === 0 ? null : measured.reduce((sum, value) => sum + value, 0);
}

function rowOf({
  server,
  at,
  stepSeconds,
  cpuUse,
  memoryBytes,
  memoryFreeBytes,
  disks,
  nics,
}: VServerSample) {
  return {
    vserver_id: server,
    at,
    seconds: stepSeconds,
    cpu_use: cpuUse,
    memory_bytes: memoryBytes,
    memory_free_bytes: memoryFreeBytes,
    disk_read_bytes: total(disks.map((disk) => disk.readBytesPerSecond)),
    disk_write_bytes: total(disks.map((disk) => disk.writeBytesPerSecond)),
    disk_reads: total(disks.map((disk) => disk.readsPerSecond)),
    disk_writes: total(disks.map((disk) => disk.writesPerSecond)),
    net_received_bytes: total(nics.map((nic) => nic.receivedBytesPerSecond)),
    net_sent_bytes: total(nics.map((nic) => nic.sentBytesPerSecond)),
    net_received_packets: total(nics.map((nic) => nic.receivedPacketsPerSecond)),
    net_sent_packets: total(nics.map((nic) => nic.sentPacketsPerSecond)),
  };
}
