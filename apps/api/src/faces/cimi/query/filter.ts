/**
 * The grammar of `$filter`:
 *
 *   filter = and { "or" and }         and = comparison { "and" comparison }
 *   comparison = attribute op value | value op attribute | property['k'] op 'v' | "(" filter ")"
 *
 * Texts compare by `=` and `!=` only. What an entry does not have is unequal to everything.
 */
import { DomainError } from '@openvsys/vsys';
import { tokensOf, type Operator, type Token } from './filter-tokens.js';

export type Value = string | number | boolean | Date;
/** What an entry has under a name; undefined: nothing. */
export type Lookup = (attribute: string, property?: string) => unknown;
export type Filter = (lookup: Lookup) => boolean;

/** Parentheses inside each other: the parser calls itself for each. */
const MAX_DEPTH = 30;

/** Throws `invalid-request`. */
export function parseFilter(text: string): Filter {
  const parser = new Parser(tokensOf(text));
  return parser.whole();
}

class Parser {
  private position = 0;
  private depth = 0;

  constructor(private readonly tokens: readonly Token[]) {}

  whole(): Filter {
    const filter = this.alternatives();
    if (this.position < this.tokens.length) throw wrongFilter('something is left over at its end');
    return filter;
  }

  private alternatives(): Filter {
    const parts = [this.conjunction()];
    while (this.takeWord('or')) parts.push(this.conjunction());
    return (lookup) => parts.some((part) => part(lookup));
  }

  private conjunction(): Filter {
    const parts = [this.comparison()];
    while (this.takeWord('and')) parts.push(this.comparison());
    return (lookup) => parts.every((part) => part(lookup));
  }

  private comparison(): Filter {
    const first = this.next();
    if (first.kind === 'open') return this.group();
    const operator = this.operator();
    const second = this.next();
    if (first.kind === 'name' && second.kind === 'value')
      return comparing(first.name, operator, second.value, first.property);
    if (first.kind === 'value' && second.kind === 'name')
      return comparing(second.name, MIRRORED[operator], first.value, second.property);
    throw wrongFilter('a comparison is between an attribute and a value');
  }

  private group(): Filter {
    this.depth += 1;
    if (this.depth > MAX_DEPTH) throw wrongFilter('its parentheses are nested too deeply');
    const inner = this.alternatives();
    if (this.next().kind !== 'close') throw wrongFilter('a parenthesis is not closed');
    this.depth -= 1;
    return inner;
  }

  private next(): Token {
    const token = this.tokens[this.position];
    if (token === undefined) throw wrongFilter('it ends too early');
    this.position += 1;
    return token;
  }

  private operator(): Operator {
    const token = this.next();
    if (token.kind === 'operator') return token.operator;
    throw wrongFilter('a comparison needs one of < <= = >= > !=');
  }

  private takeWord(word: 'and' | 'or'): boolean {
    const token = this.tokens[this.position];
    if (token?.kind !== 'name' || token.name !== word || token.property !== undefined) return false;
    this.position += 1;
    return true;
  }
}

const MIRRORED: Readonly<Record<Operator, Operator>> = {
  '<': '>',
  '<=': '>=',
  '=': '=',
  '>=': '<=',
  '>': '<',
  '!=': '!=',
};

function comparing(name: string, operator: Operator, value: Value, property?: string): Filter {
  const isOrdered = typeof value === 'number' || value instanceof Date;
  if (!isOrdered && operator !== '=' && operator !== '!=')
    throw wrongFilter('texts and truths compare by = and != only');
  return (lookup) => holds(operator, lookup(name, property), value);
}

function holds(operator: Operator, found: unknown, value: Value): boolean {
  const left = comparable(found, value);
  if (left === undefined) return operator === '!=';
  const right = value instanceof Date ? value.getTime() : value;
  switch (operator) {
    case '<':
      return left < right;
    case '<=':
      return left <= right;
    case '=':
      return left === right;
    case '>=':
      return left >= right;
    case '>':
      return left > right;
    case '!=':
      return left !== right;
  }
}

/** The found thing in the value's type; undefined when it has none that compares. */
function comparable(found: unknown, value: Value): string | number | boolean | undefined {
  if (value instanceof Date) {
    const time = typeof found === 'string' ? Date.parse(found) : Number.NaN;
    return Number.isNaN(time) ? undefined : time;
  }
  if (typeof found === typeof value && (typeof found === 'string' || typeof found === 'boolean'))
    return found;
  if (typeof value === 'number') return numberOf(found);
  return typeof found === 'number' && typeof value === 'string' ? String(found) : undefined;
}

function numberOf(found: unknown): number | undefined {
  if (typeof found === 'number') return found;
  return typeof found === 'string' && /^-?\d+(?:\.\d+)?$/.test(found) ? Number(found) : undefined;
}

export function wrongFilter(why: string): DomainError {
  return new DomainError('invalid-request', `The $filter cannot be read: ${why}.`, {
    pointer: '/query/$filter',
    remedy: "Write it like `state='STARTED' and memory>=1048576`.",
  });
}
