/**
 * What a request asks for, in our own terms: attributes by name, references as paths below the entry point. Null erases what a
 * template says. Formats and sloppiness of callers end here.
 */
import { DomainError } from '@openvsys/vsys';
import type { Attribute } from '../model/attribute.js';
import type { Dialect } from '../model/dialect.js';

export type Input = Readonly<Record<string, unknown>>;

/** What a body is read against. */
export interface Expected {
  readonly dialect: Dialect;
  readonly baseUri: string;
  readonly attributes: readonly Attribute[];
  /** Ends of the type URIs that the body may name. */
  readonly types: readonly string[];
}

const WHOLE_URI = /^[a-z][a-z0-9+.-]*:/i;

/** A path below the entry point for our own URIs, however they are written; others and `#names` as they are. */
export function hrefOf({ baseUri, dialect }: Expected, href: string): string {
  const text = href.trim();
  if (text.startsWith(baseUri)) return text.slice(baseUri.length);
  if (WHOLE_URI.test(text) || text.startsWith('#')) return text;
  const path = text.replace(/^\/+/, '');
  return path.startsWith(dialect.root) ? path.slice(dialect.root.length) : path;
}

export function unknownAttribute(pointer: string): DomainError {
  return new DomainError('invalid-request', `There is no attribute at ${pointer}.`, {
    pointer,
    remedy: 'Leave it out; the ResourceMetadata of the type lists its attributes.',
  });
}

export function wrongValue(pointer: string, wanted: string): DomainError {
  return new DomainError('invalid-request', `The value at ${pointer} must be ${wanted}.`, { pointer });
}

const INTEGER = /^[+-]?\d{1,15}$/;

/** Numbers and booleans may come as text, with blanks around. */
export function scalarInput(kind: string, value: unknown, pointer: string): unknown {
  const text = typeof value === 'string' ? value.trim() : value;
  switch (kind) {
    case 'integer':
      if (typeof text === 'number' && Number.isSafeInteger(text)) return text;
      if (typeof text === 'string' && INTEGER.test(text)) return Number(text);
      throw wrongValue(pointer, 'a whole number');
    case 'boolean':
      if (typeof text === 'boolean') return text;
      if (text === 'true' || text === 'false') return text === 'true';
      throw wrongValue(pointer, 'true or false');
    default:
      if (typeof text === 'string') return text;
      if (typeof text === 'number' || typeof text === 'boolean') return String(text);
      throw wrongValue(pointer, 'text');
  }
}

/** More than this is nobody's note to himself. */
export const MAX_PROPERTIES = 100;
const MAX_PROPERTY_LENGTH = 4_096;

export function mapInput(pairs: readonly (readonly [string, unknown])[], pointer: string): Input {
  if (pairs.length > MAX_PROPERTIES) throw wrongValue(pointer, `at most ${MAX_PROPERTIES} pairs`);
  return Object.fromEntries(
    pairs.map(([key, value]) => {
      const text = scalarInput('text', value, `${pointer}/${key}`);
      if (typeof text !== 'string' || text.length > MAX_PROPERTY_LENGTH || key.length > 255)
        throw wrongValue(`${pointer}/${key}`, `text of at most ${MAX_PROPERTY_LENGTH} characters`);
      return [key, text];
    }),
  );
}
