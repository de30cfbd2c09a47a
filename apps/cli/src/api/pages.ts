/** Lists: pages are fetched one after the other, so memory stays bounded however long the list is. */
import { InvalidArgumentError } from 'commander';

export interface Page<Row> {
  readonly nextCursor: string | null;
  readonly items: readonly Row[];
  /** The server gave more rows than were wanted; they are left out. */
  readonly isCut?: true;
}

export interface PageQuery {
  readonly limit: number;
  readonly cursor?: string;
}

export type FetchPage<Answer> = (query: PageQuery) => Promise<Answer>;

export interface ListOptions {
  readonly limit: number;
  readonly all?: true;
}

/** Rows shown when the caller does not say. */
export const DEFAULT_LIMIT = 100;
/** Rows that the API gives at once at most. */
const LARGEST_PAGE = 500;

/** Pages until `limit` rows were given, or all. The last page is cut to what is wanted. */
export async function* pagesOf<Row, Answer extends Page<Row>>(
  fetchPage: FetchPage<Answer & Page<Row>>,
  { limit, all }: ListOptions,
): AsyncGenerator<Answer & Page<Row>> {
  let left = all === true ? Number.POSITIVE_INFINITY : limit;
  let cursor: string | null = null;
  do {
    const query: PageQuery = { limit: Math.min(left, LARGEST_PAGE), ...(cursor === null ? {} : { cursor }) };
    const page: Answer & Page<Row> = await fetchPage(query);
    // Sums are not paged by the API.
    yield page.items.length > left ? { ...page, items: page.items.slice(0, left), isCut: true } : page;
    left -= page.items.length;
    cursor = page.nextCursor;
  } while (cursor !== null && left > 0);
}

/** Every row of a list, one by one. */
export async function* rowsOf<Row>(fetchPage: FetchPage<Page<Row>>): AsyncGenerator<Row> {
  for await (const page of pagesOf<Row, Page<Row>>(fetchPage, { limit: LARGEST_PAGE, all: true }))
    yield* page.items;
}

/** For `--limit`. */
export function positiveWhole(text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value > 0) return value;
  throw new InvalidArgumentError('It has to be a whole number above 0.');
}

/** For lists that the API answers in one piece. */
export async function* onePage<Answer>(answer: Promise<Answer>): AsyncGenerator<Answer> {
  yield await answer;
}
