/**
 * Which objects belong to which VSYS, and which VSYS changed. A VSYS is touched by changes of its own objects and of
 * those that hang on them: a VIF plugged into its VM by an administrator is its concern too.
 */
import type { VsysId } from '@openvsys/vsys';
import { claimOf, serverOf, vsysOfServer } from '../ownership-tags.js';
import type { Cached, CachedClass } from './cached-classes.js';

/** Classes of which objects are owned by themselves. */
export type OwnedClass = 'VM' | 'VDI' | 'network';

type Lookup = <C extends CachedClass>(cls: C, ref: string | null) => Cached<C> | undefined;

export class OwnerIndex {
  private readonly members = new Map<VsysId, Record<OwnedClass, Set<string>>>();

  constructor(private readonly lookup: Lookup) {}

  /** References of the VSYS's objects; genuine ones and inherited claims alike. */
  list(vsys: VsysId, cls: OwnedClass): ReadonlySet<string> {
    return this.members.get(vsys)?.[cls] ?? NOTHING;
  }

  vsysIds(): IterableIterator<VsysId> {
    return this.members.keys();
  }

  /** Follows one change; returns the VSYS that it concerns. */
  follow<C extends CachedClass>(
    cls: C,
    ref: string,
    before: Cached<C> | undefined,
    after: Cached<C> | undefined,
  ): ReadonlySet<VsysId> {
    const touched = new Set<VsysId>();
    const old = before === undefined ? undefined : this.ownerOf(cls, before);
    const now = after === undefined ? undefined : this.ownerOf(cls, after);
    if (isOwned(cls) && old !== now) {
      if (old !== undefined) this.remove(old, cls, ref);
      if (now !== undefined) this.setOf(now, cls).add(ref);
    }
    for (const owner of [old, now]) if (owner !== undefined) touched.add(owner);
    for (const record of [before, after]) if (record !== undefined) this.addNeighbours(cls, record, touched);
    return touched;
  }

  private ownerOf(cls: CachedClass, record: object): VsysId | undefined {
    switch (cls) {
      case 'VM': {
        const vm = record as Cached<'VM'>;
        const server = serverOf(vm);
        return server === undefined ? claimOf(vm.other_config, vm.uuid)?.vsys : vsysOfServer(server);
      }
      case 'VDI':
      case 'network':
      case 'VIF':
      case 'VBD': {
        const tagged = record as Cached<'VDI' | 'network' | 'VIF' | 'VBD'>;
        return claimOf(tagged.other_config, tagged.uuid)?.vsys;
      }
      default:
        return undefined;
    }
  }

  private addNeighbours(cls: CachedClass, record: object, touched: Set<VsysId>): void {
    const add = (kind: OwnedClass, ref: string | null): void => {
      const neighbour = this.lookup(kind, ref);
      const owner = neighbour === undefined ? undefined : this.ownerOf(kind, neighbour);
      if (owner !== undefined) touched.add(owner);
    };
    if (cls === 'VBD') {
      add('VM', (record as Cached<'VBD'>).VM);
      add('VDI', (record as Cached<'VBD'>).VDI);
    } else if (cls === 'VIF') add('VM', (record as Cached<'VIF'>).VM);
    else if (cls === 'PIF') add('network', (record as Cached<'PIF'>).network);
  }

  private setOf(vsys: VsysId, cls: OwnedClass): Set<string> {
    const sets = this.members.get(vsys) ?? { VM: new Set(), VDI: new Set(), network: new Set() };
    this.members.set(vsys, sets);
    return sets[cls];
  }

  private remove(vsys: VsysId, cls: OwnedClass, ref: string): void {
    const sets = this.members.get(vsys);
    if (sets === undefined) return;
    sets[cls].delete(ref);
    if (sets.VM.size + sets.VDI.size + sets.network.size === 0) this.members.delete(vsys);
  }
}

const NOTHING: ReadonlySet<string> = new Set();

const isOwned = (cls: CachedClass): cls is OwnedClass => cls === 'VM' || cls === 'VDI' || cls === 'network';
