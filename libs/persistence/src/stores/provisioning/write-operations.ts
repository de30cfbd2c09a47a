/** Progress and ends of operations, and an event for each change of state. */
import type { Turn } from '@openvsys/vsys';
import { v7 as uuidv7 } from 'uuid';
import type { NewsKind } from './news-kind.js';

const ACTIVE = `('queued', 'running', 'rolling-back')`;
const ENDED = `('succeeded', 'failed', 'cancelled')`;

export const OPERATIONS: NewsKind = {
  name: 'operations',
  changes: `
operation_input AS (
  SELECT * FROM jsonb_to_recordset($1::jsonb->'operations') AS i(id uuid, state text, "stepsDone" integer,
    "stepsTotal" integer, error jsonb, generation integer, event uuid)
), operation_before AS (
  SELECT o.id, o.state FROM operation o JOIN operation_input i ON i.id = o.id
  WHERE o.vsys_id = $2 AND o.state IN ${ACTIVE}
), operation_changed AS (
  UPDATE operation o SET state = i.state, steps_done = i."stepsDone", steps_total = i."stepsTotal",
    error = coalesce(i.error, o.error), generation = coalesce(i.generation, o.generation),
    started_at = coalesce(o.started_at, $4::timestamptz),
    finished_at = CASE WHEN i.state IN ${ENDED} THEN $4::timestamptz END
  FROM operation_input i WHERE o.id = i.id AND o.vsys_id = $2 AND o.state IN ${ACTIVE}
  RETURNING o.id, o.kind, o.state, o.steps_done, o.steps_total, o.error, i.event
)`,
  events: `
SELECT c.event, $3::uuid, $2::text, c.id::text, 'operation.' || c.state, jsonb_strip_nulls(jsonb_build_object(
  'state', c.state, 'kind', c.kind, 'stepsDone', c.steps_done, 'stepsTotal', c.steps_total, 'error', c.error)),
  $4::timestamptz
FROM operation_changed c JOIN operation_before b ON b.id = c.id WHERE b.state <> c.state`,
  inputOf({ operations = [] }) {
    return operations.length > 0 ? operations.map((update) => ({ ...update, event: uuidv7() })) : undefined;
  },
};

/** Did the turn say anything that an answer about an operation or a live stream shows? */
export function concernsOperations(turn: Turn): boolean {
  const lists = [turn.parts, turn.results, turn.operations];
  return (
    lists.some((list) => (list ?? []).length > 0) || turn.phase !== undefined || turn.parked !== undefined
  );
}
