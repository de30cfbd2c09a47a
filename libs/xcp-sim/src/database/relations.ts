// Purpose: which field mirrors into which set of which class (XenAPI two-way relations).
import type { DataModel } from '../datamodel/data-model.js';

export interface Mirror {
  /** Field on the owning side: a reference or a set of references. */
  field: string;
  otherClass: string;
  otherField: string;
}

/** A set of references in another class (`field` of `holderClass`) that stands mirrored in `ownSet` here. */
export interface MutualSet {
  holderClass: string;
  field: string;
  ownSet: string;
}

/** Per class: the owned fields that mirror, and the mirrored sets it holds. */
export interface RelationTable {
  mirrorsOf(cls: string): readonly Mirror[];
  setsOf(cls: string): readonly string[];
  /** The owned sets that mirror into a class: both sides are sets, so both forget a removed object. */
  mutualSetsInto(cls: string): readonly MutualSet[];
}

/** Relations whose both sides are the same field carry no second side and are left alone. */
export function relationTable(model: DataModel): RelationTable {
  const mirrors = new Map<string, Mirror[]>();
  const sets = new Map<string, string[]>();
  const mutual = new Map<string, MutualSet[]>();
  for (const [single, many] of model.relations) {
    if (single === many) continue;
    const [cls = '', field = ''] = single.split('.');
    const [otherClass = '', otherField = ''] = many.split('.');
    mirrors.set(cls, [...(mirrors.get(cls) ?? []), { field, otherClass, otherField }]);
    sets.set(otherClass, [...(sets.get(otherClass) ?? []), otherField]);
    if (model.classes.get(cls)?.fields.get(field)?.type.kind === 'set')
      mutual.set(otherClass, [
        ...(mutual.get(otherClass) ?? []),
        { holderClass: cls, field, ownSet: otherField },
      ]);
  }
  return {
    mirrorsOf: (cls) => mirrors.get(cls) ?? [],
    setsOf: (cls) => sets.get(cls) ?? [],
    mutualSetsInto: (cls) => mutual.get(cls) ?? [],
  };
}
