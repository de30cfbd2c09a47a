/**
 * `${parameter}` in values. A whole value keeps the parameter's type; inside text it is interpolated; `$${` stands for `${`.
 */
import type { ParameterValue, ParameterValues } from './schema/parameters.schema.js';
import { pointerOf, type PointerPath } from './pointer.js';

const TOKEN = /\$\$\{|\$\{([^{}]*)\}|\$\{/g;
const WHOLE = /^\$\{([a-zA-Z][a-zA-Z0-9_]*)\}$/;
const NAME = /^[a-zA-Z][a-zA-Z0-9_]*$/;

/** The sections of a descriptor in which references count. */
export const REFERENCE_SECTIONS = ['vnets', 'publicIps', 'efms', 'vservers', 'vdisks'] as const;

export interface FoundReference {
  readonly pointer: string;
  /** `undefined`: looks like a reference but is none. */
  readonly name: string | undefined;
  readonly text: string;
}

function referencesIn(text: string): { name: string | undefined; text: string }[] {
  return [...text.matchAll(TOKEN)]
    .filter(([token]) => token !== '$${')
    .map(([token, name]) => ({
      name: name !== undefined && NAME.test(name) ? name : undefined,
      text: token,
    }));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Every reference below `value`, in document order. */
export function listReferences(value: unknown, path: PointerPath = []): FoundReference[] {
  if (typeof value === 'string') {
    return referencesIn(value).map((found) => ({ ...found, pointer: pointerOf(...path) }));
  }
  if (Array.isArray(value)) return value.flatMap((item, index) => listReferences(item, [...path, index]));
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([key, item]) => listReferences(item, [...path, key]));
}

/** References of a descriptor document; parameters and metadata have none. */
export function listDescriptorReferences(document: unknown): FoundReference[] {
  if (!isObject(document)) return [];
  return REFERENCE_SECTIONS.flatMap((section) => listReferences(document[section], [section]));
}

/** The parameter of a value that is one reference and nothing else. */
export const findWholeReference = (value: string): string | undefined => WHOLE.exec(value)?.[1];

/** Is the value a text that still holds references. */
export const isOpen = (value: unknown): boolean =>
  typeof value === 'string' && referencesIn(value).some(({ name }) => name !== undefined);

function fillText(text: string, values: ParameterValues): ParameterValue {
  const whole = WHOLE.exec(text)?.[1];
  if (whole !== undefined) return Object.hasOwn(values, whole) ? (values[whole] ?? text) : text;
  const isKnown = referencesIn(text).every(({ name }) => name !== undefined && Object.hasOwn(values, name));
  if (!isKnown) return text;
  return text.replaceAll(TOKEN, (_token, name: string | undefined) =>
    name === undefined ? '${' : String(values[name]),
  );
}

function fill(value: unknown, values: ParameterValues): unknown {
  if (typeof value === 'string') return fillText(value, values);
  if (Array.isArray(value)) return value.map((item) => fill(item, values));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, fill(item, values)]));
}

/** A copy of the document with the known parameters filled in; texts with unknown ones stay as they are. */
export function fillReferences(document: object, values: ParameterValues): unknown {
  const sections: readonly string[] = REFERENCE_SECTIONS;
  return Object.fromEntries(
    Object.entries(document).map(([key, value]) => [
      key,
      sections.includes(key) ? fill(value, values) : value,
    ]),
  );
}
