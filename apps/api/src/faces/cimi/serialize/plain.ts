/**
 * The plain form of a resource: absolute URIs, typed values, attributes in the standard's order, nothing empty. JSON is this
 * form as it is; XML is written from it; `$filter`, `$orderby` and `$select` look at it.
 */
import type { Attribute, AttributeKind, Reference, Structure } from '../model/attribute.js';
import { termUri, typeUri, type Dialect } from '../model/dialect.js';
import type { CollectionRepresentation, Operation, Representation } from '../model/representation.js';
import { attributesOf, existsIn, groupingOf } from '../model/resource-types.js';
import type { TypeName } from '../model/type-names.js';

export type Plain = Record<string, unknown>;

export interface Writing {
  readonly dialect: Dialect;
  /** Absolute, with a slash at the end; what our own paths begin with. */
  readonly baseUri: string;
}

const WHOLE_URI = /^[a-z][a-z0-9+.-]*:/i;

export function absolute({ baseUri }: Writing, href: string): string {
  return href === '' || WHOLE_URI.test(href) ? href : baseUri + href;
}

/** Attributes of a type that exist in the version; computed once for each. */
const known = new Map<string, readonly Attribute[]>();

export function attributesIn(dialect: Dialect, type: TypeName): readonly Attribute[] {
  const key = `${dialect.version}${type}`;
  const found = known.get(key) ?? attributesOf(type).filter(existsIn(dialect.version));
  known.set(key, found);
  return found;
}

export function plainOf(writing: Writing, { type, id, attributes, operations }: Representation): Plain {
  const plain: Plain = { resourceURI: typeUri(writing.dialect, type), id: absolute(writing, id) };
  for (const { name, kind } of attributesIn(writing.dialect, type)) {
    if (name === 'id') continue;
    const value = valueOf(writing, kind, attributes[name]);
    if (value !== undefined) plain[name] = value;
  }
  if (operations.length > 0) plain['operations'] = operations.map((each) => plainOperation(writing, each));
  return plain;
}

/** The collection itself and its entries, which are shown apart so that they can be chosen from. */
export function plainCollection(
  writing: Writing,
  { of, id, count, operations }: CollectionRepresentation,
  entries: readonly Plain[],
): Plain {
  const plain: Plain = {
    resourceURI: typeUri(writing.dialect, `${of}Collection`),
    id: absolute(writing, id),
    count,
  };
  if (entries.length > 0) plain[groupingOf(of)] = entries;
  // Suites of v1 look for the singular.
  if (of === 'ResourceMetadata' && writing.dialect.version === 1 && entries.length > 0)
    plain['resourceMetadata'] = entries;
  if (operations.length > 0) plain['operations'] = operations.map((each) => plainOperation(writing, each));
  return plain;
}

function plainOperation(writing: Writing, { rel, href }: Operation): Plain {
  const isTerm = rel.includes('/') && !WHOLE_URI.test(rel);
  return { rel: isTerm ? termUri(writing.dialect, rel) : rel, href: absolute(writing, href) };
}

/** Undefined for what is left out: nothing, empty texts, empty lists and maps. */
function valueOf(writing: Writing, kind: AttributeKind, value: unknown): unknown {
  if (value === undefined || value === null || value === '') return undefined;
  if (typeof kind === 'string') return scalarOf(writing, kind, value);
  switch (kind.kind) {
    case 'reference':
      return referenceOf(writing, kind, value);
    case 'structure':
      return structureOf(writing, kind, value);
    case 'list':
      return listValue(writing, kind.of, value);
  }
}

function scalarOf(writing: Writing, kind: string, value: unknown): unknown {
  if (kind === 'uri' && typeof value === 'string') return absolute(writing, value);
  if (kind === 'term' && typeof value === 'string') return termUri(writing.dialect, value);
  if (kind === 'instant') return instantText(value);
  if (kind === 'map') return isPlain(value) && Object.keys(value).length > 0 ? value : undefined;
  return value;
}

/** With an offset, as xs:dateTime. */
function instantText(value: unknown): unknown {
  return value instanceof Date ? value.toISOString() : value;
}

function referenceOf(writing: Writing, kind: Reference, value: unknown): Plain | undefined {
  if (!isPlain(value)) return undefined;
  const { href, ...inline } = value;
  const plain: Plain = typeof href === 'string' ? { href: absolute(writing, href) } : {};
  const members = [
    ...(kind.beside ?? []),
    ...(kind.to === undefined ? [] : attributesIn(writing.dialect, kind.to)),
  ];
  for (const member of members) {
    const inner = valueOf(writing, member.kind, inline[member.name]);
    if (inner !== undefined) plain[member.name] = inner;
  }
  return Object.keys(plain).length === 0 ? undefined : plain;
}

function structureOf(writing: Writing, { members }: Structure, value: unknown): Plain | undefined {
  if (!isPlain(value)) return undefined;
  const plain: Plain = {};
  for (const { name, kind, versions } of members) {
    if (!versions.includes(String(writing.dialect.version))) continue;
    const inner = valueOf(writing, kind, value[name]);
    if (inner !== undefined) plain[name] = inner;
  }
  return Object.keys(plain).length === 0 ? undefined : plain;
}

function listValue(writing: Writing, of: AttributeKind, value: unknown): unknown {
  if (!Array.isArray(value)) return undefined;
  const items = value.map((item: unknown) => valueOf(writing, of, item)).filter((item) => item !== undefined);
  return items.length === 0 ? undefined : items;
}

export function isPlain(value: unknown): value is Plain {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);
}
