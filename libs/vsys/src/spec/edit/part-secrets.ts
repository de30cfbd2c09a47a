/**
 * What a part call brings into a descriptor: texts of callers, which are never templates, and passwords, which become values of
 * secret parameters so that no stored descriptor holds one.
 */
import { listReferences } from '../references.js';
import type { Descriptor } from '../schema/descriptor.schema.js';
import type { ParameterDeclaration } from '../schema/parameters.schema.js';
import type { SystemSource } from './system-draft.js';

/** Names of parameters that part calls make. */
const SECRET_PARAMETER = /^partSecret([1-9][0-9]*)$/;
const DECLARATION: ParameterDeclaration = {
  type: 'string',
  secret: true,
  description: 'A password that was given with a server.',
};

/** Made by a part call, so it is not one of those that a descriptor's author may have so many of. */
export const isPartSecret = (parameter: string): boolean => SECRET_PARAMETER.test(parameter);

/** The value as a descriptor writes it when nothing in it is a reference to a parameter. */
export function literal<T>(value: T): T {
  return escaped(value) as T;
}

function escaped(value: unknown): unknown {
  if (typeof value === 'string') return value.replaceAll('${', () => '$${');
  if (Array.isArray(value)) return value.map(escaped);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, escaped(item)]));
}

export interface HiddenSecret {
  readonly reference: string;
  readonly source: SystemSource;
}

/** With one secret parameter more. */
export function hidingSecret({ descriptor, values }: SystemSource, secret: string): HiddenSecret {
  const { parameters = {} } = descriptor;
  const used = Object.keys(parameters).map((name) => Number(SECRET_PARAMETER.exec(name)?.[1] ?? 0));
  const name = `partSecret${Math.max(0, ...used) + 1}`;
  return {
    reference: `\${${name}}`,
    source: {
      descriptor: { ...descriptor, parameters: { ...parameters, [name]: DECLARATION } },
      values: { ...values, [name]: secret },
    },
  };
}

/** Without the secrets of servers that are gone or have another one. */
export function withoutUnusedSecrets({ descriptor, values }: SystemSource): SystemSource {
  const { parameters, ...rest } = descriptor;
  if (parameters === undefined) return { descriptor, values };
  const used = new Set(listReferences(descriptor.vservers).map(({ name }) => name));
  const isNeeded = ([name]: readonly [string, unknown]): boolean => !isPartSecret(name) || used.has(name);
  const kept = Object.entries(parameters).filter(isNeeded);
  const next: Descriptor = kept.length === 0 ? rest : { ...rest, parameters: Object.fromEntries(kept) };
  return { descriptor: next, values: Object.fromEntries(Object.entries(values).filter(isNeeded)) };
}
