/**
 * Observed state of parts, with one event for each that really changed. A server or disk that was there and is to be made
 * anew has lost what was in it: that is said by an event of its own and kept with the part.
 * A part that is gone keeps its row as history; its reservation is given back when the spec is reached.
 */
import { v7 as uuidv7 } from 'uuid';
import { PART_TABLES, partTableOf, type PartTable } from '../../part-tables.js';
import type { NewsKind } from './news-kind.js';

/** Only servers know a host. */
const hostChange = (table: PartTable): string =>
  table === 'vserver' ? `host = CASE WHEN i.state = 'gone' THEN NULL ELSE i.host END,` : '';
const hostDiffers = (table: PartTable): string =>
  table === 'vserver' ? 'OR t.host IS DISTINCT FROM i.host' : '';

/** Only snapshots have a size that the pool tells. */
const sizeChange = (table: PartTable): string =>
  table === 'snapshot'
    ? `size_gib = coalesce(i."sizeGiB", t.size_gib), paused_ms = coalesce(i."pausedMs", t.paused_ms),`
    : '';
const sizeDiffers = (table: PartTable): string =>
  table === 'snapshot' ? `OR t.size_gib IS DISTINCT FROM coalesce(i."sizeGiB", t.size_gib)` : '';

/** States of a part whose object exists in the pool. One that is deleted on purpose passes through `deleting` first. */
const BUILT = `('running', 'stopped', 'starting', 'stopping', 'restarting', 'paused', 'suspended', 'attached', 'detached')`;
const HOLDS_CONTENTS: ReadonlySet<PartTable> = new Set(['vserver', 'vdisk']);

const lossChange = (table: PartTable): string =>
  HOLDS_CONTENTS.has(table)
    ? `contents_lost_at = CASE WHEN t.state IN ${BUILT} AND i.state IN ('planned', 'creating') THEN $4::timestamptz
      ELSE t.contents_lost_at END,`
    : '';
const loss = (table: PartTable): string =>
  HOLDS_CONTENTS.has(table) ? `t.contents_lost_at IS NOT DISTINCT FROM $4::timestamptz` : 'FALSE';

/** A back-up that was complete once is never taken again. */
const takenChange = (table: PartTable): string =>
  table === 'backup'
    ? `taken_at = CASE WHEN i.state = 'ready' THEN coalesce(t.taken_at, $4::timestamptz) ELSE t.taken_at END,`
    : '';

const update = (table: PartTable): string => `
${table}_changed AS (
  UPDATE ${table} t SET state = i.state, reason = i.reason, ${hostChange(table)} ${sizeChange(table)} ${lossChange(table)} ${takenChange(table)}
    gone_at = CASE WHEN i.state = 'gone' THEN $4::timestamptz END
  FROM part_input i WHERE i."table" = '${table}' AND t.id = i.part AND t.vsys_id = $2 AND t.gone_at IS NULL
    AND (t.state <> i.state OR t.reason IS DISTINCT FROM i.reason ${hostDiffers(table)} ${sizeDiffers(table)})
  RETURNING i.*, ${loss(table)} AS lost
)`;

export const PART_STATUSES: NewsKind = {
  name: 'parts',
  changes: `
part_input AS (
  SELECT * FROM jsonb_to_recordset($1::jsonb->'parts')
    AS i(part text, "table" text, state text, host uuid, reason text, "sizeGiB" integer, "pausedMs" integer,
      event uuid, loss uuid)
), ${PART_TABLES.map(update).join(',')},
part_changed AS (${PART_TABLES.map((table) => `SELECT * FROM ${table}_changed`).join(' UNION ALL ')})`,
  events: `
SELECT event, $3::uuid, $2::text, part, "table" || '.' || state,
  jsonb_strip_nulls(jsonb_build_object('state', state, 'host', host, 'reason', reason)), $4::timestamptz
FROM part_changed
UNION ALL
SELECT loss, $3::uuid, $2::text, part, "table" || '.contents-lost',
  jsonb_build_object('message', 'The pool had lost it; it is made anew without what was in it.'), $4::timestamptz
FROM part_changed WHERE lost`,
  inputOf({ parts = [] }) {
    if (parts.length === 0) return undefined;
    return parts.map((status) => ({
      ...status,
      table: partTableOf(status.part),
      event: uuidv7(),
      loss: uuidv7(),
    }));
  },
};
