/** Fills the parameters of a descriptor in and checks all that depends on their values. */
import { z } from 'zod';
import { DomainError, type Violation } from '../../errors.js';
import { checkDescriptor } from '../checks/check-descriptor.js';
import { didYouMean } from '../did-you-mean.js';
import { LIMITS } from '../limits.js';
import { defaultsOf, descriptorOf } from '../parse/parse-descriptor.js';
import { violationsOf } from '../parse/schema-violations.js';
import { pointerOf } from '../pointer.js';
import { fillReferences, listDescriptorReferences, listReferences } from '../references.js';
import { concreteSchema, type Descriptor } from '../schema/descriptor.schema.js';
import type { ParameterDeclaration, ParameterValue, ParameterValues } from '../schema/parameters.schema.js';
import { expandDesign } from './expand-design.js';
import { checkValue } from './parameter-value.js';
import type { DesignServer, VsysDesign } from './vsys-design.js';

/**
 * The design that the values make of the descriptor. Throws `invalid-parameter` with a violation for every unknown, missing or
 * unfitting value (pointer `/parameters/<name>`) and for every place of the descriptor that the values make wrong.
 */
export function bindParameters(
  descriptor: Descriptor,
  values: Readonly<Record<string, unknown>>,
): VsysDesign {
  const bound = boundValues(descriptor, values);
  const parsed = z.safeParse(concreteSchema, fillReferences(descriptor, bound));
  if (!parsed.success) throw refused(pointAtParameters(descriptor, violationsOf(parsed.error.issues)));
  const violations = checkDescriptor(parsed.data);
  if (violations.length > 0) throw refused(pointAtParameters(descriptor, violations));
  return markSecrets(expandDesign(parsed.data), descriptor);
}

/** User data that a secret parameter is filled into is a secret as a whole. */
function markSecrets(design: VsysDesign, { parameters = {}, vservers }: Descriptor): VsysDesign {
  const isSecret = ({ role, name }: DesignServer): boolean =>
    listReferences(vservers[role]?.servers?.[name]?.userData ?? vservers[role]?.userData).some(
      (found) => found.name !== undefined && parameters[found.name]?.secret === true,
    );
  const servers = design.servers.map((server) =>
    isSecret(server) ? { ...server, userDataIsSecret: true as const } : server,
  );
  return { ...design, servers };
}

/** From a stored descriptor document and stored values to the design again. Throws as its two steps do. */
export const designOf = (document: unknown, values: Readonly<Record<string, unknown>>): VsysDesign =>
  bindParameters(descriptorOf(document), values);

/** Given values and defaults together. Throws `invalid-parameter`. */
export function boundValues(
  descriptor: Descriptor,
  values: Readonly<Record<string, unknown>>,
): ParameterValues {
  const declared = descriptor.parameters ?? {};
  const names = Object.keys(declared);
  const unknown = Object.keys(values).flatMap((name): Violation[] =>
    Object.hasOwn(declared, name)
      ? []
      : [
          {
            pointer: pointerOf('parameters', name),
            message: `The descriptor has no parameter “${name.slice(0, 64)}”.`,
            remedy: didYouMean(name, names),
          },
        ],
  );
  const wrong = Object.entries(declared).flatMap(([name, declaration]) =>
    checkGiven(name, declaration, values),
  );
  if (unknown.length + wrong.length > 0) throw refused([...unknown, ...wrong]);
  const given = Object.entries(values) as [string, ParameterValue][];
  return { ...defaultsOf(descriptor), ...Object.fromEntries(given) };
}

function checkGiven(
  name: string,
  declaration: ParameterDeclaration,
  values: Readonly<Record<string, unknown>>,
): Violation[] {
  const pointer = pointerOf('parameters', name);
  if (Object.hasOwn(values, name)) return checkValue(pointer, declaration, values[name]);
  if (declaration.default !== undefined) return [];
  const remedy = declaration.description ?? declaration.title ?? `Give a value for “${name}”.`;
  return [{ pointer, message: `The parameter “${name}” is missing and has no default.`, remedy }];
}

/** A place that holds a parameter is wrong because of the parameter: that is what the caller can change. */
function pointAtParameters(descriptor: Descriptor, violations: readonly Violation[]): Violation[] {
  const parameterAt = new Map(
    listDescriptorReferences(descriptor).map(({ pointer, name }) => [pointer, name]),
  );
  return violations.map((violation) => {
    const name = parameterAt.get(violation.pointer);
    if (name === undefined) return violation;
    const message = `At ${violation.pointer} of the descriptor: ${violation.message}`;
    return { ...violation, pointer: pointerOf('parameters', name), message };
  });
}

function refused(violations: readonly Violation[]): DomainError {
  const [first] = violations;
  const more = violations.length > 1 ? ` (and ${violations.length - 1} more)` : '';
  const where = first && first.pointer !== '' ? `${first.pointer}: ` : '';
  return new DomainError(
    'invalid-parameter',
    `Parameters do not fit: ${where}${first?.message ?? ''}${more}`,
    {
      violations: violations.slice(0, LIMITS.violations),
      ...(first ? { pointer: first.pointer } : {}),
      remedy: first?.remedy ?? 'Correct the places named in `violations`.',
    },
  );
}

/** The values as they may be shown: secret ones as `null`. */
export function visibleValues(
  descriptor: Descriptor,
  values: ParameterValues,
): Readonly<Record<string, ParameterValue | null>> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [
      name,
      descriptor.parameters?.[name]?.secret === true ? null : value,
    ]),
  );
}
