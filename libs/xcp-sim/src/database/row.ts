// Purpose: one object of a table, with typed reads. Values are never changed in place: a write replaces them.
import { NULL_REF, type XenMap, type XenValue } from '../datamodel/xen-value.js';
import type { ClassFact } from '../datamodel/data-model.js';

/** Only `Database` writes rows; everybody else reads through the typed accessors. */
export class Row {
  alive = true;
  /** Generation of creation and of the last change. */
  created = 0;
  modified = 0;
  /** Values by field; hidden fields (not in the data model) are allowed and never serialised. */
  readonly values = new Map<string, XenValue>();
  /** The "many" side of relations, kept by the database. */
  readonly links = new Map<string, Set<string>>();
  private cachedRecord: XenMap | undefined;

  constructor(
    readonly fact: ClassFact,
    readonly ref: string,
  ) {}

  get cls(): string {
    return this.fact.name;
  }

  get uuid(): string {
    return this.text('uuid');
  }

  get(field: string): XenValue {
    const link = this.links.get(field);
    if (link !== undefined) return [...link];
    const value = this.values.get(field) ?? null;
    const unknown = this.fact.fields.get(field)?.unknownValues;
    if (unknown === undefined || !Array.isArray(value)) return value;
    return (value as readonly string[]).filter((item) => !unknown.has(item));
  }

  text(field: string): string {
    const value = this.values.get(field);
    return typeof value === 'string' ? value : '';
  }

  /** Rounded when it has more than 53 bits; only whoever passes it on unchanged needs more. */
  int(field: string): number {
    const value = this.values.get(field);
    return typeof value === 'number' || typeof value === 'bigint' ? Number(value) : 0;
  }

  bool(field: string): boolean {
    return this.values.get(field) === true;
  }

  /** A reference; the null reference when nothing is set. */
  link(field: string): string {
    const value = this.values.get(field);
    return typeof value === 'string' && value !== '' ? value : NULL_REF;
  }

  /** A set of references or texts. */
  set(field: string): readonly string[] {
    const value = this.get(field);
    return Array.isArray(value) ? (value as readonly string[]) : [];
  }

  /** A map with text values. */
  map(field: string): Readonly<Record<string, string>> {
    const value = this.values.get(field);
    return (value ?? {}) as Readonly<Record<string, string>>;
  }

  /** The whole record with every public field; cached until the next change, so do not change it. */
  record(): XenMap {
    if (this.cachedRecord !== undefined) return this.cachedRecord;
    const record: Record<string, XenValue> = {};
    for (const field of this.fact.fields.keys()) record[field] = this.get(field);
    this.cachedRecord = record;
    return record;
  }

  /** Called by the database after each write. */
  touch(generation: number): void {
    this.modified = generation;
    this.cachedRecord = undefined;
  }
}
