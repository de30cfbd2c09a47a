/**
 * What an attribute of a CIMI resource is: enough to write it, read it, describe it in ResourceMetadata and compare it in
 * `$filter`. One table for both versions and both formats.
 */
import type { TypeName } from './type-names.js';

export type AttributeKind =
  | 'text'
  | 'integer'
  | 'boolean'
  | 'instant'
  | 'duration'
  /** A URI below our own entry point, or somebody else's as it is. */
  | 'uri'
  /** A URI in the namespace of the version, e.g. `action/start`, or somebody else's as it is. */
  | 'term'
  /** Text to text; the consumer's own data or named values. */
  | 'map'
  | Reference
  | Structure
  | List;

/** `{href}`; in requests it may stand beside or instead of the target's own attributes. */
export interface Reference {
  readonly kind: 'reference';
  /** Undefined: of any type, and never by value. */
  readonly to?: TypeName;
  /** Members beside the reference, as XML attributes: `<volume href="…" initialLocation="…"/>`. */
  readonly beside?: readonly Attribute[];
  readonly isCollection?: true;
}

export interface Structure {
  readonly kind: 'structure';
  readonly members: readonly Attribute[];
  /** Members are XML attributes; `text` names the one that is the element's text. */
  readonly flat?: { readonly text?: string };
}

export interface List {
  readonly kind: 'list';
  /** Element of one entry. */
  readonly item: string;
  readonly of: 'text' | 'uri' | Reference | Structure;
}

/** In which versions of CIMI it exists. */
export type Versions = '1' | '2' | '12';

export interface Attribute {
  readonly name: string;
  readonly kind: AttributeKind;
  readonly versions: Versions;
  /** May a request that creates carry it? */
  readonly create: boolean;
  /** May an update change it? */
  readonly update: boolean;
  /** Always sent when it has a value. */
  readonly mandatory: boolean;
}

type Traits = Partial<Omit<Attribute, 'name' | 'kind'>>;

/** Set by the provider, in both versions, unless `traits` says otherwise. */
export function attribute(name: string, kind: AttributeKind, traits: Traits = {}): Attribute {
  return { name, kind, versions: '12', create: false, update: false, mandatory: false, ...traits };
}

/** Given at creation and changed later by the consumer. */
export const OWN: Traits = { create: true, update: true };
/** Given at creation only. */
export const GIVEN: Traits = { create: true };
export const ALWAYS: Traits = { mandatory: true };
export const V1: Traits = { versions: '1' };
export const V2: Traits = { versions: '2' };

export const reference = (to?: TypeName, beside?: readonly Attribute[]): Reference => ({
  kind: 'reference',
  ...(to === undefined ? {} : { to }),
  ...(beside === undefined ? {} : { beside }),
});
export const collection = (to: TypeName): Reference => ({ kind: 'reference', to, isCollection: true });
export const listOf = (item: string, of: List['of']): List => ({ kind: 'list', item, of });
export const structure = (...members: readonly Attribute[]): Structure => ({ kind: 'structure', members });
