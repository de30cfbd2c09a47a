// Purpose: XenAPI values as XML-RPC text, the way xapi writes them: strings, enums, refs and ints without a tag.
import { isXenMap, type XenMap, type XenValue, textOf } from '../datamodel/xen-value.js';
import type { DataModel } from '../datamodel/data-model.js';
import type { XenType } from '../datamodel/type-expression.js';

const ESCAPES: Readonly<Record<string, string>> = { '<': '&lt;', '>': '&gt;', '&': '&amp;', '"': '&quot;' };

export function escapeXml(text: string): string {
  return text.replace(/[<>&"]/g, (char) => ESCAPES[char] ?? char);
}

/** `<value>…</value>` of a value of the given type. */
export function xmlValue(model: DataModel, type: XenType, value: XenValue): string {
  return `<value>${xmlInner(model, type, value)}</value>`;
}

function xmlInner(model: DataModel, type: XenType, value: XenValue): string {
  switch (type.kind) {
    case 'bool':
      return `<boolean>${value === true ? 1 : 0}</boolean>`;
    case 'float':
      return `<double>${xmlFloat(Number(value))}</double>`;
    case 'datetime':
      return `<dateTime.iso8601>${escapeXml(textOf(value))}</dateTime.iso8601>`;
    case 'set':
      return xmlArray(model, type.of, value);
    case 'map':
      return xmlMap(model, type.value, value);
    case 'record':
      return xmlRecord(model, type.cls, value);
    case 'option':
      return value === null ? '<nil/>' : xmlInner(model, type.of, value);
    case 'eventBatch':
      return xmlEventBatch(model, value);
    case 'events':
      return xmlEvents(model, value);
    case 'any':
      return xmlUntyped(model, value);
    default:
      return escapeXml(textOf(value));
  }
}

// 16 significant digits, an integral value without a fraction.
function xmlFloat(value: number): string {
  return Number.isFinite(value) ? String(Number(value.toPrecision(16))) : String(value);
}

function xmlArray(model: DataModel, of: XenType, value: XenValue): string {
  const items = Array.isArray(value) ? (value as readonly XenValue[]) : [];
  return `<array><data>${items.map((item) => xmlValue(model, of, item)).join('')}</data></array>`;
}

function member(name: string, valueText: string): string {
  return `<member><name>${escapeXml(name)}</name>${valueText}</member>`;
}

function xmlMap(model: DataModel, of: XenType, value: XenValue): string {
  const map = isXenMap(value) ? value : {};
  const members = Object.entries(map).map(([key, item]) => member(key, xmlValue(model, of, item)));
  return `<struct>${members.join('')}</struct>`;
}

function xmlRecord(model: DataModel, cls: string, value: XenValue): string {
  const fact = model.classes.get(cls);
  if (fact === undefined) return xmlUntyped(model, value);
  const record: XenMap = isXenMap(value) ? value : {};
  // Only a fault takes a field away from a record.
  const fields = [...fact.fields.values()].filter((field) => field.name in record);
  const members = fields.map((field) =>
    member(field.name, xmlValue(model, field.type, record[field.name] ?? '')),
  );
  return `<struct>${members.join('')}</struct>`;
}

function xmlEvent(model: DataModel, event: XenMap): string {
  const cls = model.classByLowerName.get(textOf(event['class'])) ?? '';
  const members = Object.entries(event).map(([name, value]) =>
    member(
      name,
      name === 'snapshot'
        ? `<value>${xmlRecord(model, cls, value)}</value>`
        : xmlValue(model, { kind: 'string' }, value),
    ),
  );
  return `<value><struct>${members.join('')}</struct></value>`;
}

function xmlEvents(model: DataModel, value: XenValue): string {
  return `<array><data>${(value as readonly XenMap[]).map((event) => xmlEvent(model, event)).join('')}</data></array>`;
}

/** The counts are the one place where the server writes a tagged int. */
function xmlEventBatch(model: DataModel, value: XenValue): string {
  const batch = value as XenMap;
  const counts = Object.entries((batch['valid_ref_counts'] ?? {}) as XenMap).map(([cls, count]) =>
    member(cls, `<value><i4>${textOf(count)}</i4></value>`),
  );
  const events = member('events', `<value>${xmlEvents(model, batch['events'] ?? [])}</value>`);
  const refCounts = member('valid_ref_counts', `<value><struct>${counts.join('')}</struct></value>`);
  const token = member('token', xmlValue(model, { kind: 'string' }, batch['token'] ?? ''));
  return `<struct>${events}${refCounts}${token}</struct>`;
}

/** Values whose type the data model leaves open (event batches) carry `XmlTyped` hints or are written by shape. */
function xmlUntyped(model: DataModel, value: XenValue): string {
  if (typeof value === 'boolean') return `<boolean>${value ? 1 : 0}</boolean>`;
  if (typeof value === 'number' || typeof value === 'bigint') return String(value);
  if (value === null) return '<nil/>';
  if (Array.isArray(value)) return xmlArray(model, { kind: 'any' }, value);
  if (isXenMap(value)) return xmlMap(model, { kind: 'any' }, value);
  return escapeXml(textOf(value));
}
