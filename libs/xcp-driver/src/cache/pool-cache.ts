/**
 * The pool as the driver sees it: tables fed by events, overlaid by own writes, indexed by reference and by owner.
 * Holds no connection; the event feed writes into it, actions patch it.
 */
import type { VsysId } from '@openvsys/vsys';
import { ChangeStream } from './change-stream.js';
import { CACHED_CLASSES, type Cached, type CachedClass } from './cached-classes.js';
import { ClassTable } from './class-table.js';
import { OwnerIndex, type OwnedClass } from './owner-index.js';
import { ReferenceIndex } from './reference-index.js';
import type { Ref } from '../generated/records.js';
import { isImage } from '../ownership-tags.js';
import type { EventBatch } from './event-batch.js';

type Tables = { readonly [C in CachedClass]: ClassTable<C> };

/** Changes of these may change what is seen of any VSYS: a host that joins has no VLANs yet. */
const POOL_WIDE: ReadonlySet<CachedClass> = new Set(['host', 'host_metrics', 'pool']);

export interface Located<C extends CachedClass> {
  readonly ref: Ref<C>;
  readonly record: Cached<C>;
}

export class PoolCache {
  readonly changes = new ChangeStream();
  private readonly references = new ReferenceIndex();
  private readonly owners = new OwnerIndex((cls, ref) => this.find(cls, ref));
  private readonly templates = new Set<Ref<'VM'>>();
  private readonly tables: Tables;
  private readonly versions = new Map<VsysId, number>();
  private readonly waiters = new Set<() => void>();
  private poolVersion = 0;
  private sequence = 0;

  constructor() {
    const table = <C extends CachedClass>(cls: C): ClassTable<C> =>
      new ClassTable(cls, (ref, before, after) => this.follow(cls, ref, before, after));
    this.tables = {
      VM: table('VM'),
      VDI: table('VDI'),
      VBD: table('VBD'),
      VIF: table('VIF'),
      network: table('network'),
      PIF: table('PIF'),
      SR: table('SR'),
      SM: table('SM'),
      PBD: table('PBD'),
      host: table('host'),
      host_metrics: table('host_metrics'),
      pool: table('pool'),
    };
  }

  find<C extends CachedClass>(cls: C, ref: string | null): Cached<C> | undefined {
    return ref === null ? undefined : this.tables[cls].find(ref);
  }

  all<C extends CachedClass>(cls: C): Iterable<readonly [ref: string, record: Cached<C>]> {
    return this.tables[cls].all();
  }

  /** Objects of `cls` whose `field` refers to `target`. */
  referring<C extends CachedClass>(
    cls: C,
    field: keyof Cached<C> & string,
    target: string,
  ): readonly Located<C>[] {
    return this.located(cls, this.references.list(cls, field, target));
  }

  /** Objects that claim to belong to the VSYS. */
  owned<C extends OwnedClass>(vsys: VsysId, cls: C): readonly Located<C>[] {
    return this.located(cls, this.owners.list(vsys, cls));
  }

  /** Templates that are nobody's server: the pool's images. Kept apart because they are asked for all the time. */
  images(): readonly Located<'VM'>[] {
    return this.located('VM', this.templates);
  }

  ownedVsys(): readonly VsysId[] {
    return [...this.owners.vsysIds()];
  }

  /** Grows whenever something that is seen of the VSYS may have changed. */
  versionOf(vsys: VsysId): string {
    return `${this.versions.get(vsys) ?? 0}.${this.poolVersion}`;
  }

  /** To be called before a batch is requested; the number is given back with the batch. */
  nextSequence(): number {
    this.sequence += 1;
    return this.sequence;
  }

  /** An own write that the pool has confirmed. */
  wrote<C extends CachedClass>(cls: C, ref: string, fields: Partial<Cached<C>>): void {
    this.tables[cls].overlay(ref, fields, this.nextSequence());
    this.wakeWaiters();
  }

  /** An object that the pool has confirmed to be gone. */
  removed(cls: CachedClass, ref: string): void {
    this.tables[cls].overlayGone(ref, this.nextSequence());
    this.wakeWaiters();
  }

  applyBatch(batch: EventBatch, requestedAt: number): void {
    for (const event of batch.events) {
      const cls = CLASS_OF.get(event.className);
      if (cls === undefined) continue;
      if (event.operation === 'del') this.tables[cls].reportGone(event.ref);
      else this.tables[cls].report(event.ref, event.snapshot);
    }
    this.dropOverlays(requestedAt);
  }

  /** A batch from the beginning: what is not in it is gone. */
  applyFull(batch: EventBatch, requestedAt: number, classes: readonly CachedClass[] = CACHED_CLASSES): void {
    const snapshots = new Map(classes.map((cls) => [cls, new Map<string, unknown>()]));
    for (const event of batch.events) {
      const cls = CLASS_OF.get(event.className);
      if (cls !== undefined && event.operation !== 'del') snapshots.get(cls)?.set(event.ref, event.snapshot);
    }
    for (const [cls, refs] of snapshots) this.tables[cls].reportAll(refs);
    this.dropOverlays(requestedAt);
  }

  /** One object read directly, when its event is late. */
  applyRecord(cls: CachedClass, ref: string, raw: unknown): void {
    this.tables[cls].report(ref, raw);
    this.wakeWaiters();
  }

  /** Classes of which the pool has another number of objects than we know of. */
  miscounted(counts: EventBatch['counts']): readonly CachedClass[] {
    return CACHED_CLASSES.filter((cls) => {
      const expected = counts.get(cls.toLowerCase());
      return expected !== undefined && expected !== this.tables[cls].reportedCount;
    });
  }

  /** Resolves when `isThere` answers something; looked at after every change. Rejects with the signal's reason. */
  async when<T>(isThere: () => T | undefined, signal: AbortSignal): Promise<T> {
    for (;;) {
      const answer = isThere();
      if (answer !== undefined) return answer;
      signal.throwIfAborted();
      await new Promise<void>((resolve) => {
        const wake = (): void => {
          this.waiters.delete(wake);
          signal.removeEventListener('abort', wake);
          resolve();
        };
        this.waiters.add(wake);
        signal.addEventListener('abort', wake, { once: true });
      });
    }
  }

  private located<C extends CachedClass>(cls: C, refs: ReadonlySet<string>): readonly Located<C>[] {
    const found: Located<C>[] = [];
    for (const ref of refs) {
      const record = this.tables[cls].find(ref);
      if (record !== undefined) found.push({ ref: ref as Ref<C>, record });
    }
    return found;
  }

  private dropOverlays(requestedAt: number): void {
    for (const cls of CACHED_CLASSES) this.tables[cls].dropOverlaysBefore(requestedAt);
    this.wakeWaiters();
  }

  private follow<C extends CachedClass>(
    cls: C,
    ref: string,
    before: Cached<C> | undefined,
    after: Cached<C> | undefined,
  ): void {
    this.references.follow(cls, ref, before, after);
    if (cls === 'VM') this.followTemplate(ref as Ref<'VM'>);
    if (POOL_WIDE.has(cls)) this.poolVersion += 1;
    for (const vsys of this.owners.follow(cls, ref, before, after)) {
      this.versions.set(vsys, (this.versions.get(vsys) ?? 0) + 1);
      this.changes.announce(vsys);
    }
  }

  private followTemplate(ref: Ref<'VM'>): void {
    const vm = this.find('VM', ref);
    if (vm !== undefined && isImage(vm)) this.templates.add(ref);
    else this.templates.delete(ref);
  }

  /** Lets everybody who waits in `when` look again. */
  wakeWaiters(): void {
    for (const wake of this.waiters) wake();
  }
}

const CLASS_OF: ReadonlyMap<string, CachedClass> = new Map(
  CACHED_CLASSES.map((cls) => [cls.toLowerCase(), cls]),
);
