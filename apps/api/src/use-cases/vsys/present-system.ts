/** The present generation of a VSYS in the domain's types. */
import type { LockedSystem } from '@openvsys/persistence';
import { NO_NUMBERS, type PartNumbers, type PreviousGeneration, type VsysDesign } from '@openvsys/vsys';

/** The design was stored by admission from a `VsysDesign`. */
export function previousOf(vsys: Pick<LockedSystem, 'spec' | 'design'>): PreviousGeneration {
  return { spec: vsys.spec, design: vsys.design as VsysDesign };
}

export function numbersOf(vsys: Pick<LockedSystem, 'numbers'>): PartNumbers {
  return { ...NO_NUMBERS, ...vsys.numbers };
}
