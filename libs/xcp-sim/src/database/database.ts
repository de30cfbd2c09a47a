// Purpose: all tables of the pool: references, UUIDs, two-way relations, and a generation number for every write.
import { handleInvalid, XenFailure } from '../core/failure.js';
import { defaultOfField } from '../datamodel/default-value.js';
import { ChangeLog } from './change-log.js';
import { relationTable, type Mirror, type RelationTable } from './relations.js';
import { Row } from './row.js';
import type { ClassFact, DataModel } from '../datamodel/data-model.js';
import type { SeededRandom } from '../random/seeded-random.js';
import type { XenMap, XenValue } from '../datamodel/xen-value.js';

export type ChangeListener = (row: Row) => void;

export class Database {
  readonly changes = new ChangeLog();
  private readonly tables = new Map<string, Map<string, Row>>();
  private readonly refByUuid = new Map<string, string>();
  private readonly relations: RelationTable;
  private readonly listeners = new Set<ChangeListener>();
  private lastGeneration = 1;

  constructor(
    /** What clients see: the classes and fields of the simulated release. */
    readonly model: DataModel,
    private readonly ids: SeededRandom,
    /** What the tables hold: everything the server's code may ask for, visible or not. */
    private readonly everything: DataModel = model,
  ) {
    this.relations = relationTable(everything);
    for (const name of everything.classes.keys()) this.tables.set(name, new Map());
  }

  /** Grows with every write. */
  get generation(): number {
    return this.lastGeneration;
  }

  onChange(listener: ChangeListener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Inserts an object; fields not given get the default of the data model, `uuid` and the reference are made up. */
  create(cls: string, values: XenMap, ref = `OpaqueRef:${this.ids.uuid()}`): Row {
    const fact = this.factOf(cls);
    const row = new Row(fact, ref);
    for (const set of this.relations.setsOf(cls)) row.links.set(set, new Set());
    for (const [name, field] of this.everything.classes.get(cls)?.fields ?? fact.fields) {
      if (!row.links.has(name)) row.values.set(name, defaultOfField(this.everything, field));
    }
    row.values.set('uuid', this.ids.uuid());
    for (const [name, value] of Object.entries(values)) if (!row.links.has(name)) row.values.set(name, value);
    this.tableOf(cls).set(ref, row);
    this.refByUuid.set(`${cls}/${row.uuid}`, ref);
    row.created = this.lastGeneration + 1;
    this.changed(row);
    for (const mirror of this.relations.mirrorsOf(cls))
      this.link(row, mirror, targets(row.values.get(mirror.field)));
    return row;
  }

  /** Writes fields. Scalars that keep their value cause no event. */
  update(row: Row, values: XenMap): void {
    for (const [name, value] of Object.entries(values)) {
      const before = row.values.get(name);
      if (before === value) continue;
      row.values.set(name, value);
      const mirror = this.relations.mirrorsOf(row.cls).find((candidate) => candidate.field === name);
      if (mirror !== undefined) {
        this.unlink(row, mirror, targets(before));
        this.link(row, mirror, targets(value));
      }
      this.changed(row);
    }
  }

  /** Reports the object in events without changing it. */
  touch(row: Row): void {
    this.changed(row);
  }

  remove(row: Row): void {
    if (!row.alive) return;
    for (const mirror of this.relations.mirrorsOf(row.cls))
      this.unlink(row, mirror, targets(row.values.get(mirror.field)));
    row.alive = false;
    this.tableOf(row.cls).delete(row.ref);
    this.refByUuid.delete(`${row.cls}/${row.uuid}`);
    this.changed(row);
  }

  find(cls: string, ref: string): Row | undefined {
    return this.tables.get(cls)?.get(ref);
  }

  /** @throws XenFailure HANDLE_INVALID */
  get(cls: string, ref: string): Row {
    const row = this.find(cls, ref);
    if (row === undefined) throw handleInvalid(cls, ref);
    return row;
  }

  /** @throws XenFailure UUID_INVALID */
  getByUuid(cls: string, uuid: string): Row {
    const row = this.find(cls, this.refByUuid.get(`${cls}/${uuid}`) ?? '');
    if (row === undefined) throw new XenFailure('UUID_INVALID', cls, uuid);
    return row;
  }

  rows(cls: string): Row[] {
    return [...this.tableOf(cls).values()];
  }

  count(cls: string): number {
    return this.tableOf(cls).size;
  }

  /** Rows of a set of references, silently without those that no longer exist. */
  follow(cls: string, refs: readonly string[]): Row[] {
    return refs.map((ref) => this.find(cls, ref)).filter((row) => row !== undefined);
  }

  /** Rebuilds the mirrored sets after objects were created in any order. */
  relink(): void {
    for (const table of this.tables.values()) {
      for (const row of table.values()) {
        for (const mirror of this.relations.mirrorsOf(row.cls))
          this.link(row, mirror, targets(row.values.get(mirror.field)));
      }
    }
  }

  /** Lets generations continue above a loaded or restarted state. */
  skipGenerations(count: number): void {
    this.lastGeneration += count;
  }

  private factOf(cls: string): ClassFact {
    const visible = this.model.classes.get(cls);
    if (visible !== undefined) return visible;
    const hidden = this.everything.classes.get(cls);
    if (hidden === undefined) throw new Error(`no class ${cls}`);
    return { ...hidden, events: false };
  }

  private tableOf(cls: string): Map<string, Row> {
    const table = this.tables.get(cls);
    if (table === undefined) throw new Error(`no class ${cls}`);
    return table;
  }

  private link(row: Row, mirror: Mirror, refs: readonly string[]): void {
    for (const ref of refs) {
      const other = this.find(mirror.otherClass, ref);
      if (other === undefined) continue;
      other.links.get(mirror.otherField)?.add(row.ref);
      this.changed(other);
    }
  }

  private unlink(row: Row, mirror: Mirror, refs: readonly string[]): void {
    for (const ref of refs) {
      const other = this.find(mirror.otherClass, ref);
      if (other?.links.get(mirror.otherField)?.delete(row.ref) === true) this.changed(other);
    }
  }

  private changed(row: Row): void {
    this.lastGeneration += 1;
    row.touch(this.lastGeneration);
    if (!row.fact.events) return;
    this.changes.append(row, this.lastGeneration);
    for (const listener of this.listeners) listener(row);
  }
}

function targets(value: XenValue | undefined): readonly string[] {
  if (typeof value === 'string') return [value];
  return Array.isArray(value) ? (value as readonly string[]) : [];
}
