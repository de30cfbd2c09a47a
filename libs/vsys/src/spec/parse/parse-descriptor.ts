/**
 * Text to descriptor. All mistakes are reported together.
 *
 *   text ─readDocument─► plain data ─schema─► Descriptor ─checks, with the defaults filled in─► Descriptor
 */
import { z } from 'zod';
import { DomainError, type Violation } from '../../errors.js';
import { checkDescriptor } from '../checks/check-descriptor.js';
import { checkParameters } from '../checks/check-parameters.js';
import { compose, listIncludes, type FindIncluded, type IncludeReference } from '../compose/compose.js';
import { LIMITS } from '../limits.js';
import { fillReferences } from '../references.js';
import { templateSchema, type Descriptor } from '../schema/descriptor.schema.js';
import type { ParameterValues } from '../schema/parameters.schema.js';
import { readDocument, type ReadDocument } from './read-document.js';
import { violationsOf } from './schema-violations.js';

export interface ParseOptions {
  /** Without it: JSON when the text starts with `{`, else YAML. */
  readonly format?: 'yaml' | 'json';
  /** Finds descriptors that are included; without it nothing can be. */
  readonly included?: FindIncluded;
}

/**
 * A descriptor from YAML or JSON text, at most 256 KiB.
 * Throws `too-large`, or `invalid-descriptor` with a violation for every mistake found.
 */
export function parseDescriptor(text: string, options: ParseOptions = {}): Descriptor {
  const read = readText(text, options.format);
  if (read.violations.length > 0) throw refused(read.violations);
  const composed = compose(read.value, options.included ?? (() => undefined));
  const checked = validate(composed.document);
  const violations = [...composed.violations, ...checked.violations.map(composed.explain)];
  if (violations.length === 0 && checked.descriptor) return checked.descriptor;
  throw refused(violations.map((violation) => ({ ...violation, ...read.locate(violation.pointer) })));
}

/**
 * Which stored descriptors a text includes; to be found before it is parsed. Throws `too-large`. What else is wrong with the text
 * is told when it is parsed.
 */
export function includesOf(text: string): readonly IncludeReference[] {
  return listIncludes(readText(text, undefined).value);
}

function readText(text: string, format: ParseOptions['format']): ReadDocument {
  refuseLarge(text);
  return readDocument(text, format ?? (text.trimStart().startsWith('{') ? 'json' : 'yaml'));
}

function refuseLarge(text: string): void {
  // A UTF-16 unit is at least one byte: the cheap check comes first.
  const isLarge = text.length > LIMITS.textBytes || new TextEncoder().encode(text).length > LIMITS.textBytes;
  if (!isLarge) return;
  throw new DomainError('too-large', `The descriptor is larger than ${LIMITS.textBytes / 1024} KiB.`, {
    remedy: 'Use counts and parameters instead of repeated parts.',
    details: { limitBytes: LIMITS.textBytes },
  });
}

/** A descriptor from plain data, e.g. a stored document or a JSON body. Throws `invalid-descriptor`. */
export function descriptorOf(document: unknown): Descriptor {
  const checked = validate(document);
  if (checked.violations.length === 0 && checked.descriptor) return checked.descriptor;
  throw refused(checked.violations);
}

interface Validated {
  readonly descriptor?: Descriptor;
  readonly violations: readonly Violation[];
}

function validate(document: unknown): Validated {
  const parsed = z.safeParse(templateSchema, document);
  if (!parsed.success) return { violations: violationsOf(parsed.error.issues) };
  const descriptor = parsed.data;
  const parameters = checkParameters(descriptor);
  if (parameters.length > 0) return { violations: [...parameters, ...checkDescriptor(descriptor)] };
  const filled = z.safeParse(templateSchema, fillReferences(descriptor, defaultsOf(descriptor)));
  if (!filled.success) return { violations: violationsOf(filled.error.issues) };
  return { descriptor, violations: checkDescriptor(filled.data) };
}

/** Values of the parameters that have a default. */
export function defaultsOf(descriptor: Descriptor): ParameterValues {
  const entries = Object.entries(descriptor.parameters ?? {}).flatMap(([name, declaration]) =>
    declaration.default === undefined ? [] : [[name, declaration.default] as const],
  );
  return Object.fromEntries(entries);
}

function refused(violations: readonly Violation[]): DomainError {
  const shown = violations.slice(0, LIMITS.violations);
  const [first] = shown;
  const place = first?.line === undefined ? (first?.pointer ?? '') : `line ${first.line}`;
  const more = violations.length > 1 ? ` (and ${violations.length - 1} more)` : '';
  const where = place === '' ? '' : ` at ${place}`;
  return new DomainError(
    'invalid-descriptor',
    `Not a valid VSYS Descriptor${where}: ${first?.message ?? ''}${more}`,
    {
      violations: shown,
      ...(first ? { pointer: first.pointer } : {}),
      remedy: first?.remedy ?? 'Correct the places named in `violations`.',
    },
  );
}
