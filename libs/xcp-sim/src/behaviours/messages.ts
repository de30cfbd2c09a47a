// Purpose: the pool's message board (class `message`), where the server notes starts, stops and the like.
import { compactDate } from '../datamodel/xen-value.js';
import { invalidValue } from '../core/failure.js';
import { quick, type BehaviourTable } from '../dispatch/behaviour.js';
import type { Row } from '../database/row.js';
import type { SimPool } from '../core/sim-pool.js';

/** Older messages are dropped: the board must not grow for ever. */
const MOST_MESSAGES = 1000;
const DEFAULT_PRIORITY = 5;

export function postMessage(
  sim: SimPool,
  name: string,
  about: { cls: string; uuid: string },
  body = '',
  priority = DEFAULT_PRIORITY,
): Row {
  const message = sim.db.create('message', {
    name,
    cls: about.cls,
    obj_uuid: about.uuid,
    body,
    priority,
    timestamp: compactDate(sim.clock.now()),
  });
  if (sim.db.count('message') > MOST_MESSAGES) {
    const [oldest] = sim.db.rows('message');
    if (oldest !== undefined) sim.db.remove(oldest);
  }
  return message;
}

function recordsOf(rows: readonly Row[]): Record<string, ReturnType<Row['record']>> {
  return Object.fromEntries(rows.map((row) => [row.ref, row.record()]));
}

/** Filters (XenAPI message.destroy_all): `before` and `after` a date, `priority`. @throws XenFailure INVALID_VALUE */
function destroyAll(sim: SimPool, filters: Readonly<Record<string, string>>): void {
  const unknown = Object.keys(filters).find((name) => !['before', 'after', 'priority'].includes(name));
  if (unknown !== undefined) throw invalidValue('filters', unknown);
  const { before = '99991231T23:59:59Z', after = '', priority } = filters;
  for (const message of sim.db.rows('message')) {
    const at = message.text('timestamp');
    const wanted = priority === undefined || message.int('priority') === Number(priority);
    if (wanted && at < before && at > after) sim.db.remove(message);
  }
}

export const MESSAGES: BehaviourTable = {
  'message.create': quick(({ sim }, args) => {
    const cls = args.text(2);
    const uuid = args.text(3);
    if (sim.db.model.classes.has(canonical(cls))) sim.db.getByUuid(canonical(cls), uuid);
    return postMessage(sim, args.text(0), { cls, uuid }, args.text(4), args.int(1)).ref;
  }),
  'message.destroy': quick(({ sim }, args) => sim.db.remove(sim.db.get('message', args.ref(0)))),
  'message.destroy_many': quick(({ sim }, args) => {
    for (const ref of args.texts(0)) sim.db.remove(sim.db.get('message', ref));
  }),
  'message.destroy_all': quick(({ sim }, args) => destroyAll(sim, args.map(0) as Record<string, string>)),
  'message.get': quick(({ sim }, args) =>
    recordsOf(
      sim.db
        .rows('message')
        .filter((row) => row.text('cls') === args.text(0) && row.text('obj_uuid') === args.text(1))
        .filter((row) => row.text('timestamp') >= args.text(2)),
    ),
  ),
  'message.get_since': quick(({ sim }, args) =>
    recordsOf(sim.db.rows('message').filter((row) => row.text('timestamp') >= args.text(0))),
  ),
  'message.get_all': quick(({ sim }) => sim.db.rows('message').map((row) => row.ref)),
  'message.get_all_records': quick(({ sim }) => recordsOf(sim.db.rows('message'))),
  'message.get_record': quick(({ sim }, args) => sim.db.get('message', args.ref(0)).record()),
  'message.get_by_uuid': quick(({ sim }, args) => sim.db.getByUuid('message', args.text(0)).ref),
};

/** The `cls` enum spells some classes differently from their tables. */
function canonical(cls: string): string {
  return { Host: 'host', Pool: 'pool' }[cls] ?? cls;
}
