/** Declarations of parameters and the references to them. */
import type { Violation } from '../../errors.js';
import { checkValue } from '../bind/parameter-value.js';
import { patternFault } from '../bind/simple-pattern.js';
import { didYouMean } from '../did-you-mean.js';
import { pointerOf } from '../pointer.js';
import { listDescriptorReferences } from '../references.js';
import type { Descriptor } from '../schema/descriptor.schema.js';
import type { ParameterDeclaration } from '../schema/parameters.schema.js';

export function checkParameters(descriptor: Descriptor): Violation[] {
  const declared = Object.entries(descriptor.parameters ?? {});
  return [
    ...declared.flatMap(([name, declaration]) => checkDeclaration(name, declaration)),
    ...checkReferences(
      descriptor,
      declared.map(([name]) => name),
    ),
  ];
}

function checkDeclaration(name: string, declaration: ParameterDeclaration): Violation[] {
  const at = (key: string) => pointerOf('parameters', name, key);
  const found: Violation[] = [];
  const [low, high] = boundsOf(declaration);
  if (low !== undefined && high !== undefined && low > high) {
    found.push({
      pointer: pointerOf('parameters', name),
      message: 'The lower bound is above the upper one.',
    });
  }
  const fault = 'pattern' in declaration ? patternFault(declaration.pattern) : undefined;
  if (fault !== undefined) {
    found.push({
      pointer: at('pattern'),
      message: `The pattern ${fault}.`,
      remedy: 'Write it like [a-z][a-z0-9-]{0,14}; for alternatives use enum.',
    });
  }
  if ('default' in declaration) found.push(...checkValue(at('default'), declaration, declaration.default));
  return found;
}

function boundsOf(declaration: ParameterDeclaration): [number | undefined, number | undefined] {
  if (declaration.type === 'boolean') return [undefined, undefined];
  if (declaration.type === 'string') return [declaration.minLength, declaration.maxLength];
  return [declaration.minimum, declaration.maximum];
}

function checkReferences(descriptor: Descriptor, names: readonly string[]): Violation[] {
  return listDescriptorReferences(descriptor).flatMap(({ pointer, name, text }) => {
    if (name === undefined) {
      const message = `“${text.slice(0, 64)}” is not a reference to a parameter.`;
      return [{ pointer, message, remedy: 'Write ${name}, or $${ for a literal ${.' }];
    }
    if (names.includes(name)) return [];
    const remedy = `${didYouMean(name, names)} For a literal write $${text}.`;
    return [{ pointer, message: `There is no parameter “${name}”.`, remedy }];
  });
}

/** Parameters that change nothing: allowed, but probably a mistake. */
export function listUnusedParameters(descriptor: Descriptor): string[] {
  const used = new Set(listDescriptorReferences(descriptor).map(({ name }) => name));
  return Object.keys(descriptor.parameters ?? {}).filter((name) => !used.has(name));
}
