/** One value of one parameter: does it fit its declaration. Messages never hold the value: it may be secret. */
import type { Violation } from '../../errors.js';
import { LIMITS } from '../limits.js';
import type { ParameterDeclaration, ParameterValue } from '../schema/parameters.schema.js';
import { PATTERN_VALUE_LENGTH, fitsPattern, patternFault } from './simple-pattern.js';

type TextDeclaration = Extract<ParameterDeclaration, { type: 'string' }>;
type NumberDeclaration = Extract<ParameterDeclaration, { type: 'integer' | 'number' }>;

const TYPE_WORDS: Readonly<Record<ParameterDeclaration['type'], string>> = {
  integer: 'a whole number',
  number: 'a number',
  string: 'a text',
  boolean: 'true or false',
};

function hasType(type: ParameterDeclaration['type'], value: unknown): value is ParameterValue {
  if (type === 'integer') return Number.isSafeInteger(value);
  if (type === 'number') return typeof value === 'number' && Number.isFinite(value);
  return typeof value === type;
}

/** What is wrong with the value, or nothing. */
export function checkValue(pointer: string, declaration: ParameterDeclaration, value: unknown): Violation[] {
  if (!hasType(declaration.type, value))
    return [{ pointer, message: `Must be ${TYPE_WORDS[declaration.type]}.` }];
  const faults = faultsOf(declaration, value);
  return faults.map((message) => ({ pointer, message }));
}

function faultsOf(declaration: ParameterDeclaration, value: ParameterValue): string[] {
  if (declaration.type === 'boolean') return [];
  const allowed: readonly ParameterValue[] | undefined = declaration.enum;
  if (allowed && !allowed.includes(value)) return [`Must be one of: ${allowed.join(', ')}.`];
  if (declaration.type === 'string') return textFaults(declaration, String(value));
  return numberFaults(declaration, Number(value));
}

function numberFaults({ minimum, maximum }: NumberDeclaration, value: number): string[] {
  const faults: string[] = [];
  if (minimum !== undefined && value < minimum) faults.push(`Must be at least ${minimum}.`);
  if (maximum !== undefined && value > maximum) faults.push(`Must be at most ${maximum}.`);
  return faults;
}

function textFaults({ minLength, maxLength, pattern }: TextDeclaration, value: string): string[] {
  const longest = Math.min(
    maxLength ?? LIMITS.parameterTextLength,
    pattern === undefined ? LIMITS.parameterTextLength : PATTERN_VALUE_LENGTH,
  );
  if (value.length > longest) return [`Must have at most ${longest} characters.`];
  const faults: string[] = [];
  if (minLength !== undefined && value.length < minLength)
    faults.push(`Must have at least ${minLength} characters.`);
  if (pattern !== undefined && !patternFault(pattern) && !fitsPattern(pattern, value)) {
    faults.push(`Must fit the pattern ${pattern}`);
  }
  return faults;
}
