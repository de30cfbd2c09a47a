/** Pages of reads: the key of a row comes as a hidden column, exact to the microsecond, and is taken off before the answer. */
import { pageOf as cutPage, type Page, type PageRequest } from '../paging.js';

/** Hidden column of a row that the cursor is made of. */
export interface Keyed {
  readonly pageKey: readonly string[];
}

/** Rows were read with `limit + 1`. `list` names the list, so that a cursor of another one is refused. */
export function pageOf<Row>(list: string, request: PageRequest, rows: readonly (Row & Keyed)[]): Page<Row> {
  const page = cutPage(list, request, rows, ({ pageKey }) => pageKey);
  return { ...page, items: page.items.map(withoutKey) };
}

function withoutKey<Row>({ pageKey: _key, ...row }: Row & Keyed): Row {
  return row as Row;
}
