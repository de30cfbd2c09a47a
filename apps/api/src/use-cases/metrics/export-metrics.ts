/** Figures of a whole system for other programs: the newest as OpenMetrics, a time of them as CSV. */
import { Injectable } from '@nestjs/common';
import { Database, getVsys, listLatestMetrics, listMetricRows } from '@openvsys/persistence';
import { DomainError, type VsysId } from '@openvsys/vsys';
import { stringify } from 'csv-stringify/sync';
import type { Call } from '../call.js';
import { openMetricsOf } from './open-metrics.js';
import { periodOf, type MetricQuestion } from './read-metrics.js';

/** Scrapers take older figures for those of now. */
const LATEST_MS = 10 * 60 * 1_000;
/** Of a CSV file; some 15 MB. */
const MOST_ROWS = 100_000;

const COLUMNS = [
  'at',
  'vserverId',
  'name',
  'seconds',
  'cpuUse',
  'cpuUseMax',
  'memoryBytes',
  'memoryFreeBytes',
  'diskReadBytes',
  'diskWriteBytes',
  'diskReads',
  'diskWrites',
  'netReceivedBytes',
  'netSentBytes',
  'netReceivedPackets',
  'netSentPackets',
];

@Injectable()
export class ExportMetrics {
  constructor(private readonly database: Database) {}

  /** The newest minute of each server that was measured within the last ten. Throws `not-found`. */
  async openMetrics(call: Call, id: VsysId): Promise<string> {
    const since = new Date(Date.now() - LATEST_MS);
    return this.database.session(async (session) => {
      await getVsys(session, call.scope, id);
      return openMetricsOf(await listLatestMetrics(session, id, since));
    });
  }

  /** One row a server and step, oldest first. Throws `not-found`, `invalid-request`, `too-large`. */
  async csv(call: Call, id: VsysId, question: MetricQuestion): Promise<string> {
    const period = periodOf(question, new Date());
    const rows = await this.database.session(async (session) => {
      await getVsys(session, call.scope, id);
      return listMetricRows(session, id, period, MOST_ROWS + 1);
    });
    if (rows.length > MOST_ROWS) {
      throw new DomainError('too-large', `The file would have more than ${MOST_ROWS} rows.`, {
        pointer: '/query/from',
        remedy: 'Ask for a shorter period or longer steps.',
        details: { limit: MOST_ROWS },
      });
    }
    return stringify([...rows], { header: true, columns: COLUMNS, cast: { date: (at) => at.toISOString() } });
  }
}
