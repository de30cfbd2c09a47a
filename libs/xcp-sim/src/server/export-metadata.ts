// Purpose: GET /export_metadata: the records of a VM and of all it uses, as the first member of an XVA (`ova.xml`).
// Disk contents are not kept by the simulator, so GET /export only tells a wrong request from one it cannot serve.
import type { ServerResponse } from 'node:http';
import { compactDate } from '../datamodel/xen-value.js';
import { escapeXml, xmlValue } from '../wire/xml-encode.js';
import { sendBytes, sendPage } from './http-answers.js';
import { tarOfOneFile } from './tar-archive.js';
import type { Row } from '../database/row.js';
import type { SimPool } from '../core/sim-pool.js';

/** Layout version of the records in an XVA; 2 is what every supported release reads. */
const EXPORT_VERSION = '2';

export function serveExportMetadata(sim: SimPool, response: ServerResponse, query: URLSearchParams): void {
  const vms = query.get('all') === 'true' ? exportableVms(sim) : [findVm(sim, query)];
  const known = vms.filter((vm) => vm !== undefined);
  if (known.length < vms.length) return sendPage(response, 500);
  const ova = Buffer.from(ovaXml(sim, known), 'utf8');
  sendBytes(response, 200, 'application/octet-stream', tarOfOneFile('ova.xml', ova));
}

export function serveExport(sim: SimPool, response: ServerResponse, query: URLSearchParams): void {
  sendPage(response, findVm(sim, query) === undefined ? 500 : 501);
}

function exportableVms(sim: SimPool): Row[] {
  return sim.db.rows('VM').filter((vm) => !vm.bool('is_control_domain') && !vm.bool('is_default_template'));
}

function findVm(sim: SimPool, query: URLSearchParams): Row | undefined {
  const uuid = query.get('uuid');
  return (
    sim.db.find('VM', query.get('ref') ?? '') ?? sim.db.rows('VM').find((vm) => vm.uuid === (uuid ?? ''))
  );
}

/** Everything a VM needs to be made again elsewhere. */
function closureOf(sim: SimPool, vms: readonly Row[]): Row[] {
  const { db } = sim;
  const found = new Set<Row>(vms);
  for (const vm of vms) {
    for (const vbd of db.follow('VBD', vm.set('VBDs'))) {
      found.add(vbd);
      const vdi = db.find('VDI', vbd.link('VDI'));
      const sr = db.find('SR', vdi?.link('SR') ?? '');
      for (const row of [vdi, sr]) if (row !== undefined) found.add(row);
    }
    for (const vif of db.follow('VIF', vm.set('VIFs'))) {
      found.add(vif);
      const network = db.find('network', vif.link('network'));
      if (network !== undefined) found.add(network);
    }
    const metrics = db.find('VM_guest_metrics', vm.link('guest_metrics'));
    if (metrics !== undefined) found.add(metrics);
  }
  return [...found];
}

function ovaXml(sim: SimPool, vms: readonly Row[]): string {
  const rows = closureOf(sim, vms);
  const names = new Map(rows.map((row, index) => [row.ref, `Ref:${index}`]));
  const objects = rows.map((row) => objectXml(sim, row, names)).join('');
  const version = struct(
    Object.entries(versionOf(sim)).map(([name, text]) => [name, value(escapeXml(text))]),
  );
  return value(
    struct([
      ['version', value(version)],
      ['objects', value(`<array><data>${objects}</data></array>`)],
    ]),
  );
}

/** References inside the archive are renamed; what they do not find there points to nothing. */
function objectXml(sim: SimPool, row: Row, names: ReadonlyMap<string, string>): string {
  const record = xmlValue(sim.db.model, { kind: 'record', cls: row.cls }, row.record());
  const renamed = record.replace(/OpaqueRef:[\w-]+/g, (ref) => names.get(ref) ?? 'OpaqueRef:NULL');
  return value(
    struct([
      ['class', value(row.cls)],
      ['id', value(names.get(row.ref) ?? '')],
      ['snapshot', renamed],
    ]),
  );
}

function versionOf(sim: SimPool): Record<string, string> {
  const software = sim.master.map('software_version');
  return {
    hostname: sim.master.text('hostname'),
    date: compactDate(sim.clock.now()),
    product_version: software['product_version'] ?? '',
    product_brand: software['product_brand'] ?? '',
    build_number: software['build_number'] ?? '',
    xapi_major: '1',
    xapi_minor: '20',
    export_vsn: EXPORT_VERSION,
  };
}

function value(inner: string): string {
  return `<value>${inner}</value>`;
}

function struct(members: readonly (readonly [name: string, valueXml: string])[]): string {
  const inner = members.map(([name, valueXml]) => `<member><name>${name}</name>${valueXml}</member>`);
  return `<struct>${inner.join('')}</struct>`;
}
