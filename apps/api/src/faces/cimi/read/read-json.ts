/** A JSON body as an input. */
import { DomainError } from '@openvsys/vsys';
import type { Attribute, AttributeKind, Reference } from '../model/attribute.js';
import { existsIn, attributesOf } from '../model/resource-types.js';
import { isPlain } from '../serialize/plain.js';
import {
  hrefOf,
  mapInput,
  scalarInput,
  unknownAttribute,
  wrongValue,
  type Expected,
  type Input,
} from './input.js';

/** Deeper bodies have no meaning here, and reading them would recurse. */
const MAX_DEPTH = 24;

/** Throws `invalid-request`. */
export function readJson(text: string, expected: Expected): Input {
  const body = parsed(text);
  if (!isPlain(body)) throw wrongValue('', 'a JSON object');
  checkType(body['resourceURI'], expected);
  return readMembers(body, expected.attributes, expected, '');
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new DomainError('invalid-request', 'The body is not JSON.', {
      remedy: 'Send JSON with Content-Type application/json, or XML with application/xml.',
    });
  }
}

/** It need not be there; when it is, it has to be right. */
export function checkType(given: unknown, { types }: Expected): void {
  if (given === undefined || given === null || given === '') return;
  const last = typeof given === 'string' ? given.trim().split('/').at(-1)?.toLowerCase() : undefined;
  if (last !== undefined && types.some((type) => type.toLowerCase() === last)) return;
  throw new DomainError('invalid-request', `A ${types[0] ?? 'resource'} is expected here.`, {
    pointer: '/resourceURI',
    remedy: 'Send the resourceURI of that type, or none.',
  });
}

/** What every resource may carry when it is sent back as it came. */
const ECHOED: ReadonlySet<string> = new Set(['resourceURI', 'operations', 'count']);
const ALIASES: Readonly<Record<string, string>> = { property: 'properties', typeUri: 'typeURI' };

function readMembers(
  body: Record<string, unknown>,
  attributes: readonly Attribute[],
  expected: Expected,
  pointer: string,
): Input {
  if (pointer.split('/').length > MAX_DEPTH) throw wrongValue(pointer, 'less deep');
  const exists = existsIn(expected.dialect.version);
  const input: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(body)) {
    if (ECHOED.has(key)) continue;
    const name = ALIASES[key] ?? key;
    const found = attributes.find((each) => each.name === name && exists(each));
    if (found === undefined) throw unknownAttribute(`${pointer}/${key}`);
    input[name] = readValue(found.kind, value, expected, `${pointer}/${key}`);
  }
  return input;
}

function readValue(kind: AttributeKind, value: unknown, expected: Expected, pointer: string): unknown {
  if (value === null) return null;
  if (kind === 'map') {
    if (!isPlain(value)) throw wrongValue(pointer, 'an object of texts');
    return mapInput(Object.entries(value), pointer);
  }
  if (kind === 'uri') return hrefOf(expected, String(scalarInput(kind, value, pointer)));
  if (typeof kind === 'string') return scalarInput(kind, value, pointer);
  switch (kind.kind) {
    case 'reference':
      return readReference(kind, value, expected, pointer);
    case 'structure':
      if (!isPlain(value)) throw wrongValue(pointer, 'an object');
      return readMembers(value, kind.members, expected, pointer);
    case 'list': {
      const items: readonly unknown[] = Array.isArray(value) ? value : [value];
      // Some write `{"address": {"href": …}}` for an entry of a list of references.
      return items.map((item, index) =>
        readValue(kind.of, unwrapped(kind.item, item), expected, `${pointer}/${index}`),
      );
    }
  }
}

function readReference(kind: Reference, value: unknown, expected: Expected, pointer: string): Input {
  if (typeof value === 'string') return { href: hrefOf(expected, value) };
  if (!isPlain(value)) throw wrongValue(pointer, 'a reference: an object with href');
  const { href, ...inline } = value;
  const members = [...(kind.beside ?? []), ...(kind.to === undefined ? [] : attributesOf(kind.to))];
  const known = kind.isCollection === true ? {} : readMembers(inline, members, expected, pointer);
  return { ...known, ...(typeof href === 'string' ? { href: hrefOf(expected, href) } : {}) };
}

function unwrapped(item: string, value: unknown): unknown {
  return isPlain(value) && Object.keys(value).length === 1 && isPlain(value[item]) ? value[item] : value;
}
