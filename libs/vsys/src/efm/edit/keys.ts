/**
 * Keys in written configurations are write-only: they become values of secret parameters, are left out of what is shown, and
 * stay when an edit does not give them.
 */
import { listReferences } from '../../spec/references.js';
import type { Descriptor } from '../../spec/schema/descriptor.schema.js';
import type { ParameterDeclaration } from '../../spec/schema/parameters.schema.js';
import { isData, type WrittenConfig } from './written-config.js';

/** Fields of all kinds that hold a key. */
const KEY_FIELDS: ReadonlySet<string> = new Set(['privateKey', 'presharedKey']);
export const isKeyField = (field: string): boolean => KEY_FIELDS.has(field);
/** Names of parameters that edits make. */
const KEY_PARAMETER = /^efmKey([1-9][0-9]*)$/;
const DECLARATION: ParameterDeclaration = {
  type: 'string',
  secret: true,
  description: 'A key that was given with the configuration of an EFM.',
};

/** As it is shown. */
export const withoutKeys = (config: WrittenConfig): WrittenConfig => dropKeys(config) as WrittenConfig;

function dropKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(dropKeys);
  if (!isData(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => !KEY_FIELDS.has(key))
      .map(([key, item]) => [key, dropKeys(item)]),
  );
}

/** Keys of `present` where `next` gives none; `null` takes one away. Members of lists are the same when their names are. */
export const keepingKeys = (next: WrittenConfig, present: WrittenConfig): WrittenConfig =>
  keep(next, present) as WrittenConfig;

function keep(next: unknown, present: unknown): unknown {
  if (Array.isArray(next)) {
    const known = membersByName(present);
    return next.map((item) => keep(item, known.get(nameOf(item))));
  }
  if (!isData(next)) return next;
  const old = isData(present) ? present : {};
  const kept = Object.entries(old).filter(([key]) => KEY_FIELDS.has(key) && !Object.hasOwn(next, key));
  const given = Object.entries(next)
    .filter(([key, value]) => !(KEY_FIELDS.has(key) && value === null))
    .map(([key, value]) => [key, keep(value, old[key])]);
  return { ...Object.fromEntries(kept), ...Object.fromEntries(given) };
}

const nameOf = (member: unknown): unknown => (isData(member) ? member['name'] : undefined);

/** Those without a name are nobody's. Ten thousand rules have to be looked up at once. */
function membersByName(list: unknown): ReadonlyMap<unknown, unknown> {
  const members: readonly unknown[] = Array.isArray(list) ? list : [];
  return new Map(
    members.filter((member) => nameOf(member) !== undefined).map((member) => [nameOf(member), member]),
  );
}

export interface WithParameters {
  readonly descriptor: Descriptor;
  readonly values: Readonly<Record<string, unknown>>;
}

export interface HiddenKeys {
  readonly config: WrittenConfig;
  /** To be added to the descriptor's. */
  readonly declarations: Readonly<Record<string, ParameterDeclaration>>;
  readonly values: Readonly<Record<string, unknown>>;
}

/** Keys that are written out become new secret parameters. */
export function hidingKeys(config: WrittenConfig, { descriptor, values }: WithParameters): HiddenKeys {
  const hidden: string[] = [];
  const first = nextNumber([...Object.keys(descriptor.parameters ?? {}), ...Object.keys(values)]);
  const hide = (value: unknown, key?: string): unknown => {
    if (Array.isArray(value)) return value.map((item) => hide(item));
    if (isData(value)) {
      return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, hide(item, name)]));
    }
    const isKey = key !== undefined && KEY_FIELDS.has(key);
    if (!isKey || typeof value !== 'string' || listReferences(value).length > 0) return value;
    hidden.push(value);
    return `\${efmKey${first + hidden.length - 1}}`;
  };
  const shown = hide(config) as WrittenConfig;
  const named = hidden.map((text, index) => [`efmKey${first + index}`, text] as const);
  return {
    config: shown,
    declarations: Object.fromEntries(named.map(([name]) => [name, DECLARATION])),
    values: Object.fromEntries(named),
  };
}

/** A number is not used again as long as a later one is there. */
const nextNumber = (names: readonly string[]): number =>
  Math.max(0, ...names.map((name) => Number(KEY_PARAMETER.exec(name)?.[1] ?? 0))) + 1;

/** Without the parameters of keys that nothing refers to any more. */
export function withoutUnusedKeys({ descriptor, values }: WithParameters): WithParameters {
  const used = new Set(listReferences(descriptor.efms).map(({ name }) => name));
  const isNeeded = ([name]: readonly [string, unknown]): boolean =>
    !KEY_PARAMETER.test(name) || used.has(name);
  const { parameters = {} } = descriptor;
  return {
    descriptor: {
      ...descriptor,
      parameters: Object.fromEntries(Object.entries(parameters).filter(isNeeded)),
    },
    values: Object.fromEntries(Object.entries(values).filter(isNeeded)),
  };
}

/** Where in the configuration the key of such a parameter is: a pointer; undefined for other parameters. */
export function findKeyPlace(config: WrittenConfig, parameter: string): string | undefined {
  if (!KEY_PARAMETER.test(parameter)) return undefined;
  return listReferences(config).find(({ name }) => name === parameter)?.pointer;
}
