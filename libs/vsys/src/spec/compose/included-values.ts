/** Parameters of an included descriptor: values that the outer one gives, and new parameters of the outer one for the others. */
import type { Violation } from '../../errors.js';
import { checkValue } from '../bind/parameter-value.js';
import { didYouMean } from '../did-you-mean.js';
import { pointerOf } from '../pointer.js';
import { listReferences } from '../references.js';
import type { Descriptor } from '../schema/descriptor.schema.js';
import type { Include } from '../schema/include.schema.js';
import type { ParameterDeclaration, ParameterValue } from '../schema/parameters.schema.js';

const TOKEN = /\$\$\{|\$\{([^{}]*)\}/g;
const WHOLE = /^\$\{([a-zA-Z][a-zA-Z0-9_]*)\}$/;

type Declarations = Readonly<Record<string, ParameterDeclaration>>;

export interface IncludedValues {
  /** What stands for each parameter in the outer descriptor: a value, or a text with references. */
  readonly values: Readonly<Record<string, ParameterValue>>;
  /** New ones of the outer descriptor. */
  readonly declared: Declarations;
  readonly violations: readonly Violation[];
}

/** `shop`, `webCount` → `shopWebCount`. */
const exposedName = (prefix: string, name: string): string =>
  `${prefix.replaceAll(/-([a-z0-9])/g, (_all, letter: string) => letter.toUpperCase())}${name.charAt(0).toUpperCase()}${name.slice(1)}`;

export function includedValues(
  prefix: string,
  { parameters: given = {} }: Include,
  included: Descriptor,
  outer: Declarations,
): IncludedValues {
  const declarations = included.parameters ?? {};
  const violations = Object.entries(given).flatMap(([name, value]) => {
    const pointer = pointerOf('include', prefix, 'parameters', name);
    const declaration = Object.hasOwn(declarations, name) ? declarations[name] : undefined;
    if (declaration === undefined) {
      const message = `“${included.metadata.name}” has no parameter “${name}”.`;
      return [{ pointer, message, remedy: didYouMean(name, Object.keys(declarations)) }];
    }
    return declaration.secret === true
      ? checkSecret(pointer, value, outer)
      : listReferences(value).length > 0
        ? []
        : checkValue(pointer, declaration, plain(value));
  });
  const open = Object.entries(declarations).filter(([name]) => !Object.hasOwn(given, name));
  const exposed = open.map(([name]) => [name, `\${${exposedName(prefix, name)}}`] as const);
  return {
    values: { ...given, ...Object.fromEntries(exposed) },
    declared: Object.fromEntries(
      open.map(([name, declaration]) => [exposedName(prefix, name), declaration] as const),
    ),
    violations,
  };
}

/** A written value without references, as it will be. */
const plain = (value: ParameterValue): ParameterValue =>
  typeof value === 'string' ? value.replaceAll('$${', () => '${') : value;

/** A descriptor holds no secrets, so only a secret parameter can give one. */
function checkSecret(pointer: string, value: ParameterValue, outer: Declarations): Violation[] {
  const name = typeof value === 'string' ? WHOLE.exec(value)?.[1] : undefined;
  if (name !== undefined && Object.hasOwn(outer, name) && outer[name]?.secret === true) return [];
  return [
    {
      pointer,
      message: 'A secret is given by a secret parameter.',
      remedy: 'Declare a parameter with `secret: true` and write ${its name}, or leave the value out.',
    },
  ];
}

/** The data with each reference replaced by what stands for it; a reference that is a whole value takes its type. */
export function withValues(data: unknown, values: Readonly<Record<string, ParameterValue>>): unknown {
  if (typeof data === 'string') {
    const whole = WHOLE.exec(data)?.[1];
    if (whole !== undefined && Object.hasOwn(values, whole)) return values[whole];
    return data.replaceAll(TOKEN, (token, name: string | undefined) =>
      name !== undefined && Object.hasOwn(values, name) ? String(values[name]) : token,
    );
  }
  if (Array.isArray(data)) return data.map((item) => withValues(item, values));
  if (typeof data !== 'object' || data === null) return data;
  return Object.fromEntries(Object.entries(data).map(([key, item]) => [key, withValues(item, values)]));
}
