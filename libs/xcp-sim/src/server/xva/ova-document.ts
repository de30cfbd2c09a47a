// Purpose: `ova.xml`, the first member of an XVA: the records of a VM and of all it uses, with references renamed to
// `Ref:<n>`; written and read.
import { coerce } from '../../dispatch/arguments.js';
import { compactDate, type XenMap, type XenValue } from '../../datamodel/xen-value.js';
import { decodeXmlCall } from '../../wire/xml-decode.js';
import { escapeXml, xmlValue } from '../../wire/xml-encode.js';
import { XenFailure } from '../../core/failure.js';
import type { Row } from '../../database/row.js';
import type { SimPool } from '../../core/sim-pool.js';

/** Layout version of the records in an XVA; 2 is what every supported release reads. */
const EXPORT_VERSION = 2;

/** Names for the rows of a document: `Ref:0`, `Ref:1` … */
export function namesFor(rows: readonly Row[]): Map<Row, string> {
  return new Map(rows.map((row, index) => [row, `Ref:${index}`]));
}

/** Everything a VM needs to be made again elsewhere. */
export function closureOf(sim: SimPool, vms: readonly Row[]): Row[] {
  const { db } = sim;
  const found = new Set<Row>(vms);
  for (const vm of vms) {
    const vbds = db.follow('VBD', vm.set('VBDs'));
    for (const vbd of vbds) found.add(vbd);
    for (const ref of [...vbds.map((vbd) => vbd.link('VDI')), vm.link('suspend_VDI')]) {
      const vdi = db.find('VDI', ref);
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

/** The document: every reference outside of `names` points to nothing. */
export function ovaXml(sim: SimPool, names: ReadonlyMap<Row, string>): string {
  const refs = new Map([...names].map(([row, name]) => [row.ref, name]));
  const objects = [...names.keys()].map((row) => objectXml(sim, row, refs)).join('');
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
    export_vsn: String(EXPORT_VERSION),
  };
}

function value(inner: string): string {
  return `<value>${inner}</value>`;
}

function struct(members: readonly (readonly [name: string, valueXml: string])[]): string {
  const inner = members.map(([name, valueXml]) => `<member><name>${name}</name>${valueXml}</member>`);
  return `<struct>${inner.join('')}</struct>`;
}

/** An object of a document as it was read: values checked by the data model, references still those of the document. */
export interface OvaObject {
  cls: string;
  id: string;
  values: XenMap;
}

/** @throws XenFailure IMPORT_ERROR for a text that is no document, IMPORT_INCOMPATIBLE_VERSION for one of a later layout */
export function parseOva(sim: SimPool, text: string): OvaObject[] {
  const document = asStruct(decodeDocument(text));
  const version = Number(asStruct(document['version'])['export_vsn'] ?? 0);
  if (version > EXPORT_VERSION) throw new XenFailure('IMPORT_INCOMPATIBLE_VERSION');
  const objects = document['objects'];
  if (!Array.isArray(objects)) throw unreadable('no objects');
  return objects.map((object) => readObject(sim, asStruct(object)));
}

function decodeDocument(text: string): unknown {
  const value = text.replace(/^\s*<\?xml[^>]*\?>/, '').trim();
  try {
    const call = `<methodCall><methodName>ova</methodName><params><param>${value}</param></params></methodCall>`;
    return decodeXmlCall(call).params[0];
  } catch (error) {
    throw unreadable(String(error));
  }
}

/** Fields that this release does not know are left out, those of a strange shape too. */
function readObject(sim: SimPool, object: Readonly<Record<string, unknown>>): OvaObject {
  const cls = asText(object['class']);
  const fact = sim.db.model.classes.get(cls);
  const values: Record<string, XenValue> = {};
  for (const [name, value] of Object.entries(asStruct(object['snapshot']))) {
    const field = fact?.fields.get(name);
    if (field === undefined) continue;
    try {
      values[name] = coerce(sim.db.model, field.type, value);
    } catch {
      continue;
    }
  }
  return { cls, id: asText(object['id']), values };
}

function asText(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function asStruct(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw unreadable('not a struct');
  return value as Readonly<Record<string, unknown>>;
}

function unreadable(why: string): XenFailure {
  return new XenFailure('IMPORT_ERROR', `Failed to parse ova.xml: ${why}`);
}
