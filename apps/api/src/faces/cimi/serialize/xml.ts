/**
 * XML of a plain resource. Version 1 repeats the entries of a list directly in the resource (`<disk/><disk/>`), version 2 wraps
 * them (`<disks><disk/></disks>`); lists of references are repeated in both.
 */
import { writeXml, type XmlNode } from '../../../http/xml/write-xml.js';
import type { Attribute, AttributeKind, List, Structure } from '../model/attribute.js';
import { EXTENSION_NAMESPACE, typeUri, type Dialect } from '../model/dialect.js';
import { groupingOf } from '../model/resource-types.js';
import type { TypeName } from '../model/type-names.js';
import { attributesIn, isPlain, type Plain } from './plain.js';

/** Attributes of the standard's types that are ours. */
const EXTENSIONS: ReadonlySet<string> = new Set(['efms']);
const NO_INDENT = { newline: '', indent: '' };

export function resourceXml(dialect: Dialect, type: TypeName, plain: Plain): string {
  const root = resourceNode(dialect, type, plain);
  const namespace = type === 'Efm' ? EXTENSION_NAMESPACE : dialect.namespace;
  return writeXml({ ...root, attributes: { xmlns: namespace } }, NO_INDENT);
}

export function collectionXml(dialect: Dialect, of: TypeName, plain: Plain): string {
  const entries = plain[groupingOf(of)];
  const nodes = (Array.isArray(entries) ? entries : [])
    .filter(isPlain)
    .map((entry) => resourceNode(dialect, of, entry));
  const grouped =
    dialect.version === 1 || nodes.length === 0 ? nodes : [{ name: groupingOf(of), content: nodes }];
  const resourceURI = typeUri(dialect, `${of}Collection`);
  return writeXml(
    {
      name: 'Collection',
      attributes: { xmlns: dialect.namespace, resourceURI },
      content: [
        ...textNode('id', plain['id']),
        ...textNode('count', plain['count']),
        ...grouped,
        ...operationNodes(dialect, plain['operations']),
      ],
    },
    NO_INDENT,
  );
}

function resourceNode(dialect: Dialect, type: TypeName, plain: Plain): XmlNode {
  if (type === 'Sample') return sampleNode(dialect, plain);
  const content = membersOf(dialect, attributesIn(dialect, type), plain);
  return type === 'Efm'
    ? { name: type, attributes: { xmlns: EXTENSION_NAMESPACE }, content }
    : { name: type, content };
}

/** Version 1 puts time and value of a sample into an element of their own. */
function sampleNode(dialect: Dialect, { timestamp, value, ...plain }: Plain): XmlNode {
  const common = membersOf(dialect, attributesIn(dialect, 'Sample'), plain);
  const attributes = textAttributes({ timestamp, value });
  if (dialect.version === 2) return { name: 'Sample', attributes, content: common };
  return { name: 'Sample', content: [...common, { name: 'sample', attributes, content: [] }] };
}

/** Lists have thousands of these: loops, no copies. */
function membersOf(dialect: Dialect, attributes: readonly Attribute[], plain: Plain): XmlNode[] {
  const nodes: XmlNode[] = [];
  for (const { name, kind } of attributes) {
    const value = plain[name];
    if (value === undefined) continue;
    if (typeof kind === 'string' && kind !== 'map') nodes.push({ name, content: textOf(value) });
    else for (const node of nodesOf(dialect, name, kind, value)) nodes.push(node);
  }
  for (const node of operationNodes(dialect, plain['operations'])) nodes.push(node);
  return nodes;
}

function nodesOf(dialect: Dialect, name: string, kind: AttributeKind, value: unknown): XmlNode[] {
  if (kind === 'map') return mapNodes(dialect, name, value);
  if (typeof kind === 'string') return textNode(name, value);
  switch (kind.kind) {
    case 'reference':
      return [referenceNode(dialect, name, kind, value)];
    case 'structure':
      return [structureNode(dialect, name, kind, value)];
    case 'list':
      return listNodes(dialect, name, kind, value);
  }
}

function textNode(name: string, value: unknown): XmlNode[] {
  return value === undefined ? [] : [{ name, content: textOf(value) }];
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : JSON.stringify(value);
}

/** `properties` is written as repeated `property` in version 1, every other map the same way under its own name. */
function mapNodes(dialect: Dialect, name: string, value: unknown): XmlNode[] {
  const pairs = Object.entries(isPlain(value) ? value : {});
  const singular = SINGULARS[name] ?? 'property';
  const items = pairs.map(([key, text]) => ({
    name: singular,
    attributes: { key },
    content: textOf(text),
  }));
  return dialect.version === 1 ? items : [{ name, content: items }];
}
const SINGULARS: Readonly<Record<string, string>> = {
  properties: 'property',
  parameters: 'parameter',
  policies: 'policy',
};

function referenceNode(
  dialect: Dialect,
  name: string,
  kind: Extract<AttributeKind, { kind: 'reference' }>,
  value: unknown,
): XmlNode {
  if (isPlain(value) && isBare(value) && !EXTENSIONS.has(name))
    return { name, attributes: { href: textOf(value['href']) }, content: [] };
  const { href, ...inline } = isPlain(value) ? value : {};
  const beside = textAttributes(
    Object.fromEntries((kind.beside ?? []).map((each) => [each.name, inline[each.name]])),
  );
  const attributes = {
    ...(EXTENSIONS.has(name) ? { xmlns: EXTENSION_NAMESPACE } : {}),
    ...(typeof href === 'string' ? { href } : {}),
    ...beside,
  };
  if (kind.isCollection === true && kind.to !== undefined && Array.isArray(inline[groupingOf(kind.to)]))
    return { name, attributes, content: expandedCollection(dialect, kind.to, inline) };
  const members = kind.to === undefined ? [] : attributesIn(dialect, kind.to);
  return { name, attributes, content: membersOf(dialect, members, inline) };
}

/** Nothing but its href: nearly all of them. */
function isBare(value: Plain): boolean {
  for (const name in value) if (name !== 'href') return false;
  return value['href'] !== undefined;
}

/** A collection that was asked to be shown in place. */
function expandedCollection(dialect: Dialect, of: TypeName, plain: Plain): XmlNode[] {
  const grouping = groupingOf(of);
  const entries = Array.isArray(plain[grouping]) ? plain[grouping].filter(isPlain) : [];
  const nodes = entries.map((entry) => resourceNode(dialect, of, entry));
  return [
    ...textNode('id', plain['id']),
    ...textNode('count', plain['count']),
    ...(dialect.version === 1 || nodes.length === 0 ? nodes : [{ name: grouping, content: nodes }]),
    ...operationNodes(dialect, plain['operations']),
  ];
}

function structureNode(
  dialect: Dialect,
  name: string,
  { members, flat }: Structure,
  value: unknown,
): XmlNode {
  const plain = isPlain(value) ? value : {};
  if (flat === undefined) return { name, content: membersOf(dialect, members, plain) };
  const { text } = flat;
  const shown = Object.fromEntries(
    members.filter((each) => each.name !== text).map((each) => [each.name, plain[each.name]]),
  );
  const content = text === undefined || plain[text] === undefined ? '' : textOf(plain[text]);
  return { name, attributes: textAttributes(shown), content };
}

function listNodes(dialect: Dialect, name: string, { item, of }: List, value: unknown): XmlNode[] {
  const items = (Array.isArray(value) ? value : []).flatMap((each: unknown) =>
    nodesOf(dialect, item, of, each),
  );
  const isRepeated = dialect.version === 1 || (typeof of !== 'string' && of.kind === 'reference');
  return isRepeated || items.length === 0 ? items : [{ name, content: items }];
}

function operationNodes(dialect: Dialect, value: unknown): XmlNode[] {
  if (!Array.isArray(value)) return [];
  const nodes: XmlNode[] = [];
  for (const each of value) {
    if (!isPlain(each)) continue;
    const attributes = { rel: textOf(each['rel']), href: textOf(each['href']) };
    nodes.push({ name: 'operation', attributes, content: [] });
  }
  return dialect.version === 1 || nodes.length === 0 ? nodes : [{ name: 'operations', content: nodes }];
}

function textAttributes(values: Plain): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => [name, textOf(value)]),
  );
}
