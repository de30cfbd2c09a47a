// Purpose: checks the shape of arguments against the data model and brings them into canonical form.
import { compactDate, isXenMap, type XenMap, type XenValue, textOf } from '../datamodel/xen-value.js';
import { defaultOfField } from '../datamodel/default-value.js';
import { internalError } from '../core/failure.js';
import { XmlDate, XmlDouble } from '../wire/xml-scalars.js';
import type { DataModel } from '../datamodel/data-model.js';
import type { XenType } from '../datamodel/type-expression.js';

/** Checks and converts one argument. @throws XenFailure INTERNAL_ERROR for a wrong shape */
export function coerce(model: DataModel, type: XenType, value: unknown): XenValue {
  switch (type.kind) {
    case 'int':
      return coerceInt(value);
    case 'float':
      return coerceFloat(value);
    case 'bool':
      if (typeof value === 'boolean') return value;
      throw mismatch('bool', value);
    case 'datetime':
      return coerceDate(value);
    case 'enum':
      return coerceEnum(model, type.name, value);
    case 'set':
      if (!Array.isArray(value)) throw mismatch('array', value);
      return value.map((item) => coerce(model, type.of, item));
    case 'map':
      return coerceMap(model, type.key, type.value, value);
    case 'record':
      return coerceRecord(model, type.cls, value);
    case 'option':
      return value === null ? null : coerce(model, type.of, value);
    case 'any':
      return value as XenValue;
    default:
      return coerceText(value);
  }
}

/** Control characters other than tab, line feed and carriage return are refused in database strings. */
// eslint-disable-next-line no-control-regex
const FORBIDDEN_TEXT = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/;

function coerceText(value: unknown): string {
  if (typeof value !== 'string') throw mismatch('string', value);
  if (FORBIDDEN_TEXT.test(value)) throw internalError('Invalid character in string');
  return value;
}

/** Numbers and decimal or 0x text; blanks, fractions and "" are refused. */
function coerceInt(value: unknown): number | bigint {
  if (typeof value === 'number' && Number.isSafeInteger(value)) return value;
  const parsed = wideInt(value);
  if (parsed === undefined || parsed !== BigInt.asIntN(64, parsed)) throw mismatch('int64', value);
  const narrow = Number(parsed);
  return Number.isSafeInteger(narrow) ? narrow : parsed;
}

function wideInt(value: unknown): bigint | undefined {
  if (typeof value === 'bigint') return value;
  if (typeof value === 'number' && Number.isInteger(value)) return BigInt(value);
  if (typeof value !== 'string' || !/^-?(\d+|0[xX][0-9a-fA-F]+)$/.test(value)) return undefined;
  return value.startsWith('-') ? -BigInt(value.slice(1)) : BigInt(value);
}

function coerceFloat(value: unknown): number {
  if (value instanceof XmlDouble) return value.value;
  if (typeof value === 'number') return value;
  if (typeof value === 'bigint') return Number(value);
  if (typeof value === 'string' && value.trim() !== '' && !Number.isNaN(Number(value))) return Number(value);
  throw mismatch('double', value);
}

function coerceDate(given: unknown): string {
  const value = given instanceof XmlDate ? given.text : given;
  if (typeof value !== 'string') throw mismatch('datetime', value);
  const compact = /^(\d{4})-?(\d{2})-?(\d{2})T(\d{2}):(\d{2}):(\d{2})(Z|[+-]\d{2}:\d{2})?$/.exec(value);
  if (compact === null) throw mismatch('datetime', value);
  const [, year, month, day, hour, minute, second, zone = 'Z'] = compact;
  const ms = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}${zone}`);
  if (Number.isNaN(ms)) throw mismatch('datetime', value);
  return compactDate(ms);
}

/** Letter case does not matter; the canonical spelling is stored. */
function coerceEnum(model: DataModel, name: string, value: unknown): string {
  const text = coerceText(value);
  const wanted = text.toLowerCase();
  const found = model.enums[name]?.find((candidate) => candidate.toLowerCase() === wanted);
  if (found === undefined) throw internalError(`Failure("${name}: unknown value '${text}'")`);
  return found;
}

function isDictionary(value: unknown): value is XenMap {
  return isXenMap(value) && !(value instanceof XmlDouble) && !(value instanceof XmlDate);
}

function coerceMap(model: DataModel, keyType: XenType, valueType: XenType, value: unknown): XenMap {
  if (!isDictionary(value)) throw mismatch('dict', value);
  const map: Record<string, XenValue> = {};
  for (const [key, item] of Object.entries(value)) {
    map[textOf(coerce(model, keyType, key))] = coerce(model, valueType, item);
  }
  return map;
}

/** A constructor record: fields without default must be there, unknown ones are ignored, read-only ones too. */
function coerceRecord(model: DataModel, cls: string, value: unknown): XenMap {
  if (!isDictionary(value)) throw internalError('Failure("bad __structure")');
  const fact = model.classes.get(cls);
  if (fact === undefined) return value;
  const record: Record<string, XenValue> = {};
  for (const field of fact.fields.values()) {
    if (field.qualifier === 'R') continue;
    const given = value[field.name];
    if (given !== undefined) record[field.name] = coerce(model, field.type, given);
    else if (field.defaultText !== undefined) record[field.name] = defaultOfField(model, field);
    else throw internalError(`Dispatcher_FieldNotFound("${field.name}")`);
  }
  return record;
}

function mismatch(expected: string, value: unknown): Error {
  return internalError(`Failure("Expected ${expected}, got '${rpcText(value)}'")`);
}

// The notation of the server's own messages: S(text), I(5), B(true), N, lists and dictionaries.
function rpcText(value: unknown): string {
  if (value === null || value === undefined) return 'N';
  if (typeof value === 'string') return `S(${value})`;
  if (typeof value === 'bigint') return `I(${value})`;
  if (typeof value === 'number') return Number.isInteger(value) ? `I(${value})` : `F(${value})`;
  if (typeof value === 'boolean') return `B(${value})`;
  if (value instanceof XmlDouble) return `F(${value.value})`;
  if (value instanceof XmlDate) return `D(${value.text})`;
  if (Array.isArray(value)) return `[${value.map(rpcText).join(';')}]`;
  return `{${Object.entries(value)
    .map(([key, item]) => `${key}:${rpcText(item)}`)
    .join(';')}}`;
}
