// Purpose: the values that travel over XenAPI and live in tables, and the null reference.

/**
 * A XenAPI value: ints and floats are numbers, dates compact text, sets arrays, maps and records plain objects.
 * Ints have 64 bits: beyond 2^53, where numbers lose digits, they are bigints.
 */
export type XenValue = string | number | bigint | boolean | null | readonly XenValue[] | XenMap;

/** A XenAPI map or record. */
export interface XenMap {
  readonly [key: string]: XenValue;
}

/** The literal of a reference that points nowhere. */
export const NULL_REF = 'OpaqueRef:NULL';

/** "Never" in a datetime field. */
export const EPOCH_DATE = '19700101T00:00:00Z';

/** True for the spellings servers and old clients use for "no object". */
export function isNullRef(ref: XenValue | undefined): boolean {
  return ref === undefined || ref === null || ref === '' || ref === NULL_REF;
}

/** Narrows a value to a map or record. */
export function isXenMap(value: unknown): value is XenMap {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Milliseconds since the epoch → `20260821T10:11:12Z`, the only date form xapi writes. */
export function compactDate(ms: number): string {
  return new Date(ms)
    .toISOString()
    .replaceAll('-', '')
    .replace(/\.\d+Z$/, 'Z');
}

/** A scalar as text; sets and maps, which have no text of their own, give "". */
export function textOf(value: XenValue | undefined): string {
  return value === undefined || value === null || typeof value === 'object' ? '' : String(value);
}
