/** In which steps figures are kept, for how long, and how wide a partition is. One place for all of it. */

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

export interface MetricTable {
  readonly seconds: number;
  readonly table: string;
  /** Days that one partition holds. */
  readonly partitionDays: number;
  /** Days after which figures are dropped with their partition. */
  readonly keepDays: number;
}

/** From fine to coarse; each is made from the one before. Keeping times grow as the rows get fewer. */
export const METRIC_TABLES = [
  { seconds: MINUTE, table: 'metric_1m', partitionDays: 1, keepDays: 7 },
  { seconds: 10 * MINUTE, table: 'metric_10m', partitionDays: 7, keepDays: 35 },
  { seconds: HOUR, table: 'metric_1h', partitionDays: 31, keepDays: 400 },
  { seconds: DAY, table: 'metric_1d', partitionDays: 366, keepDays: 1_830 },
] as const satisfies readonly MetricTable[];

export const METRIC_STEP_SECONDS = [MINUTE, 10 * MINUTE, HOUR, DAY] as const;
export type MetricStepSeconds = (typeof METRIC_STEP_SECONDS)[number];

export function metricTable(seconds: number): MetricTable {
  const table = METRIC_TABLES.find((each) => each.seconds === seconds);
  if (table === undefined) throw new RangeError(`no figures are kept in steps of ${seconds} s`);
  return table;
}

/** Columns that are averaged over time; of the processor the highest step is kept too. */
export const METRIC_COLUMNS = [
  'cpu_use',
  'memory_bytes',
  'memory_free_bytes',
  'disk_read_bytes',
  'disk_write_bytes',
  'disk_reads',
  'disk_writes',
  'net_received_bytes',
  'net_sent_bytes',
  'net_received_packets',
  'net_sent_packets',
] as const;

export const DAY_MS = DAY * 1_000;
