/** What the schema library found, in our words: pointer, message, remedy. */
import type { z } from 'zod';
import type { Violation } from '../../errors.js';
import { didYouMean } from '../did-you-mean.js';
import { LIMITS } from '../limits.js';
import { pointerOf, type PointerPath } from '../pointer.js';
import { descriptorJsonSchema } from '../schema/json-schema.js';

type Issue = z.core.$ZodIssue;
interface JsonSchemaNode {
  readonly properties?: Readonly<Record<string, JsonSchemaNode>>;
  readonly additionalProperties?: JsonSchemaNode | boolean;
  readonly items?: JsonSchemaNode;
  readonly anyOf?: readonly JsonSchemaNode[];
  readonly oneOf?: readonly JsonSchemaNode[];
}

let jsonSchema: JsonSchemaNode | undefined;
function rootSchema(): JsonSchemaNode {
  jsonSchema ??= descriptorJsonSchema() as JsonSchemaNode;
  return jsonSchema;
}

const alternatives = (node: JsonSchemaNode): readonly JsonSchemaNode[] => [
  node,
  ...(node.anyOf ?? []),
  ...(node.oneOf ?? []),
];

function stepInto(node: JsonSchemaNode, key: string | number): JsonSchemaNode[] {
  return alternatives(node).flatMap((choice) => {
    const property = typeof key === 'string' ? choice.properties?.[key] : choice.items;
    if (property) return [property];
    return typeof choice.additionalProperties === 'object' ? [choice.additionalProperties] : [];
  });
}

/** The keys that the schema knows at a place. */
function keysAt(path: PointerPath): string[] {
  let nodes = [rootSchema()];
  for (const key of path) nodes = nodes.flatMap((node) => stepInto(node, key));
  const keys = nodes.flatMap(alternatives).flatMap((node) => Object.keys(node.properties ?? {}));
  return [...new Set(keys)];
}

const withoutSymbols = (path: readonly PropertyKey[]): (string | number)[] =>
  path.map((part) => (typeof part === 'symbol' ? String(part) : part));

/** `from`: the place of the checked value in the document. */
export function violationsOf(issues: readonly Issue[], from: PointerPath = []): Violation[] {
  return issues.flatMap((issue) => violationsOfIssue(issue, [...from, ...withoutSymbols(issue.path)]));
}

function violationsOfIssue(issue: Issue, path: PointerPath): Violation[] {
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.slice(0, LIMITS.violations).map((key) => ({
        pointer: pointerOf(...path, key),
        message: `“${key.slice(0, 64)}” is not known here.`,
        remedy: didYouMean(key, keysAt(path)),
      }));
    case 'invalid_key':
      return [{ pointer: pointerOf(...path), message: sentence(`The name ${textOf(issue.issues)}`) }];
    case 'invalid_union':
      return violationsOfUnion(issue, path);
    case 'invalid_type':
      return [{ pointer: pointerOf(...path), message: typeMessage(issue) }];
    case 'invalid_value':
      return [{ pointer: pointerOf(...path), message: valueMessage(issue.values) }];
    default:
      return [{ pointer: pointerOf(...path), message: sentence(issue.message) }];
  }
}

function violationsOfUnion(issue: z.core.$ZodIssueInvalidUnion, path: PointerPath): Violation[] {
  const choices = 'options' in issue && Array.isArray(issue.options) ? issue.options.map(String) : [];
  // The first form is the real one; the others are ways to write a reference to a parameter.
  const first = issue.errors[0];
  if (!first) return [{ pointer: pointerOf(...path), message: valueMessage(choices) }];
  const deeper = issue.errors.find((branch) => branch.some((found) => found.path.length > 0)) ?? first;
  return violationsOf(deeper, path);
}

const ARTICLES: Readonly<Record<string, string>> = {
  int: 'a whole number',
  number: 'a number',
  string: 'a text',
  boolean: 'true or false',
  array: 'a list',
  object: 'a map of names to values',
  record: 'a map of names to values',
};

function typeMessage(issue: z.core.$ZodIssueInvalidType): string {
  if (issue.message.endsWith('received undefined')) return 'This is missing.';
  return `Must be ${ARTICLES[issue.expected] ?? issue.expected}.`;
}

const valueMessage = (values: readonly unknown[]): string =>
  values.length === 1
    ? `Must be “${String(values[0])}”.`
    : `Must be one of: ${values.map(String).join(', ')}.`;

const textOf = (issues: readonly Issue[]): string => issues.map(({ message }) => message).join(' and ');

function sentence(text: string): string {
  const start = text.charAt(0).toUpperCase() + text.slice(1);
  return start.endsWith('.') ? start : `${start}.`;
}
