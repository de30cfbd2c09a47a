/** What stands behind a collection of resources, told to the protocol: who may do what, and by which use case. */
import type { Permission } from '@openvsys/vsys';
import type { Operation, Representation } from '../model/representation.js';
import type { TypeName } from '../model/type-names.js';
import type { Attribute } from '../model/attribute.js';
import type { Input } from '../read/input.js';

/** `accepted`: a Job goes on with it. A change without a resource answers its Job. */
export type Outcome =
  | { readonly kind: 'done'; readonly resource?: Representation; readonly location?: string }
  | { readonly kind: 'accepted'; readonly job: Representation; readonly resource?: Representation };

/** Something that is not a resource, e.g. an exported package. */
export interface Document {
  readonly contentType: string;
  readonly text: string;
}

interface Deed {
  readonly permission: Permission;
}

export interface Adding extends Deed {
  /** What the body may hold. */
  readonly body: readonly Attribute[];
  readonly types: readonly string[];
  readonly run: (body: Input) => Promise<Outcome>;
}

export interface Acting extends Deed {
  /** Undefined: an Action. */
  readonly body?: readonly Attribute[];
  readonly types?: readonly string[];
  readonly run: (id: string, body: Input) => Promise<Outcome>;
}

/** What an update asks: undefined attributes stay, null ones are taken away. */
export type Changes = Input;

export interface CollectionFace {
  readonly type: TypeName;
  /** Path below the entry point. */
  readonly path: string;
  /** To look at it. */
  readonly permission: Permission;
  list(): Promise<readonly Representation[]>;
  /** Throws `not-found`. */
  get(id: string): Promise<Representation>;
  readonly add?: Adding;
  readonly edit?: Deed & { run(id: string, changes: Changes): Promise<Outcome> };
  readonly remove?: Deed & { run(id: string): Promise<Outcome> };
  /** Of a member, by the last word of their paths. */
  readonly actions?: Readonly<Record<string, Acting>>;
  /** Of the collection itself. */
  readonly ownActions?: Readonly<Record<string, Acting>>;
  /** Further operations of the collection. */
  readonly operations?: readonly Operation[];
  readonly children?: Readonly<Record<string, (id: string) => CollectionFace>>;
  readonly documents?: Readonly<Record<string, (id: string) => Promise<Document>>>;
}
