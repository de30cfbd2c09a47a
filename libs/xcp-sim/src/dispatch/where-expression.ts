// Purpose: the filter language of get_all_records_where: field "x" = "y", and, or, not, parentheses, true, false.
// `not` binds weaker than `and`, as on the real server.
import { invalidValue, XenFailure } from '../core/failure.js';
import { databaseName } from '../database/database-name.js';
import type { Row } from '../database/row.js';

type Operand = { field: string } | { literal: string };

export type WhereExpression =
  | { kind: 'constant'; value: boolean }
  | { kind: 'equals'; left: Operand; right: Operand }
  | { kind: 'not'; inner: WhereExpression }
  | { kind: 'and' | 'or'; left: WhereExpression; right: WhereExpression };

/** @throws XenFailure INVALID_VALUE for a text that cannot be read */
export function parseWhere(text: string): WhereExpression {
  const tokens = tokenize(text);
  const parser = new Parser(tokens, text);
  const expression = parser.disjunction();
  parser.end();
  return expression;
}

/** @throws XenFailure INTERNAL_ERROR for an unknown field */
export function matchesWhere(expression: WhereExpression, row: Row): boolean {
  switch (expression.kind) {
    case 'constant':
      return expression.value;
    case 'equals':
      return operandText(expression.left, row) === operandText(expression.right, row);
    case 'not':
      return !matchesWhere(expression.inner, row);
    case 'and':
      return matchesWhere(expression.left, row) && matchesWhere(expression.right, row);
    case 'or':
      return matchesWhere(expression.left, row) || matchesWhere(expression.right, row);
  }
}

function operandText(operand: Operand, row: Row): string | symbol {
  if ('literal' in operand) return operand.literal;
  if (operand.field === '_ref') return row.ref;
  const name = operand.field.replaceAll('__', '_');
  // Filters see the database's names, not those of the API.
  if (!row.fact.fields.has(name) || databaseName(name) !== operand.field)
    throw new XenFailure('INTERNAL_ERROR', 'Db_exn.DBCache_NotFound', 'missing field', name);
  const value = row.get(name);
  // Sets and maps cannot be searched: they equal nothing, not even each other.
  if (typeof value === 'object') return Symbol('unsearchable');
  return String(value);
}

function tokenize(text: string): string[] {
  const tokens = text.match(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[()=]|[^\s()="']+/g) ?? [];
  return tokens;
}

class Parser {
  private position = 0;

  constructor(
    private readonly tokens: readonly string[],
    private readonly text: string,
  ) {}

  disjunction(): WhereExpression {
    let left = this.negation();
    while (this.take('or')) left = { kind: 'or', left, right: this.negation() };
    return left;
  }

  end(): void {
    if (this.position < this.tokens.length) this.fail();
  }

  private negation(): WhereExpression {
    if (this.take('not')) return { kind: 'not', inner: this.negation() };
    return this.conjunction();
  }

  private conjunction(): WhereExpression {
    let left = this.primary();
    while (this.take('and'))
      left = { kind: 'and', left, right: this.take('not') ? this.negated() : this.primary() };
    return left;
  }

  private negated(): WhereExpression {
    return { kind: 'not', inner: this.conjunction() };
  }

  private primary(): WhereExpression {
    if (this.take('(')) {
      const inner = this.disjunction();
      if (!this.take(')')) this.fail();
      return inner;
    }
    if (this.take('true')) return { kind: 'constant', value: true };
    if (this.take('false')) return { kind: 'constant', value: false };
    const left = this.operand();
    if (!this.take('=')) this.fail();
    return { kind: 'equals', left, right: this.operand() };
  }

  private operand(): Operand {
    if (this.take('field')) return { field: this.quoted() };
    return { literal: this.quoted() };
  }

  private quoted(): string {
    const token = this.tokens[this.position];
    const quote = token?.charAt(0);
    if (token === undefined || (quote !== '"' && quote !== "'") || token.length < 2) this.fail();
    this.position += 1;
    return (token ?? '').slice(1, -1).replace(/\\(.)/g, '$1');
  }

  private take(word: string): boolean {
    if (this.tokens[this.position] !== word) return false;
    this.position += 1;
    return true;
  }

  private fail(): never {
    throw invalidValue(this.text, 'Failed to parse expression');
  }
}
