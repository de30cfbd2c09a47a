// Purpose: GET /rrd_updates: what was measured since a time on this host: VMs that run here, the host (`host=true`),
// storage (`sr_uuid`), as XML or JSON, newest row first.
import { archiveFor, consolidated, rowTimes, valueText, type Consolidation } from '../../metrics/archives.js';
import { measuredSince, recordedSources, type DataSource } from '../../metrics/data-sources.js';
import { sendBytes, sendPage } from '../http-answers.js';
import { wantedFailure } from '../transfers/handler-faults.js';
import type { Exchange } from '../transfers/exchange.js';
import type { Row } from '../../database/row.js';

interface Column {
  /** `AVERAGE:vm:<uuid>:cpu0` */
  legend: string;
  how: Consolidation;
  source: DataSource;
  sinceS: number;
}

interface Table {
  startS: number;
  stepS: number;
  endS: number;
  legend: string[];
  /** Newest first. */
  rows: { timeS: number; values: string[] }[];
}

export async function serveRrdUpdates(exchange: Exchange): Promise<void> {
  const { sim, request, response, query } = exchange;
  const nowS = Math.floor(sim.clock.now() / 1000);
  const start = Number(query.get('start') ?? Number.NaN);
  const interval = Number(query.get('interval') ?? 0);
  if (!Number.isFinite(start) || !Number.isFinite(interval)) return sendPage(response, 400);
  if (wantedFailure(exchange.fault, 'before') !== undefined) return sendPage(response, 500);
  await Promise.resolve();
  const table = tableOf(exchange, start < 0 ? nowS + start : start, interval, nowS);
  if (wantsJson(request.headers.accept, query))
    return sendBytes(response, 200, 'application/json', jsonText(table));
  sendBytes(response, 200, 'text/xml', xmlText(table));
}

/** `json=true`, or a client that prefers it. */
export function wantsJson(accept: string | undefined, query: URLSearchParams): boolean {
  return query.get('json') === 'true' || (accept ?? '').includes('application/json');
}

function tableOf(exchange: Exchange, startS: number, intervalS: number, nowS: number): Table {
  const archive = archiveFor(intervalS, startS, nowS);
  const wanted = exchange.query.get('cf')?.toUpperCase();
  const functions = archive.functions.filter((how) => wanted === undefined || how === wanted);
  const columns = functions.flatMap((how) =>
    measured(exchange).flatMap(({ kind, row }) => columnsOf(exchange, kind, row, how)),
  );
  const times = rowTimes(archive, startS, nowS);
  return {
    startS: times[0] ?? nowS,
    stepS: archive.stepS,
    endS: times.at(-1) ?? nowS,
    legend: columns.map((column) => column.legend),
    rows: times.toReversed().map((timeS) => ({
      timeS,
      values: columns.map(({ source, how, sinceS }) =>
        valueText(consolidated(source, archive, how, timeS, sinceS)),
      ),
    })),
  };
}

/** What the client asked for, of what this host measures. */
function measured({ sim, host, query }: Exchange): { kind: string; row: Row }[] {
  const vmUuids = query.getAll('vm_uuid');
  const srUuids = query.getAll('sr_uuid');
  const vms = sim.db
    .follow('VM', host.set('resident_VMs'))
    .filter((vm) => vmUuids.length === 0 || vmUuids.includes(vm.uuid));
  const srs = sim.db.rows('SR').filter((sr) => srUuids.includes(sr.uuid));
  return [
    ...vms.map((row) => ({ kind: 'vm', row })),
    ...srs.map((row) => ({ kind: 'sr', row })),
    ...(query.get('host') === 'true' ? [{ kind: 'host', row: host }] : []),
  ];
}

function columnsOf({ sim }: Exchange, kind: string, row: Row, how: Consolidation): Column[] {
  const sinceS = measuredSince(sim, row);
  return recordedSources(sim, row).map((source) => ({
    legend: `${how}:${kind}:${row.uuid}:${source.name}`,
    how,
    source,
    sinceS,
  }));
}

function jsonText({ startS, stepS, endS, legend, rows }: Table): string {
  const meta = { start: startS, step: stepS, end: endS, rows: rows.length, columns: legend.length, legend };
  return JSON.stringify({ meta, data: rows.map(({ timeS, values }) => ({ t: timeS, values })) });
}

function xmlText({ startS, stepS, endS, legend, rows }: Table): string {
  const entries = legend.map((entry) => `<entry>${entry}</entry>`).join('');
  const lines = rows.map(
    ({ timeS, values }) => `<row><t>${timeS}</t>${values.map((value) => `<v>${value}</v>`).join('')}</row>`,
  );
  return (
    `<xport><meta><start>${startS}</start><step>${stepS}</step><end>${endS}</end><rows>${rows.length}</rows>` +
    `<columns>${legend.length}</columns><legend>${entries}</legend></meta><data>${lines.join('')}</data></xport>`
  );
}
