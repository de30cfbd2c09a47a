/** Who refers to an object: `VBD.VM` of a VM gives its VBDs. Follows the tables, never asks the pool. */
import type { CachedClass } from './cached-classes.js';
import { REFERENCE_INDEXES } from './cached-classes.js';

type Field = string;

export class ReferenceIndex {
  private readonly holders = new Map<`${CachedClass}.${Field}`, Map<string, Set<string>>>();

  /** References of objects of `cls` whose `field` names `target`. */
  list(cls: CachedClass, field: Field, target: string): ReadonlySet<string> {
    return this.holders.get(`${cls}.${field}`)?.get(target) ?? NOBODY;
  }

  follow(cls: CachedClass, ref: string, before: object | undefined, after: object | undefined): void {
    const indexes: Partial<Record<CachedClass, readonly string[]>> = REFERENCE_INDEXES;
    for (const field of indexes[cls] ?? []) {
      const old = targetOf(before, field);
      const now = targetOf(after, field);
      if (old === now) continue;
      if (old !== undefined) this.holders.get(`${cls}.${field}`)?.get(old)?.delete(ref);
      if (now !== undefined) this.add(cls, field, now, ref);
    }
  }

  private add(cls: CachedClass, field: Field, target: string, ref: string): void {
    const byTarget = this.holders.get(`${cls}.${field}`) ?? new Map<string, Set<string>>();
    this.holders.set(`${cls}.${field}`, byTarget);
    const refs = byTarget.get(target) ?? new Set<string>();
    byTarget.set(target, refs);
    refs.add(ref);
  }
}

const NOBODY: ReadonlySet<string> = new Set();

function targetOf(record: object | undefined, field: string): string | undefined {
  const value: unknown = record === undefined ? undefined : Reflect.get(record, field);
  return typeof value === 'string' ? value : undefined;
}
