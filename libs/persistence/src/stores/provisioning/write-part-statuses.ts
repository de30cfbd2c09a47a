/**
 * Observed state of parts, with one event for each that really changed, in one statement.
 * A part that is gone keeps its row as history; its reservation is given back when the spec is reached.
 */
import type { OrganizationId, Turn } from '@openvsys/vsys';
import { v7 as uuidv7 } from 'uuid';
import { PART_TABLES, partTableOf, type PartTable } from '../../part-tables.js';
import type { Session } from '../../session.js';

/** Only servers know a host. */
const hostChange = (table: PartTable): string =>
  table === 'vserver' ? `host = CASE WHEN i.state = 'gone' THEN NULL ELSE i.host END,` : '';
const hostDiffers = (table: PartTable): string =>
  table === 'vserver' ? 'OR t.host IS DISTINCT FROM i.host' : '';

const update = (table: PartTable): string => `
${table}_changed AS (
  UPDATE ${table} t SET state = i.state, reason = i.reason, ${hostChange(table)}
    gone_at = CASE WHEN i.state = 'gone' THEN $4::timestamptz END
  FROM input i WHERE i."table" = '${table}' AND t.id = i.part AND t.vsys_id = $2 AND t.gone_at IS NULL
    AND (t.state <> i.state OR t.reason IS DISTINCT FROM i.reason ${hostDiffers(table)})
  RETURNING i.*
)`;

const WRITE_STATUSES = `
WITH input AS (
  SELECT * FROM jsonb_to_recordset($1::jsonb)
    AS i(part text, "table" text, state text, host uuid, reason text, event uuid)
), ${PART_TABLES.map(update).join(',')},
changed AS (${PART_TABLES.map((table) => `SELECT * FROM ${table}_changed`).join(' UNION ALL ')})
INSERT INTO event (id, organization_id, vsys_id, resource, type, data, at)
SELECT event, $3, $2, part, "table" || '.' || state,
  jsonb_strip_nulls(jsonb_build_object('state', state, 'host', host, 'reason', reason)), $4::timestamptz
FROM changed`;

/** Returns how many parts changed. */
export async function writePartStatuses(
  session: Session,
  organization: OrganizationId,
  turn: Turn,
): Promise<number> {
  const parts = turn.parts ?? [];
  if (parts.length === 0) return 0;
  const input = parts.map((status) => ({ ...status, table: partTableOf(status.part), event: uuidv7() }));
  return session.change(WRITE_STATUSES, [JSON.stringify(input), turn.vsysId, organization, turn.at]);
}
