// Purpose: all tables of the pool: references, UUIDs, two-way relations, and a generation number for every write.
import { handleInvalid, XenFailure } from '../core/failure.js';
import { defaultOfField } from '../datamodel/default-value.js';
import { ChangeLog } from './change-log.js';
import { relationTable, type Mirror, type RelationTable } from './relations.js';
import { Row, rowShape, type RowShape } from './row.js';
import type { ClassFact, DataModel } from '../datamodel/data-model.js';
import type { SeededRandom } from '../random/seeded-random.js';
import type { XenMap, XenValue } from '../datamodel/xen-value.js';

export type ChangeListener = (row: Row) => void;

/** An object as a saved pool holds it. */
export interface LoadedObject {
  readonly cls: string;
  readonly ref: string;
  readonly values: XenMap;
  readonly created: number;
  readonly modified: number;
}

export class Database {
  readonly changes = new ChangeLog();
  private readonly tables = new Map<string, Map<string, Row>>();
  private readonly shapes = new Map<string, RowShape>();
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
    const shape = this.shapeOf(fact);
    const row = new Row(fact, ref, shape);
    row.write('uuid', this.ids.uuid());
    for (const [name, value] of Object.entries(values))
      if (!shape.linkFields.has(name)) row.write(name, value);
    this.tableOf(cls).set(ref, row);
    this.refByUuid.set(`${cls}/${row.uuid}`, ref);
    row.created = this.lastGeneration + 1;
    this.changed(row);
    for (const mirror of this.relations.mirrorsOf(cls))
      this.link(row, mirror, targets(row.stored(mirror.field)));
    return row;
  }

  /** Writes fields. Scalars that keep their value cause no event. */
  update(row: Row, values: XenMap): void {
    for (const [name, value] of Object.entries(values)) {
      const before = row.stored(name);
      if (before === value) continue;
      row.write(name, value);
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
      this.unlink(row, mirror, targets(row.stored(mirror.field)));
    this.forgetInSets(row);
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

  /**
   * Fills an empty database with objects that have the generations they had, so that event tokens given out before stay
   * valid; `deleted` are those whose end some client may not know yet. Nothing of it is an event.
   */
  load(objects: readonly LoadedObject[], deleted: readonly LoadedObject[], generation: number): void {
    for (const object of objects) {
      const row = this.loadRow(object);
      this.tableOf(object.cls).set(row.ref, row);
      this.refByUuid.set(`${row.cls}/${row.uuid}`, row.ref);
    }
    const rows = [...this.tables.values()].flatMap((table) => [...table.values()]);
    for (const row of rows) {
      for (const { field, otherClass, otherField } of this.relations.mirrorsOf(row.cls))
        for (const ref of targets(row.stored(field)))
          this.find(otherClass, ref)?.addLink(otherField, row.ref);
    }
    const dead = deleted.map((object) => this.loadRow(object));
    for (const row of dead) row.alive = false;
    for (const row of [...rows, ...dead].toSorted((left, right) => left.modified - right.modified))
      if (row.fact.events) this.changes.append(row, row.modified);
    this.lastGeneration = generation;
  }

  /** Objects deleted recently, oldest first. */
  recentlyDeleted(): Row[] {
    return [...this.changes.since(0)].filter((row) => !row.alive);
  }

  private loadRow({ cls, ref, values, created, modified }: LoadedObject): Row {
    const fact = this.factOf(cls);
    const row = new Row(fact, ref, this.shapeOf(fact));
    for (const [name, value] of Object.entries(values)) row.write(name, value);
    row.created = created;
    row.touch(modified);
    return row;
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

  /** What rows of the class share; the fields of later releases are stored too. */
  private shapeOf(fact: ClassFact): RowShape {
    const known = this.shapes.get(fact.name);
    if (known !== undefined) return known;
    const linkFields = new Set(this.relations.setsOf(fact.name));
    const fields = this.everything.classes.get(fact.name)?.fields ?? fact.fields;
    const defaults = new Map<string, XenValue>();
    for (const [name, field] of fields)
      if (!linkFields.has(name)) defaults.set(name, defaultOfField(this.everything, field));
    const made = rowShape(fact, defaults, linkFields);
    this.shapes.set(fact.name, made);
    return made;
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
      other.addLink(mirror.otherField, row.ref);
      this.changed(other);
    }
  }

  private unlink(row: Row, mirror: Mirror, refs: readonly string[]): void {
    for (const ref of refs) {
      const other = this.find(mirror.otherClass, ref);
      if (other?.removeLink(mirror.otherField, row.ref) === true) this.changed(other);
    }
  }

  /** A single reference to a removed object dangles; where both sides are sets, the other side forgets it. */
  private forgetInSets(row: Row): void {
    for (const { holderClass, field, ownSet } of this.relations.mutualSetsInto(row.cls)) {
      for (const holder of this.follow(holderClass, row.set(ownSet))) {
        holder.write(
          field,
          holder.set(field).filter((ref) => ref !== row.ref),
        );
        this.changed(holder);
      }
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
