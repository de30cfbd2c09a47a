// Purpose: GET /vm_rrd, /host_rrd, /sr_rrd: whole archives, as XML of the round-robin tool or the same in JSON.
import {
  ARCHIVES,
  BASE_STEP_S,
  consolidated,
  rowTimes,
  valueText,
  type Archive,
} from '../../metrics/archives.js';
import { isNullRef } from '../../datamodel/xen-value.js';
import { measuredSince, recordedSources, type DataSource } from '../../metrics/data-sources.js';
import { redirectTo, type Exchange } from '../transfers/exchange.js';
import { secondsOf } from '../../metrics/compact-seconds.js';
import { sendBytes, sendPage } from '../http-answers.js';
import { wantsJson } from './rrd-updates.js';
import type { Row } from '../../database/row.js';

/** Seconds without a measurement after which the value is unknown. */
const HEARTBEAT = '300.0000';
/** Share of a row that may be unknown. */
const UNKNOWN_SHARE = '0.5000';

export async function serveHostRrd(exchange: Exchange): Promise<void> {
  await sendArchive(exchange, exchange.host);
}

export async function serveSrRrd(exchange: Exchange): Promise<void> {
  const { sim, query, response } = exchange;
  const sr = sim.db.rows('SR').find((row) => row.uuid === query.get('uuid'));
  if (sr === undefined) return sendPage(response, 404);
  await sendArchive(exchange, sr);
}

/** The archive of a running VM is on its host, that of any other one on the master. */
export async function serveVmRrd(exchange: Exchange): Promise<void> {
  const { sim, host, query, response } = exchange;
  const vm = sim.db.rows('VM').find((row) => row.uuid === query.get('uuid'));
  if (vm === undefined) return sendPage(response, 404);
  const home = isNullRef(vm.link('resident_on')) ? sim.master : sim.db.get('host', vm.link('resident_on'));
  if (home !== host) return redirectTo(exchange, home);
  const started = sim.db.find('VM_metrics', vm.link('metrics'))?.text('start_time') ?? '';
  // What never ran was never measured.
  if (!vm.bool('is_control_domain') && secondsOf(started) === 0) return sendPage(response, 404);
  await sendArchive(exchange, vm);
}

async function sendArchive({ sim, request, response, query }: Exchange, row: Row): Promise<void> {
  const nowS = Math.floor(sim.clock.now() / 1000);
  const content: Content = { nowS, sinceS: measuredSince(sim, row), sources: recordedSources(sim, row) };
  await Promise.resolve();
  if (wantsJson(request.headers.accept, query))
    sendBytes(response, 200, 'application/json', jsonText(content));
  else sendBytes(response, 200, 'text/xml', xmlText(content));
}

interface Content {
  nowS: number;
  sinceS: number;
  sources: DataSource[];
}

/** Rows oldest first, one value a source. */
function databaseOf(
  { nowS, sinceS, sources }: Content,
  archive: Archive,
  how: Archive['functions'][number],
): string[][] {
  return rowTimes(archive, 0, nowS).map((timeS) =>
    sources.map((source) => valueText(consolidated(source, archive, how, timeS, sinceS))),
  );
}

function lastValue({ nowS, sinceS }: Content, source: DataSource): string {
  return nowS > sinceS ? valueText(source.at(nowS)) : 'NaN';
}

function xmlText(content: Content): string {
  const sources = content.sources.map(
    (source) =>
      `<ds><name>${source.name}</name><type>GAUGE</type><minimal_heartbeat>${HEARTBEAT}</minimal_heartbeat>` +
      `<min>${valueText(source.min)}</min><max>${valueText(source.max)}</max>` +
      `<last_ds>${lastValue(content, source)}</last_ds><value>0.0</value><unknown_sec>0</unknown_sec></ds>`,
  );
  const archives = ARCHIVES.flatMap((archive) =>
    archive.functions.map((how) => {
      const rows = databaseOf(content, archive, how).map(
        (values) => `<row>${values.map((value) => `<v>${value}</v>`).join('')}</row>`,
      );
      return (
        `<rra><cf>${how}</cf><pdp_per_row>${archive.stepS / BASE_STEP_S}</pdp_per_row>` +
        `<params><xff>${UNKNOWN_SHARE}</xff></params><database>${rows.join('')}</database></rra>`
      );
    }),
  );
  return (
    `<?xml version="1.0"?><rrd><version>0003</version><step>${BASE_STEP_S}</step>` +
    `<lastupdate>${content.nowS}</lastupdate>${sources.join('')}${archives.join('')}</rrd>`
  );
}

function jsonText(content: Content): string {
  return JSON.stringify({
    version: '0003',
    step: String(BASE_STEP_S),
    lastupdate: String(content.nowS),
    ds: content.sources.map((source) => ({
      name: source.name,
      type: 'GAUGE',
      minimal_heartbeat: HEARTBEAT,
      min: valueText(source.min),
      max: valueText(source.max),
      last_ds: lastValue(content, source),
      value: '0.0',
      unknown_sec: '0',
    })),
    rra: ARCHIVES.flatMap((archive) =>
      archive.functions.map((how) => ({
        cf: how,
        pdp_per_row: String(archive.stepS / BASE_STEP_S),
        params: { xff: UNKNOWN_SHARE },
        database: databaseOf(content, archive, how),
      })),
    ),
  });
}
