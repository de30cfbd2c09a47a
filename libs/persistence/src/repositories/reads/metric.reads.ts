/** Figures of servers and systems over time. The caller has read the server or system with his scope before. */
import type { VServerId, VsysId } from '@openvsys/vsys';
import type { Session } from '../../session.js';
import { metricTable, type MetricStepSeconds } from '../../stores/metrics/metric-steps.js';
import type { Page, PageRequest } from '../paging.js';
import { Filter, type ListKey } from './filter.js';
import { pageOf, type Keyed } from './keyset.js';

export interface MetricPeriod {
  /** Steps that end after this … */
  readonly from: Date;
  /** … and not after this. */
  readonly to: Date;
  readonly stepSeconds: MetricStepSeconds;
}

/** Means over one step; rates a second. Null: not measured. */
export interface MetricPoint {
  /** End of the step. */
  readonly at: Date;
  /** How much of the step was measured. */
  readonly seconds: number;
  /** 0 to 1. */
  readonly cpuUse: number | null;
  /** Of the finest steps in it the highest. */
  readonly cpuUseMax: number | null;
  readonly memoryBytes: number | null;
  readonly memoryFreeBytes: number | null;
  readonly diskReadBytes: number | null;
  readonly diskWriteBytes: number | null;
  readonly diskReads: number | null;
  readonly diskWrites: number | null;
  readonly netReceivedBytes: number | null;
  readonly netSentBytes: number | null;
  readonly netReceivedPackets: number | null;
  readonly netSentPackets: number | null;
}

/** A whole system: sums of all servers, of the processors the mean, and the server that had most to do. */
export interface SystemMetricPoint extends MetricPoint {
  /** Servers that were measured. */
  readonly servers: number;
  readonly worstServer: VServerId | null;
}

const KEY: ListKey = {
  name: 'metrics',
  columns: [{ column: 'm.at', type: 'timestamptz' }],
  direction: 'ascending',
};

const SUMMED = {
  memoryBytes: 'memory_bytes',
  memoryFreeBytes: 'memory_free_bytes',
  diskReadBytes: 'disk_read_bytes',
  diskWriteBytes: 'disk_write_bytes',
  diskReads: 'disk_reads',
  diskWrites: 'disk_writes',
  netReceivedBytes: 'net_received_bytes',
  netSentBytes: 'net_sent_bytes',
  netReceivedPackets: 'net_received_packets',
  netSentPackets: 'net_sent_packets',
} as const;

const columns = (write: (column: string) => string): string =>
  Object.entries(SUMMED)
    .map(([name, column]) => `${write(column)} AS "${name}"`)
    .join(', ');

const KEY_TEXT = `ARRAY[to_char(m.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')] AS "pageKey"`;

/** Oldest first. */
export async function listServerMetrics(
  session: Session,
  server: VServerId,
  period: MetricPeriod,
  page: PageRequest,
): Promise<Page<MetricPoint>> {
  const where = within(period).and('m.vserver_id = ?', server).after(KEY, page);
  const limit = where.parameter(page.limit + 1);
  const rows = await session.rows<MetricPoint & Keyed>(
    `SELECT m.at, m.seconds, m.cpu_use AS "cpuUse", m.cpu_use_max AS "cpuUseMax", ${columns((column) => `m.${column}`)},
       ${KEY_TEXT}
     FROM ${metricTable(period.stepSeconds).table} m WHERE ${where.text} ORDER BY m.at LIMIT ${limit}`,
    where.parameters,
  );
  return pageOf<MetricPoint>(KEY.name, page, rows);
}

/** Oldest first; servers that are gone by now count while they were there. */
export async function listSystemMetrics(
  session: Session,
  vsys: VsysId,
  period: MetricPeriod,
  page: PageRequest,
): Promise<Page<SystemMetricPoint>> {
  const where = within(period)
    .and('m.vserver_id = ANY(ARRAY(SELECT s.id FROM vserver s WHERE s.vsys_id = ?))', vsys)
    .after(KEY, page);
  const limit = where.parameter(page.limit + 1);
  const rows = await session.rows<SystemMetricPoint & Keyed>(
    `SELECT m.at, count(*)::integer AS servers, max(m.seconds) AS seconds, avg(m.cpu_use) AS "cpuUse",
       max(m.cpu_use_max) AS "cpuUseMax", ${columns((column) => `sum(m.${column})`)},
       (array_agg(m.vserver_id ORDER BY m.cpu_use DESC NULLS LAST, m.vserver_id)
         FILTER (WHERE m.cpu_use IS NOT NULL))[1] AS "worstServer", ${KEY_TEXT}
     FROM ${metricTable(period.stepSeconds).table} m WHERE ${where.text} GROUP BY m.at ORDER BY m.at LIMIT ${limit}`,
    where.parameters,
  );
  return pageOf<SystemMetricPoint>(KEY.name, page, rows);
}

const within = ({ from, to }: MetricPeriod): Filter =>
  new Filter().and('m.at > ?', from).and('m.at <= ?', to);

/** Of one server, with the names by which people know it. */
export interface MetricRow extends MetricPoint {
  readonly vserverId: VServerId;
  readonly name: string;
}

export interface LatestServerMetric extends MetricRow {
  readonly vsysId: VsysId;
  readonly role: string;
}

/** The newest minute of each server of a system that was measured after `since`; by name. */
export async function listLatestMetrics(
  session: Session,
  vsys: VsysId,
  since: Date,
): Promise<readonly LatestServerMetric[]> {
  return session.rows<LatestServerMetric>(
    `SELECT s.vsys_id AS "vsysId", s.id AS "vserverId", s.name, s.role, m.at, m.seconds, m.cpu_use AS "cpuUse",
       m.cpu_use_max AS "cpuUseMax", ${columns((column) => `m.${column}`)}
     FROM vserver s CROSS JOIN LATERAL (SELECT * FROM ${metricTable(60).table} t
       WHERE t.vserver_id = s.id AND t.at > $2 ORDER BY t.at DESC LIMIT 1) m
     WHERE s.vsys_id = $1 ORDER BY s.name, s.id`,
    [vsys, since],
  );
}

/** Of every server of a system, oldest first, `limit` at most. */
export async function listMetricRows(
  session: Session,
  vsys: VsysId,
  period: MetricPeriod,
  limit: number,
): Promise<readonly MetricRow[]> {
  const where = within(period).and(
    'm.vserver_id = ANY(ARRAY(SELECT v.id FROM vserver v WHERE v.vsys_id = ?))',
    vsys,
  );
  const most = where.parameter(limit);
  return session.rows<MetricRow>(
    `SELECT s.id AS "vserverId", s.name, m.at, m.seconds, m.cpu_use AS "cpuUse", m.cpu_use_max AS "cpuUseMax",
       ${columns((column) => `m.${column}`)}
     FROM ${metricTable(period.stepSeconds).table} m JOIN vserver s ON s.id = m.vserver_id
     WHERE ${where.text} ORDER BY m.at, s.name, s.id LIMIT ${most}`,
    where.parameters,
  );
}
