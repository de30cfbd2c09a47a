// Purpose: default texts of the data model ("{}", "1.", "Null", {"a" -> "b"}) as values, and the zero value of a type.
import { EPOCH_DATE, NULL_REF, type XenValue } from './xen-value.js';
import type { DataModel, FieldFact } from './data-model.js';
import type { XenType } from './type-expression.js';

/** The value a field has when the constructor does not give one, or the zero value of its type. */
export function defaultOfField(model: DataModel, field: FieldFact): XenValue {
  if (field.defaultText === undefined) return zeroOf(model, field.type);
  // Values are never changed in place, so all objects can share one.
  const known = defaults.get(field);
  if (known !== undefined) return known;
  const value = readDefault(field.type, field.defaultText);
  defaults.set(field, value);
  return value;
}

const defaults = new WeakMap<FieldFact, XenValue>();

const ZEROS: Readonly<Record<Exclude<XenType['kind'], 'enum'>, XenValue>> = {
  string: '',
  void: '',
  any: '',
  eventBatch: '',
  events: '',
  int: 0,
  float: 0,
  bool: false,
  datetime: EPOCH_DATE,
  ref: NULL_REF,
  set: [],
  map: {},
  record: {},
  option: null,
};

/** What the server itself writes into a field nobody has set. */
export function zeroOf(model: DataModel, type: XenType): XenValue {
  return type.kind === 'enum' ? (model.enums[type.name]?.[0] ?? '') : ZEROS[type.kind];
}

function readDefault(type: XenType, text: string): XenValue {
  switch (type.kind) {
    case 'int':
    case 'float':
      return Number(text);
    case 'bool':
      return text === 'true';
    case 'ref':
      return NULL_REF;
    case 'set':
      return readSet(type.of, text);
    case 'map':
      return readMap(text);
    case 'string':
      return JSON.parse(text) as string;
    default:
      return text;
  }
}

function readSet(of: XenType, text: string): XenValue {
  const inner = text.slice(1, -1).trim();
  if (inner === '') return [];
  return inner.split(',').map((item) => (of.kind === 'int' ? Number(item) : item.trim()));
}

function readMap(text: string): XenValue {
  const inner = text.slice(1, -1).trim();
  if (inner === '') return {};
  return JSON.parse(`{${inner.replaceAll('" -> ', '": ')}}`) as Record<string, string>;
}
