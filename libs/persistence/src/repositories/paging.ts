/**
 * Key-set paging: a page begins after the key of the last row of the page before, so its cost does not grow with its
 * distance from the start, and rows that come or go meanwhile shift nothing.
 */
import { DomainError } from '@openvsys/vsys';

export interface PageRequest {
  /** Rows at most; bounded by the caller. */
  readonly limit: number;
  /** `nextCursor` of the page before; opaque. */
  readonly cursor?: string | undefined;
}

export interface Page<Item> {
  readonly items: readonly Item[];
  /** Null on the last page. */
  readonly nextCursor: string | null;
}

/** The key inside a cursor of `list`, or undefined for the first page. Throws `invalid-request`. */
export function readCursor(
  list: string,
  request: PageRequest,
  length: number,
): readonly string[] | undefined {
  if (request.cursor === undefined) return undefined;
  const words = wordsOf(request.cursor);
  if (words?.[0] !== list || words.length !== length + 1) {
    throw new DomainError('invalid-request', 'The cursor is not one of this list.', {
      pointer: '/cursor',
      remedy: 'Take nextCursor from the page before as it is, or leave the cursor out to begin.',
    });
  }
  return words.slice(1);
}

/** The page from rows that were read with `limit + 1`: the extra one only tells that there is more. */
export function pageOf<Item>(
  list: string,
  request: PageRequest,
  rows: readonly Item[],
  keyOf: (item: Item) => readonly string[],
): Page<Item> {
  const items = rows.slice(0, request.limit);
  const last = items.at(-1);
  if (rows.length <= request.limit || last === undefined) return { items, nextCursor: null };
  const cursor = Buffer.from(JSON.stringify([list, ...keyOf(last)])).toString('base64url');
  return { items, nextCursor: cursor };
}

function wordsOf(cursor: string): readonly string[] | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    const isWords = Array.isArray(value) && value.every((word) => typeof word === 'string');
    return isWords ? value : undefined;
  } catch {
    return undefined;
  }
}
