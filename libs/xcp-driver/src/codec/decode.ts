/**
 * From what travelled to typed records. JSON-RPC and XML-RPC pools must look the same to the rest of the driver:
 * XML brings integers as text, both bring null references as text and dates in a compact form.
 * Missing fields (older pools) get the empty value of their kind; unknown fields and enum values are let through or dropped
 * without complaint, because a newer pool may send them.
 */
import { FIELD_KINDS, RESULT_KINDS } from '../generated/schema.js';
import type { XenMethods } from '../generated/methods.js';
import type { XenRecords } from '../generated/records.js';

export type XenClass = keyof XenRecords;
export type MethodName = keyof XenMethods;

/** The literal of a reference to nothing; old pools also sent an empty text or `Ref:<n>`. */
export const NULL_REF = 'OpaqueRef:NULL';
/** XenAPI writes the epoch for "never". */
const NEVER = 0;

const isNullRef = (text: string): boolean => text === NULL_REF || text === '' || text.startsWith('Ref:');

function isObject(raw: unknown): raw is Record<string, unknown> {
  return typeof raw === 'object' && raw !== null && !Array.isArray(raw);
}

/** `20260821T10:11:12Z`, with or without hyphens. */
export function decodeDate(text: string): Date | null {
  const match = /^(\d{4})-?(\d{2})-?(\d{2})T(\d{2}):(\d{2}):(\d{2})(?:\.\d+)?Z?$/.exec(text);
  if (match === null) return null;
  const [, year, month, day, hour, minute, second] = match.map(Number);
  const ms = Date.UTC(year ?? 0, (month ?? 1) - 1, day, hour, minute, second);
  return ms === NEVER ? null : new Date(ms);
}

function decodeNumber(raw: unknown): number {
  if (typeof raw === 'number') return raw;
  const number = typeof raw === 'string' ? Number(raw) : 0;
  return Number.isNaN(number) ? 0 : number;
}

function decodeText(raw: unknown): string {
  if (typeof raw === 'string') return raw;
  return raw === undefined || raw === null ? '' : JSON.stringify(raw);
}

function decodeScalar(kind: string, raw: unknown): unknown {
  switch (kind) {
    case 'int':
    case 'float':
      return decodeNumber(raw);
    case 'bool':
      return raw === true || raw === '1' || raw === 'true';
    case 'datetime':
      return typeof raw === 'string' ? decodeDate(raw) : null;
    case 'ref':
      return typeof raw === 'string' && !isNullRef(raw) ? raw : null;
    case 'void':
      return undefined;
    case 'text':
      return decodeText(raw);
    default:
      return raw;
  }
}

function decodeKind(kind: string, raw: unknown): unknown {
  if (kind.startsWith('set ')) {
    const inner = kind.slice(4);
    return Array.isArray(raw)
      ? raw.map((item) => decodeKind(inner, item)).filter((item) => item !== null)
      : [];
  }
  if (kind.startsWith('map ')) {
    const inner = kind.slice(4);
    if (!isObject(raw)) return {};
    return Object.fromEntries(Object.entries(raw).map(([key, value]) => [key, decodeKind(inner, value)]));
  }
  if (kind.startsWith('record:')) return decodeRecord(kind.slice(7) as XenClass, raw);
  return decodeScalar(kind, raw);
}

/** A record with all fields of the class, or only the given ones. */
export function decodeRecord<C extends XenClass>(cls: C, raw: unknown): XenRecords[C];
export function decodeRecord<C extends XenClass, F extends keyof XenRecords[C] & string>(
  cls: C,
  raw: unknown,
  fields: readonly F[],
): Pick<XenRecords[C], F>;
export function decodeRecord(cls: XenClass, raw: unknown, fields?: readonly string[]): unknown {
  return decodeFields(cls, raw, fields ?? Object.keys(FIELD_KINDS[cls]));
}

/** Like decodeRecord, for callers that know the type of the result by other means. */
export function decodeFields(cls: XenClass, raw: unknown, fields: readonly string[]): unknown {
  const kinds: Readonly<Record<string, string>> = FIELD_KINDS[cls];
  const source = isObject(raw) ? raw : {};
  return Object.fromEntries(fields.map((name) => [name, decodeKind(kinds[name] ?? 'any', source[name])]));
}

/** The typed result of a message. */
export function decodeResult<M extends MethodName>(method: M, raw: unknown): XenMethods[M]['result'] {
  const kind = RESULT_KINDS[method] ?? 'text';
  return decodeKind(kind, raw);
}

/** What the driver passes as parameter, in the form both dialects can write: no null, no Date, no undefined. */
export function encodeParameter(value: unknown): unknown {
  if (value === null) return NULL_REF;
  if (value instanceof Date) return `${value.toISOString().slice(0, 19).replaceAll('-', '')}Z`;
  if (Array.isArray(value)) return value.map((item) => encodeParameter(item));
  if (!isObject(value)) return value;
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  return Object.fromEntries(entries.map(([key, item]) => [key, encodeParameter(item)]));
}
