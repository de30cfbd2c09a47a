// Purpose: XenAPI values as JSON text. Floats keep a fraction (1.0), so JSON.stringify alone will not do.
import { jsonText } from './json-text.js';
import { isXenMap, type XenMap, type XenValue, textOf } from '../datamodel/xen-value.js';
import type { DataModel } from '../datamodel/data-model.js';
import type { XenType } from '../datamodel/type-expression.js';

/** Records are shared and never changed in place, so their text can be kept as long as they live. */
const recordTexts = new WeakMap<object, string>();

export function jsonValue(model: DataModel, type: XenType, value: XenValue): string {
  switch (type.kind) {
    case 'float':
      return jsonFloat(Number(value));
    case 'int':
      return jsonText(value);
    case 'set':
      return holdsFloats(type.of) ? jsonSet(model, type.of, value) : jsonText(value);
    case 'map':
      return holdsFloats(type.value) ? jsonMap(model, type.value, value) : jsonText(value);
    case 'record':
      return jsonRecord(model, type.cls, value);
    case 'eventBatch':
      return jsonEventBatch(model, value);
    case 'events':
      return jsonEvents(model, value);
    default:
      return JSON.stringify(value);
  }
}

function jsonFloat(value: number): string {
  const text = String(value);
  return Number.isInteger(value) && !text.includes('e') ? `${text}.0` : text;
}

function holdsFloats(type: XenType): boolean {
  switch (type.kind) {
    case 'float':
      return true;
    case 'set':
    case 'option':
      return holdsFloats(type.of);
    case 'map':
      return holdsFloats(type.value);
    case 'record':
      return true;
    default:
      return false;
  }
}

function jsonSet(model: DataModel, of: XenType, value: XenValue): string {
  const items = Array.isArray(value) ? (value as readonly XenValue[]) : [];
  return `[${items.map((item) => jsonValue(model, of, item)).join(',')}]`;
}

function jsonMap(model: DataModel, of: XenType, value: XenValue): string {
  const map = isXenMap(value) ? value : {};
  return `{${Object.entries(map)
    .map(([key, item]) => `${JSON.stringify(key)}:${jsonValue(model, of, item)}`)
    .join(',')}}`;
}

interface FieldPlan {
  readonly name: string;
  /** The name as JSON, with the colon. */
  readonly prefix: string;
  readonly type: XenType;
}

const plans = new WeakMap<object, readonly FieldPlan[]>();

function fieldPlans(model: DataModel, cls: string): readonly FieldPlan[] {
  const fact = model.classes.get(cls);
  if (fact === undefined) return [];
  const known = plans.get(fact);
  if (known !== undefined) return known;
  const made = [...fact.fields.values()].map(({ name, type }) => ({
    name,
    prefix: `${JSON.stringify(name)}:`,
    type,
  }));
  plans.set(fact, made);
  return made;
}

function jsonRecord(model: DataModel, cls: string, value: XenValue): string {
  if (!isXenMap(value)) return jsonText(value);
  const known = recordTexts.get(value);
  if (known !== undefined) return known;
  const parts: string[] = [];
  for (const { name, prefix, type } of fieldPlans(model, cls)) {
    const item = value[name];
    // Only a fault takes a field away from a record.
    if (item !== undefined) parts.push(prefix + jsonValue(model, type, item));
  }
  const text = `{${parts.join(',')}}`;
  recordTexts.set(value, text);
  return text;
}

function jsonEvent(model: DataModel, event: XenValue): string {
  const { snapshot, ...rest } = event as XenMap;
  const head = JSON.stringify(rest);
  if (snapshot === undefined) return head;
  const cls = model.classByLowerName.get(textOf(rest['class'])) ?? '';
  return `${head.slice(0, -1)},"snapshot":${jsonRecord(model, cls, snapshot)}}`;
}

function jsonEvents(model: DataModel, value: XenValue): string {
  return `[${(value as readonly XenValue[]).map((event) => jsonEvent(model, event)).join(',')}]`;
}

function jsonEventBatch(model: DataModel, value: XenValue): string {
  const batch = value as XenMap;
  const events = jsonEvents(model, batch['events'] ?? []);
  return `{"events":${events},"valid_ref_counts":${JSON.stringify(batch['valid_ref_counts'])},"token":${JSON.stringify(batch['token'])}}`;
}
