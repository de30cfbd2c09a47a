// Purpose: one object of a table, with typed reads. Values are never changed in place: a write replaces them.
import { NULL_REF, type XenMap, type XenValue } from '../datamodel/xen-value.js';
import type { ClassFact } from '../datamodel/data-model.js';

/** What all rows of a class share. */
export interface RowShape {
  /** The value of each stored field that nobody has set. */
  readonly defaults: ReadonlyMap<string, XenValue>;
  /** The "many" sides of relations. */
  readonly linkFields: ReadonlySet<string>;
  /** The record of an object of which nothing is set: copies of it share one layout in memory. */
  readonly blank: XenMap;
}

/** The value as the release that is served knows it. */
function known(fact: ClassFact, field: string, value: XenValue): XenValue {
  const unknown = fact.fields.get(field)?.unknownValues;
  if (unknown === undefined || !Array.isArray(value)) return value;
  return (value as readonly string[]).filter((item) => !unknown.has(item));
}

const NO_LINKS: readonly string[] = [];

export function rowShape(
  fact: ClassFact,
  defaults: ReadonlyMap<string, XenValue>,
  linkFields: ReadonlySet<string>,
): RowShape {
  const blank: Record<string, XenValue> = {};
  for (const field of fact.fields.keys())
    blank[field] = linkFields.has(field) ? NO_LINKS : known(fact, field, defaults.get(field) ?? null);
  // An object that grew field by field is a hash table to the engine; a parsed one has a layout.
  const laidOut = JSON.parse(
    JSON.stringify(Object.fromEntries(Object.keys(blank).map((name) => [name, 0]))),
  ) as Record<string, XenValue>;
  for (const [field, value] of Object.entries(blank)) laidOut[field] = value;
  return { defaults, linkFields, blank: laidOut };
}

/** Only `Database` writes rows; everybody else reads through the typed accessors. */
export class Row {
  alive = true;
  /** Generation of creation and of the last change. */
  created = 0;
  modified = 0;
  /**
   * Values that differ from the default of their field; thousands of rows share the defaults of their class. Hidden fields
   * (not in the data model) are allowed and never serialised.
   */
  private readonly own = new Map<string, XenValue>();
  /** The "many" side of relations that is not empty, kept by the database. */
  private readonly links = new Map<string, Set<string>>();
  private cachedRecord: XenMap | undefined;

  constructor(
    readonly fact: ClassFact,
    readonly ref: string,
    private readonly shape: RowShape,
  ) {}

  get cls(): string {
    return this.fact.name;
  }

  get uuid(): string {
    return this.text('uuid');
  }

  /** All values by field, a copy. */
  get values(): ReadonlyMap<string, XenValue> {
    return new Map([...this.shape.defaults, ...this.own]);
  }

  /** Values that somebody set, for a saved pool. */
  setValues(): XenMap {
    return Object.fromEntries(this.own);
  }

  /** The value as stored; undefined for a field that the row does not have. */
  stored(field: string): XenValue | undefined {
    const value = this.own.get(field);
    return value === undefined ? this.shape.defaults.get(field) : value;
  }

  /** For the database alone. */
  write(field: string, value: XenValue): void {
    if (this.shape.defaults.get(field) === value) this.own.delete(field);
    else this.own.set(field, value);
  }

  hasLink(field: string, ref: string): boolean {
    return this.links.get(field)?.has(ref) === true;
  }

  /** For the database alone. */
  addLink(field: string, ref: string): void {
    const refs = this.links.get(field);
    if (refs === undefined) this.links.set(field, new Set([ref]));
    else refs.add(ref);
  }

  /** For the database alone. False if there was no such link. */
  removeLink(field: string, ref: string): boolean {
    const refs = this.links.get(field);
    if (refs?.delete(ref) !== true) return false;
    if (refs.size === 0) this.links.delete(field);
    return true;
  }

  get(field: string): XenValue {
    if (this.shape.linkFields.has(field)) return [...(this.links.get(field) ?? [])];
    return known(this.fact, field, this.stored(field) ?? null);
  }

  text(field: string): string {
    const value = this.stored(field);
    return typeof value === 'string' ? value : '';
  }

  /** Rounded when it has more than 53 bits; only whoever passes it on unchanged needs more. */
  int(field: string): number {
    const value = this.stored(field);
    return typeof value === 'number' || typeof value === 'bigint' ? Number(value) : 0;
  }

  bool(field: string): boolean {
    return this.stored(field) === true;
  }

  /** A reference; the null reference when nothing is set. */
  link(field: string): string {
    const value = this.stored(field);
    return typeof value === 'string' && value !== '' ? value : NULL_REF;
  }

  /** A set of references or texts. */
  set(field: string): readonly string[] {
    const value = this.get(field);
    return Array.isArray(value) ? (value as readonly string[]) : [];
  }

  /** A map with text values. */
  map(field: string): Readonly<Record<string, string>> {
    const value = this.stored(field);
    return (value ?? {}) as Readonly<Record<string, string>>;
  }

  /** The whole record with every public field; cached until the next change, so do not change it. */
  record(): XenMap {
    if (this.cachedRecord !== undefined) return this.cachedRecord;
    const record: Record<string, XenValue> = { ...this.shape.blank };
    for (const field of this.own.keys()) if (field in record) record[field] = this.get(field);
    for (const field of this.links.keys()) record[field] = this.get(field);
    this.cachedRecord = record;
    return record;
  }

  /** Called by the database after each write. */
  touch(generation: number): void {
    this.modified = generation;
    this.cachedRecord = undefined;
  }
}
