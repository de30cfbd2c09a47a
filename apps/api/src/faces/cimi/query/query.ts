/** The query of a request: what of a resource or collection is shown, in which order, and how. */
import { DomainError } from '@openvsys/vsys';
import { parseFilter, type Filter } from './filter.js';

export interface Query {
  readonly filters: readonly Filter[];
  /** From 1; undefined: from the begin. */
  readonly first: number | undefined;
  readonly last: number | undefined;
  readonly order: readonly OrderKey[];
  /** Undefined: everything. */
  readonly select: ReadonlySet<string> | undefined;
  readonly expand: ReadonlySet<string> | 'all' | undefined;
  readonly format: 'json' | 'xml' | undefined;
}

export interface OrderKey {
  readonly attribute: string;
  readonly direction: 'ascending' | 'descending';
}

/** Parameters that we do not know are not looked at. `search` with or without its question mark. Throws `invalid-request`. */
export function parseQuery(search: string): Query {
  const parameters = new URLSearchParams(search);
  const texts = (name: string): readonly string[] => parameters.getAll(name);
  return {
    filters: texts('$filter').map(parseFilter),
    first: ordinal(texts('$first')[0]),
    last: ordinal(texts('$last')[0]),
    order: words(texts('$orderby')).map(orderKey),
    select: selection(texts('$select')),
    expand: expansion(texts('$expand')),
    format: formatOf(texts('$format')[0]),
  };
}

const words = (texts: readonly string[]): string[] =>
  texts.flatMap((text) => text.split(',').map((word) => word.trim())).filter((word) => word !== '');

/** What is no number is no bound: ranges never are an error. */
function ordinal(text: string | undefined): number | undefined {
  return text !== undefined && /^\s*\d{1,9}\s*$/.test(text) ? Number(text) : undefined;
}

function orderKey(word: string): OrderKey {
  const [attribute = '', direction = 'asc'] = word.split(':');
  if (direction !== 'asc' && direction !== 'desc')
    throw new DomainError('invalid-request', `“${word}” names no order.`, {
      pointer: '/query/$orderby',
      remedy: 'Write `attribute`, `attribute:asc` or `attribute:desc`.',
    });
  return { attribute, direction: direction === 'asc' ? 'ascending' : 'descending' };
}

function selection(texts: readonly string[]): Query['select'] {
  if (texts.length === 0) return undefined;
  const names = words(texts);
  return names.includes('*') ? undefined : new Set(names);
}

function expansion(texts: readonly string[]): Query['expand'] {
  if (texts.length === 0) return undefined;
  const names = words(texts);
  return names.length === 0 || names.includes('*') ? 'all' : new Set(names);
}

/** A value that is neither is no wish. */
function formatOf(text: string | undefined): Query['format'] {
  const name = text?.trim().toLowerCase();
  return name === 'json' || name === 'xml' ? name : undefined;
}
