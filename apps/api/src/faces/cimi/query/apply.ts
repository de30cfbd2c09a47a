/** Filters, sorts, cuts and selects plain entries. */
import type { Plain } from '../serialize/plain.js';
import type { Filter, Lookup } from './filter.js';
import type { OrderKey, Query } from './query.js';

export function filtered(entries: readonly Plain[], filters: readonly Filter[]): readonly Plain[] {
  if (filters.length === 0) return entries;
  return entries.filter((entry) => {
    const lookup = lookupIn(entry);
    return filters.every((filter) => filter(lookup));
  });
}

function lookupIn(entry: Plain): Lookup {
  return (attribute, property) => {
    const value = Object.hasOwn(entry, attribute) ? entry[attribute] : undefined;
    if (property !== undefined) return own(value, property);
    return own(value, 'href') ?? value;
  };
}

function own(value: unknown, key: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
  return Reflect.get(value, key);
}

/** Stable. By id at last, so that places stay the same from one request to the next. */
export function sorted(entries: readonly Plain[], order: readonly OrderKey[]): readonly Plain[] {
  if (order.length === 0) return entries;
  const keys: readonly OrderKey[] = [...order, { attribute: 'id', direction: 'ascending' }];
  return entries.toSorted((left, right) => {
    for (const { attribute, direction } of keys) {
      const compared = compare(lookupIn(left)(attribute), lookupIn(right)(attribute));
      if (compared !== 0) return direction === 'ascending' ? compared : -compared;
    }
    return 0;
  });
}

/** What is missing comes first. Texts by their code points after NFKD. */
function compare(left: unknown, right: unknown): number {
  if (typeof left === 'number' && typeof right === 'number') return left - right;
  if (typeof left === 'boolean' && typeof right === 'boolean') return Number(left) - Number(right);
  const one = sortText(left);
  const other = sortText(right);
  if (one === other) return 0;
  return one < other ? -1 : 1;
}

const sortText = (value: unknown): string =>
  typeof value === 'string' ? value.normalize('NFKD') : JSON.stringify(value ?? '');

/** From 1, both ends included; bounds that make no sense make it empty. */
export function ranged<Item>(entries: readonly Item[], { first, last }: Query): readonly Item[] {
  return entries.slice(Math.max(0, (first ?? 1) - 1), last ?? entries.length);
}

/** `resourceURI` is always shown. */
export function selected(plain: Plain, select: ReadonlySet<string> | undefined): Plain {
  if (select === undefined) return plain;
  return Object.fromEntries(
    Object.entries(plain).filter(([name]) => name === 'resourceURI' || select.has(name)),
  );
}
