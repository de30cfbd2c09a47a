/**
 * Text to plain data, with the place of every value. Takes YAML 1.2 (core schema) and JSON, nothing executable: no tags,
 * no merge keys, bounded aliases, bounded depth. The caller bounds the size.
 */
import {
  LineCounter,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  parseDocument,
  type Document,
  type Node,
  type YAMLMap,
} from 'yaml';
import type { Violation } from '../../errors.js';
import { LIMITS } from '../limits.js';
import { pathOf, pointerOf, type PointerPath } from '../pointer.js';

export interface SourcePosition {
  readonly line: number;
  readonly column: number;
}

export interface ReadDocument {
  /** `undefined` when there are violations. */
  readonly value: unknown;
  readonly violations: readonly Violation[];
  /** Where the value of a pointer (or, when it is missing, the nearest one above) is. */
  locate(pointer: string): SourcePosition | undefined;
}

const unreadable = (...violations: readonly Violation[]): ReadDocument => ({
  value: undefined,
  violations,
  locate: () => undefined,
});

/** Never throws: what is wrong with the text is in `violations`. */
export function readDocument(text: string, format: 'yaml' | 'json'): ReadDocument {
  const syntax = format === 'json' ? jsonFault(text) : undefined;
  if (syntax) return unreadable(syntax);
  return readYaml(text);
}

function jsonFault(text: string): Violation | undefined {
  try {
    JSON.parse(text);
    return undefined;
  } catch (error) {
    return {
      pointer: '',
      message: `Not JSON: ${error instanceof Error ? error.message : 'syntax error'}.`,
      remedy: 'Correct the syntax, or send it as YAML.',
    };
  }
}

function readYaml(text: string): ReadDocument {
  const lines = new LineCounter();
  try {
    // Own check of unique keys: the library's takes quadratic time (5 s for a map of 20 000 keys).
    const document = parseDocument(text, {
      lineCounter: lines,
      schema: 'core',
      uniqueKeys: false,
      prettyErrors: false,
    });
    const locate = locatorOf(document, lines);
    const violations = [
      ...syntaxViolations(document, lines),
      ...structureViolations(document.contents, lines),
    ];
    if (violations.length > 0)
      return { value: undefined, violations: violations.slice(0, LIMITS.violations), locate };
    return { value: document.toJS({ maxAliasCount: LIMITS.aliases }) as unknown, violations: [], locate };
  } catch (error) {
    return unreadable(refusal(error));
  }
}

/** The library throws on stack exhaustion by nesting and on too many aliases. */
function refusal(error: unknown): Violation {
  const isAliasBomb = error instanceof ReferenceError;
  return {
    pointer: '',
    message: isAliasBomb ? 'Aliases expand to too many values.' : 'The text is nested too deeply to be read.',
    remedy: isAliasBomb ? 'Write the values out.' : `Use at most ${LIMITS.depth} levels.`,
  };
}

function syntaxViolations(document: Document, lines: LineCounter): Violation[] {
  return [...document.errors, ...document.warnings].map((fault) => {
    const { line, col } = lines.linePos(fault.pos[0]);
    const isTag = fault.code === 'TAG_RESOLVE_FAILED';
    return {
      pointer: '',
      message: isTag ? 'YAML tags are not allowed here.' : `Not YAML: ${fault.message}.`,
      remedy: isTag ? 'Remove the tag.' : `Correct line ${line}, column ${col}.`,
      line,
      column: col,
    };
  });
}

const structureViolations = (root: Node | null, lines: LineCounter): Violation[] => {
  const check = new StructureCheck(lines);
  check.visit(root, []);
  return check.found;
};

/** Duplicate keys, keys that are no text, depth. */
class StructureCheck {
  readonly found: Violation[] = [];

  constructor(private readonly lines: LineCounter) {}

  visit(node: unknown, path: PointerPath): void {
    if (path.length > LIMITS.depth) {
      const message = `Nested more than ${LIMITS.depth} levels deep.`;
      this.add(path, node, { message, remedy: 'A descriptor needs fewer levels.' });
    } else if (isMap(node)) this.visitMap(node, path);
    else if (isSeq(node)) node.items.forEach((item, index) => this.visit(item, [...path, index]));
  }

  private visitMap(map: YAMLMap, path: PointerPath): void {
    const seen = new Set<string>();
    for (const { key, value } of map.items) {
      const isText = isScalar(key) && typeof key.value === 'string';
      const name = isText ? String(key.value) : String(key);
      if (!isText) {
        this.add([...path, name], key, { message: 'A key must be a text.', remedy: 'Put it in quotes.' });
      } else if (seen.has(name)) {
        this.add([...path, name], key, { message: `“${name}” is there twice.`, remedy: 'Keep one of them.' });
      }
      seen.add(name);
      this.visit(value, [...path, name]);
    }
  }

  private add(path: PointerPath, node: unknown, fault: Pick<Violation, 'message' | 'remedy'>): void {
    const offset = isNode(node) ? node.range?.[0] : undefined;
    const position = offset === undefined ? undefined : this.lines.linePos(offset);
    this.found.push({
      pointer: pointerOf(...path),
      ...fault,
      ...(position ? { line: position.line, column: position.col } : {}),
    });
  }
}

function childOf(document: Document, node: unknown, key: string): unknown {
  const target = isAlias(node) ? node.resolve(document) : node;
  if (isMap(target)) return target.items.find((pair) => isScalar(pair.key) && pair.key.value === key)?.value;
  if (isSeq(target)) return target.items[Number(key)];
  return undefined;
}

function locatorOf(document: Document, lines: LineCounter): ReadDocument['locate'] {
  return (pointer) => {
    let node: unknown = document.contents;
    let offset: number | undefined = isNode(node) ? node.range?.[0] : undefined;
    for (const key of pathOf(pointer)) {
      node = childOf(document, node, key);
      if (!isNode(node)) break;
      offset = node.range?.[0] ?? offset;
    }
    if (offset === undefined) return undefined;
    const { line, col } = lines.linePos(offset);
    return { line, column: col };
  };
}
