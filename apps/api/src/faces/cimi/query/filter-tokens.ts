/** The words of a `$filter`. */
import { DomainError } from '@openvsys/vsys';

export type Operator = '<' | '<=' | '=' | '>=' | '>' | '!=';
export type Token =
  | { readonly kind: 'open' | 'close' }
  | { readonly kind: 'operator'; readonly operator: Operator }
  | { readonly kind: 'name'; readonly name: string; readonly property?: string }
  | { readonly kind: 'value'; readonly value: string | number | boolean | Date };

/** Bounds the work that a request can ask for. */
const MAX_LENGTH = 4_096;
const BLANKS = /\s+/y;
const OPERATOR = /<=|>=|!=|<|>|=/y;
const TEXT = /'([^']*)'|"([^"]*)"/y;
const PROPERTY = /property\s*\[\s*(?:'([^']*)'|"([^"]*)")\s*\]/y;
const DATE = /\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?)?(?:Z|[+-]\d{2}:\d{2})?/y;
const NUMBER = /\d{1,15}(?![\w.])/y;
const NAME = /[A-Za-z_][A-Za-z0-9_]*/y;

/** Throws `invalid-request`. */
export function tokensOf(text: string): readonly Token[] {
  if (text.length > MAX_LENGTH) throw unreadable(`it is longer than ${MAX_LENGTH} characters`);
  const tokens: Token[] = [];
  let at = 0;
  const take = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    const found = pattern.exec(text);
    if (found !== null) at = pattern.lastIndex;
    return found;
  };
  while (at < text.length) {
    if (take(BLANKS) !== null) continue;
    const token = nextToken(text.charAt(at), take);
    if (token === undefined) throw unreadable(`“${text.slice(at, at + 20)}” has no meaning in it`);
    if (token.kind === 'open' || token.kind === 'close') at += 1;
    tokens.push(token);
  }
  return tokens;
}

function nextToken(character: string, take: (pattern: RegExp) => RegExpExecArray | null): Token | undefined {
  if (character === '(') return { kind: 'open' };
  if (character === ')') return { kind: 'close' };
  const operator = take(OPERATOR)?.[0];
  if (operator !== undefined) return { kind: 'operator', operator: operator as Operator };
  const text = quoted(take(TEXT));
  if (text !== undefined) return { kind: 'value', value: text };
  const property = quoted(take(PROPERTY));
  if (property !== undefined) return { kind: 'name', name: 'properties', property };
  return dateToken(take(DATE)?.[0]) ?? numberToken(take(NUMBER)?.[0]) ?? nameToken(take(NAME)?.[0]);
}

/** In single or double quotes. */
function quoted(found: RegExpExecArray | null): string | undefined {
  return found === null ? undefined : (found[1] ?? found[2] ?? '');
}

function dateToken(text: string | undefined): Token | undefined {
  if (text === undefined) return undefined;
  const value = new Date(text.includes('T') && !/(?:Z|[+-]\d{2}:\d{2})$/.test(text) ? `${text}Z` : text);
  if (Number.isNaN(value.getTime())) throw unreadable(`“${text}” is no date`);
  return { kind: 'value', value };
}

const numberToken = (text: string | undefined): Token | undefined =>
  text === undefined ? undefined : { kind: 'value', value: Number(text) };

function nameToken(name: string | undefined): Token | undefined {
  if (name === undefined) return undefined;
  if (name === 'true' || name === 'false') return { kind: 'value', value: name === 'true' };
  return { kind: 'name', name };
}

function unreadable(why: string): DomainError {
  return new DomainError('invalid-request', `The $filter cannot be read: ${why}.`, {
    pointer: '/query/$filter',
    remedy: "Write it like `state='STARTED' and memory>=1048576`.",
  });
}
