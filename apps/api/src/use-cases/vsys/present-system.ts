/** The present generation of a VSYS in the domain's types. */
import type { LockedSystem } from '@openvsys/persistence';
import {
  NO_NUMBERS,
  type Catalog,
  type PartNumbers,
  type PreviousGeneration,
  type VsysDesign,
} from '@openvsys/vsys';
import type { DesignChange } from './design-change.js';

/** The design was stored by admission from a `VsysDesign`. */
export function previousOf(vsys: Pick<LockedSystem, 'spec' | 'design'>): PreviousGeneration {
  return { spec: vsys.spec, design: vsys.design as VsysDesign };
}

/** As the change takes it. */
export function regardedOf(
  vsys: Pick<LockedSystem, 'spec' | 'design'>,
  { regard }: Pick<DesignChange, 'regard'>,
  catalog: Catalog,
): PreviousGeneration {
  const previous = previousOf(vsys);
  return regard === undefined ? previous : { ...previous, spec: regard(previous.spec, catalog) };
}

export function numbersOf(vsys: Pick<LockedSystem, 'numbers'>): PartNumbers {
  return { ...NO_NUMBERS, ...vsys.numbers };
}
