/**
 * Descriptors inside a descriptor become parts of it, so that everything behind knows plain descriptors only.
 *
 *   include: { shop: { name: three-tier, version: 1.0.0 } }      web ──► shop-web, app ──► shop-app, webCount ──► ${shopWebCount}
 *
 * A version can include only versions that are stored, and those are stored resolved: there can be no cycle, and what is
 * included is never deeper than one level. Sizes are bounded by the limits of the whole.
 */
import { z } from 'zod';
import type { Violation } from '../../errors.js';
import { didYouMean } from '../did-you-mean.js';
import { violationsOf } from '../parse/schema-violations.js';
import { pathOf, pointerOf } from '../pointer.js';
import type { Descriptor } from '../schema/descriptor.schema.js';
import { includeSchema, type Include } from '../schema/include.schema.js';
import { partName } from '../schema/fields.js';
import type { ParameterDeclaration } from '../schema/parameters.schema.js';
import { includedValues, withValues } from './included-values.js';
import { prefixedParts } from './prefixed-parts.js';

export interface IncludeReference {
  readonly name: string;
  readonly version: string;
}

/** The stored descriptor that a reference means; undefined: there is none that the caller sees. */
export type FindIncluded = (reference: IncludeReference) => Descriptor | undefined;

export interface Composed {
  /** Without `include`; checked by nobody yet. */
  readonly document: unknown;
  readonly violations: readonly Violation[];
  /** Where a violation of the composed document comes from, as who wrote the outer one sees it. */
  readonly explain: (violation: Violation) => Violation;
}

/** More in one descriptor nobody can read. */
const MOST_INCLUDES = 16;
const includesSchema = z.record(partName, includeSchema);
const SECTIONS = ['vnets', 'publicIps', 'efms', 'vservers', 'vdisks'] as const;

const isData = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** What has to be found before a document can be composed; nothing when its `include` is wrong. */
export function listIncludes(document: unknown): readonly IncludeReference[] {
  const parsed = includesSchema.safeParse(isData(document) ? document['include'] : undefined);
  return parsed.success ? Object.values(parsed.data).slice(0, MOST_INCLUDES) : [];
}

export function compose(document: unknown, find: FindIncluded): Composed {
  const plain: Composed = { document, violations: [], explain: (violation) => violation };
  if (!isData(document) || document['include'] === undefined) return plain;
  const { include, ...outer } = document;
  const parsed = z.safeParse(includesSchema, include);
  if (!parsed.success)
    return { ...plain, document: outer, violations: violationsOf(parsed.error.issues, ['include']) };
  const entries = Object.entries(parsed.data);
  if (entries.length > MOST_INCLUDES) {
    const message = `At most ${MOST_INCLUDES} descriptors can be included, not ${entries.length}.`;
    return { ...plain, document: outer, violations: [{ pointer: '/include', message }] };
  }
  return new Composition(outer, find).with(entries);
}

class Composition {
  private readonly violations: Violation[] = [];
  private composed: Readonly<Record<string, unknown>>;
  private readonly found = new Map<string, IncludeReference>();

  constructor(
    outer: Readonly<Record<string, unknown>>,
    private readonly find: FindIncluded,
  ) {
    this.composed = outer;
  }

  with(entries: readonly (readonly [string, Include])[]): Composed {
    for (const [prefix, include] of entries) this.add(prefix, include);
    return {
      document: this.composed,
      violations: this.violations,
      explain: (violation) => this.explained(violation),
    };
  }

  private add(prefix: string, include: Include): void {
    const { name, version, without = [], vnets = {} } = include;
    const included = this.find({ name, version });
    if (included === undefined) {
      const message = `There is no stored descriptor “${name}” in version ${version}.`;
      const remedy = 'List the descriptors that you may use; store what is included first.';
      this.violations.push({ pointer: pointerOf('include', prefix), message, remedy });
      return;
    }
    this.found.set(prefix, { name, version });
    this.requireKnown(pointerOf('include', prefix, 'vnets'), Object.keys(vnets), Object.keys(included.vnets));
    const efms = Object.entries(included.efms ?? {});
    this.requireKnown(
      pointerOf('include', prefix, 'without'),
      without,
      efms.map(([efm]) => efm),
    );
    const outerParameters = isData(this.composed['parameters']) ? this.composed['parameters'] : {};
    const { values, declared, violations } = includedValues(
      prefix,
      include,
      included,
      outerParameters as Readonly<Record<string, ParameterDeclaration>>,
    );
    this.violations.push(...violations);
    const kept = { ...included, efms: Object.fromEntries(efms.filter(([efm]) => !without.includes(efm))) };
    const parts = withValues(prefixedParts(kept, { prefix, vnets }), values);
    this.merge('parameters', declared, prefix);
    for (const section of SECTIONS) this.merge(section, isData(parts) ? parts[section] : {}, prefix);
  }

  private requireKnown(pointer: string, names: readonly string[], known: readonly string[]): void {
    for (const name of names.filter((each) => !known.includes(each)))
      this.violations.push({
        pointer,
        message: `It has no “${name}”.`,
        remedy: didYouMean(name, known),
      });
  }

  private merge(section: string, added: unknown, prefix: string): void {
    if (!isData(added) || Object.keys(added).length === 0) return;
    const present = this.composed[section];
    const own = isData(present) ? present : {};
    for (const name of Object.keys(added).filter((each) => Object.hasOwn(own, each)))
      this.violations.push({
        pointer: pointerOf(section, name),
        message: `“${name}” is also made by what is included as “${prefix}”.`,
        remedy: 'Give it or the prefix another name.',
      });
    this.composed = { ...this.composed, [section]: { ...own, ...added } };
  }

  /** Of a part that was included: at the include, with the place in the other document. */
  private explained(violation: Violation): Violation {
    const [section, name = '', ...rest] = pathOf(violation.pointer);
    const prefixes = [...this.found.keys()].filter((each) => name.startsWith(`${each}-`));
    const prefix = prefixes.toSorted((a, b) => b.length - a.length)[0];
    const reference = prefix === undefined ? undefined : this.found.get(prefix);
    if (section === undefined || prefix === undefined || reference === undefined) return violation;
    const place = pointerOf(section, name.slice(prefix.length + 1), ...rest);
    const message = `In ${reference.name} ${reference.version} at ${place}: ${violation.message}`;
    return { ...violation, pointer: pointerOf('include', prefix), message };
  }
}
