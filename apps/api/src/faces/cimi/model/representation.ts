/** A resource as the faces' own code makes it: attributes by name, references as paths below the entry point. */
import type { TypeName } from './type-names.js';

export interface Ref {
  /** Below the entry point, e.g. `machines/X`; or a whole URI. */
  readonly href: string;
}

export interface Operation {
  /** `add`, `edit`, `delete`, or a term like `action/start`. */
  readonly rel: string;
  readonly href: string;
}

export interface Representation {
  readonly type: TypeName;
  /** Path; empty for the Job of an error. */
  readonly id: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly operations: readonly Operation[];
  /** Version of what is stored; absent: it cannot be compared. */
  readonly version?: string;
}

export interface CollectionRepresentation {
  readonly of: TypeName;
  readonly id: string;
  readonly count: number;
  readonly entries: readonly Representation[];
  readonly operations: readonly Operation[];
}

export const ref = (href: string): Ref => ({ href });
