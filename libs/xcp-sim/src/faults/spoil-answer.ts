// Purpose: answers as a broken or an unexpected server would give them. Records are shared: a spoilt one is a copy.
import { isXenMap, NULL_REF, type XenMap, type XenValue } from '../datamodel/xen-value.js';
import type { AnswerDamage } from './fault-effects.js';

const DANGLING = 'OpaqueRef:00000000-dead-dead-dead-000000000000';
const UNKNOWN_ENUM = 'value_of_a_later_release';

/** The answer with the damage done; what the damage does not fit stays as it is. */
export function spoilAnswer(value: XenValue, damage: AnswerDamage, field: string | undefined): XenValue {
  switch (damage) {
    case 'wrong-counts':
      return changeBatch(value, 'valid_ref_counts', (counts) =>
        mapValues(counts, (count) => Number(count) + 1),
      );
    case 'missing-deletions':
      return changeEvents(value, (events) => events.filter((event) => event['operation'] !== 'del'));
    case 'reversed-events':
      return changeEvents(value, (events) => events.toReversed());
    case 'bad-token':
      return isXenMap(value) && 'token' in value ? { ...value, token: 'not-a-token' } : value;
    default:
      return spoilRecords(value, (record) => spoilRecord(record, damage, field));
  }
}

function changeBatch(value: XenValue, part: string, change: (part: XenMap) => XenMap): XenValue {
  const map = isXenMap(value) ? value[part] : undefined;
  return isXenMap(value) && isXenMap(map) ? { ...value, [part]: change(map) } : value;
}

function changeEvents(value: XenValue, change: (events: readonly XenMap[]) => readonly XenMap[]): XenValue {
  if (!isXenMap(value) || !Array.isArray(value['events'])) return value;
  return { ...value, events: [...change(value['events'] as readonly XenMap[])] };
}

function mapValues(map: XenMap, change: (value: XenValue) => XenValue): XenMap {
  return Object.fromEntries(Object.entries(map).map(([key, value]) => [key, change(value ?? null)]));
}

/** Records alone, in a map by reference, or as snapshots of events. */
function spoilRecords(value: XenValue, spoil: (record: XenMap) => XenMap): XenValue {
  if (typeof value === 'string') return spoil({ answer: value })['answer'] ?? value;
  if (!isXenMap(value)) return value;
  if (Array.isArray(value['events']))
    return changeEvents(value, (events) =>
      events.map((event) => {
        const { snapshot } = event;
        return isXenMap(snapshot ?? null) ? { ...event, snapshot: spoil(snapshot as XenMap) } : event;
      }),
    );
  if ('uuid' in value) return spoil(value);
  return mapValues(value, (record) => (isXenMap(record) ? spoil(record) : record));
}

function spoilRecord(record: XenMap, damage: AnswerDamage, field: string | undefined): XenMap {
  if (damage === 'missing-field') {
    const { [field ?? '']: _missing, ...rest } = record;
    return rest;
  }
  const touched = Object.entries(record).filter(([name]) => field === undefined || name === field);
  const changed = touched.map(([name, value]): [string, XenValue] => [
    name,
    spoilValue(value ?? null, damage),
  ]);
  return { ...record, ...Object.fromEntries(changed) };
}

function spoilValue(value: XenValue, damage: AnswerDamage): XenValue {
  if (Array.isArray(value)) {
    const items = value as readonly XenValue[];
    return damage === 'unknown-enum'
      ? [...items, UNKNOWN_ENUM]
      : items.map((item) => spoilValue(item, damage));
  }
  if (damage === 'unknown-enum') return typeof value === 'string' ? UNKNOWN_ENUM : value;
  if (typeof value !== 'string' || !value.startsWith('OpaqueRef:') || value === NULL_REF) return value;
  return damage === 'dangling-refs' ? DANGLING : `Ref:${Number.parseInt(value.slice(10, 14), 16) || 7}`;
}
