/**
 * An XML body as an input. The root's name does not count, namespaces may be missing, lists may be repeated or wrapped:
 * existing programs do all of that. Elements in foreign namespaces are not for us.
 */
import { readXml } from '../../../http/xml/read-xml.js';
import type { XmlElement } from '../../../http/xml/xml-element.js';
import type { Attribute, AttributeKind, List } from '../model/attribute.js';
import { EXTENSION_NAMESPACE, V1_DIALECT, V2_DIALECT } from '../model/dialect.js';
import { attributesOf, existsIn } from '../model/resource-types.js';
import { hrefOf, mapInput, scalarInput, unknownAttribute, type Expected, type Input } from './input.js';
import { checkType } from './read-json.js';

const OURS: ReadonlySet<string> = new Set([
  '',
  V1_DIALECT.namespace,
  V2_DIALECT.namespace,
  EXTENSION_NAMESPACE,
]);
const ECHOED: ReadonlySet<string> = new Set(['operation', 'operations', 'resourceURI', 'count']);
const SINGULARS: Readonly<Record<string, string>> = {
  property: 'properties',
  parameter: 'parameters',
  policy: 'policies',
  typeUri: 'typeURI',
  shapshot: 'snapshot',
};

/** Throws `invalid-request`, `too-large`. */
export function readXmlBody(text: string, expected: Expected): Input {
  const root = readXml(text);
  checkType(attributeOf(root, 'resourceURI'), expected);
  return readMembers(root, expected.attributes, expected, '');
}

function readMembers(
  element: XmlElement,
  attributes: readonly Attribute[],
  expected: Expected,
  pointer: string,
): Input {
  const known = attributes.filter(existsIn(expected.dialect.version));
  const input: Record<string, unknown> = {};
  for (const { name, value, namespace } of element.attributes) {
    const found = namespace === '' ? findAttribute(known, name) : undefined;
    if (found !== undefined && typeof found.kind === 'string')
      input[found.name] = scalarInput(found.kind, value, `${pointer}/@${name}`);
  }
  for (const child of element.children) {
    if (!OURS.has(child.namespace) || ECHOED.has(child.name)) continue;
    const found = findAttribute(known, child.name);
    if (found === undefined) throw unknownAttribute(`${pointer}/${child.name}`);
    const place = `${pointer}/${child.name}`;
    input[found.name] = combined(input[found.name], found, child, expected, place);
  }
  return input;
}

/** By its own name, by that of an entry of the list, or by the singular of a map. */
function findAttribute(attributes: readonly Attribute[], name: string): Attribute | undefined {
  const plural = SINGULARS[name] ?? name;
  return (
    attributes.find((each) => each.name === plural) ??
    attributes.find(({ kind }) => typeof kind === 'object' && kind.kind === 'list' && kind.item === name)
  );
}

/** Entries of lists and maps come one after the other. */
function combined(
  before: unknown,
  { name, kind }: Attribute,
  child: XmlElement,
  expected: Expected,
  pointer: string,
): unknown {
  if (kind === 'map') {
    const pairs = child.name === name ? child.children : [child];
    const added = pairs.map((pair) => [attributeOf(pair, 'key') ?? '', pair.text] as const);
    if (child.name === name && added.length === 0) return null;
    return mapInput([...Object.entries(isInput(before) ? before : {}), ...added], pointer);
  }
  if (typeof kind === 'object' && kind.kind === 'list')
    return listInput(before, { name, kind }, child, expected, pointer);
  return readValue(kind, child, expected, pointer);
}

function listInput(
  before: unknown,
  { name, kind: { item, of } }: { readonly name: string; readonly kind: List },
  child: XmlElement,
  expected: Expected,
  pointer: string,
): unknown {
  const isWrapper =
    child.name === name &&
    (name !== item || (child.children.length > 0 && child.children.every((each) => each.name === item)));
  const entries = isWrapper ? child.children : [child];
  if (isWrapper && entries.length === 0) return null;
  const already: readonly unknown[] = Array.isArray(before) ? before : [];
  return [...already, ...entries.map((entry) => readValue(of, entry, expected, pointer))];
}

function readValue(kind: AttributeKind, element: XmlElement, expected: Expected, pointer: string): unknown {
  const isEmpty =
    element.children.length === 0 && element.attributes.length === 0 && element.text.trim() === '';
  if (isEmpty) return null;
  if (kind === 'uri') return hrefOf(expected, attributeOf(element, 'href') ?? element.text);
  if (typeof kind === 'string') return scalarInput(kind, element.text, pointer);
  switch (kind.kind) {
    case 'reference': {
      const members = [...(kind.beside ?? []), ...(kind.to === undefined ? [] : attributesOf(kind.to))];
      const inline = kind.isCollection === true ? {} : readMembers(element, members, expected, pointer);
      const href = attributeOf(element, 'href') ?? bareHref(element);
      return { ...inline, ...(href === undefined ? {} : { href: hrefOf(expected, href) }) };
    }
    case 'structure':
      return readMembers(element, kind.members, expected, pointer);
    case 'list':
      return listInput(undefined, { name: '', kind }, element, expected, pointer);
  }
}

/** Some write the URI as text. */
function bareHref({ children, text }: XmlElement): string | undefined {
  return children.length === 0 && text.trim() !== '' ? text.trim() : undefined;
}

function attributeOf({ attributes }: XmlElement, name: string): string | undefined {
  return attributes.find((each) => each.name === name && each.namespace === '')?.value;
}

function isInput(value: unknown): value is Input {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
