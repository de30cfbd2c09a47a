// Purpose: the console that a request means, as every way to a screen looks it up.
import type { Row } from '../../database/row.js';
import type { SimPool } from '../../core/sim-pool.js';

/** By `ref` or `uuid`; or the status of the refusal: 404 for none, 500 for one whose guest runs elsewhere or not at all. */
export function findConsole({ db }: SimPool, host: Row, query: URLSearchParams): Row | 404 | 500 {
  const uuid = query.get('uuid');
  const console =
    db.find('console', query.get('ref') ?? '') ?? db.rows('console').find((row) => row.uuid === uuid);
  if (console === undefined) return 404;
  const vm = db.find('VM', console.link('VM'));
  // Each host knows only the consoles of its own guests.
  return vm?.link('resident_on') === host.ref ? console : 500;
}
