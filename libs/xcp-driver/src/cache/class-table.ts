/**
 * The objects of one class: what the pool reported, overlaid by what this driver has just written itself.
 *
 *   own write completed ──► overlay (wins) ──a batch that was requested later arrives──► dropped, the report is newer
 *
 * So an effect stays visible although older events are still on their way. `sequence` numbers order writes and requests.
 */
import { isDeepStrictEqual } from 'node:util';
import { decodeFields } from '../codec/decode.js';
import { CACHED_FIELDS, type Cached, type CachedClass } from './cached-classes.js';

interface Entry<T> {
  reported: T | undefined;
  overlay: Partial<T> | 'gone' | undefined;
  /** Sequence number of the last own write. */
  writtenAt: number;
  view: T | undefined;
}

export type ViewListener<T> = (ref: string, before: T | undefined, after: T | undefined) => void;

export class ClassTable<C extends CachedClass> {
  private readonly entries = new Map<string, Entry<Cached<C>>>();
  private readonly overlaid = new Set<string>();

  constructor(
    readonly cls: C,
    private readonly onChange: ViewListener<Cached<C>>,
  ) {}

  find(ref: string): Cached<C> | undefined {
    return this.entries.get(ref)?.view;
  }

  *all(): Generator<readonly [ref: string, record: Cached<C>]> {
    for (const [ref, { view }] of this.entries) if (view !== undefined) yield [ref, view];
  }

  get reportedCount(): number {
    let count = 0;
    for (const { reported } of this.entries.values()) if (reported !== undefined) count += 1;
    return count;
  }

  report(ref: string, raw: unknown): void {
    const entry = this.entryOf(ref);
    entry.reported = this.decode(raw);
    this.settle(ref, entry);
  }

  reportGone(ref: string): void {
    const entry = this.entries.get(ref);
    if (entry === undefined) return;
    entry.reported = undefined;
    this.settle(ref, entry);
  }

  /** A full report: everything that is not in it is gone. */
  reportAll(snapshots: ReadonlyMap<string, unknown>): void {
    for (const ref of this.entries.keys()) if (!snapshots.has(ref)) this.reportGone(ref);
    for (const [ref, raw] of snapshots) this.report(ref, raw);
  }

  /** Own write: fields of an object, or a new object of which only these fields are known yet. */
  overlay(ref: string, fields: Partial<Cached<C>>, sequence: number): void {
    const entry = this.entryOf(ref);
    const previous = entry.overlay === 'gone' ? {} : entry.overlay;
    entry.overlay = { ...previous, ...fields };
    this.mark(ref, entry, sequence);
  }

  overlayGone(ref: string, sequence: number): void {
    const entry = this.entryOf(ref);
    entry.overlay = 'gone';
    this.mark(ref, entry, sequence);
  }

  /** A batch requested at `sequence` has been applied: it knows all earlier writes. */
  dropOverlaysBefore(sequence: number): void {
    for (const ref of this.overlaid) {
      const entry = this.entries.get(ref);
      if (entry === undefined || entry.writtenAt >= sequence) continue;
      entry.overlay = undefined;
      this.overlaid.delete(ref);
      this.settle(ref, entry);
    }
  }

  private mark(ref: string, entry: Entry<Cached<C>>, sequence: number): void {
    entry.writtenAt = sequence;
    this.overlaid.add(ref);
    this.settle(ref, entry);
  }

  private entryOf(ref: string): Entry<Cached<C>> {
    const known = this.entries.get(ref);
    if (known !== undefined) return known;
    const made: Entry<Cached<C>> = { reported: undefined, overlay: undefined, writtenAt: 0, view: undefined };
    this.entries.set(ref, made);
    return made;
  }

  private decode(raw: unknown): Cached<C> {
    return decodeFields(this.cls, raw, CACHED_FIELDS[this.cls]) as Cached<C>;
  }

  private viewOf(entry: Entry<Cached<C>>): Cached<C> | undefined {
    if (entry.overlay === undefined) return entry.reported;
    if (entry.overlay === 'gone') return undefined;
    return { ...(entry.reported ?? this.decode({})), ...entry.overlay };
  }

  private settle(ref: string, entry: Entry<Cached<C>>): void {
    const before = entry.view;
    const after = this.viewOf(entry);
    if (after === undefined && entry.overlay === undefined) this.entries.delete(ref);
    if (isDeepStrictEqual(before, after)) return;
    entry.view = after;
    this.onChange(ref, before, after);
  }
}
