/** The VSYS's own row: phase, parking, what is reached; and the end of everything when it is deleted. */
import { DomainError, type Turn } from '@openvsys/vsys';
import { v7 as uuidv7 } from 'uuid';
import { PART_TABLES } from '../../part-tables.js';
import type { Session } from '../../session.js';
import type { LockedVsys } from './hold-fence.js';

/** Phase and parking belong to the newest spec: a turn about an older one must not hide that there is more to do. */
const UPDATE_SYSTEM = `
WITH before AS (SELECT phase FROM vsys WHERE id = $1), changed AS (
  UPDATE vsys SET
    observed_generation = CASE WHEN $3 THEN greatest(observed_generation, $2::integer) ELSE observed_generation END,
    phase = CASE WHEN generation = $2 THEN coalesce($4, phase) ELSE phase END,
    parked = CASE WHEN $5 AND (generation = $2 OR $6::jsonb IS NULL) THEN $6::jsonb ELSE parked END,
    deleted_at = CASE WHEN generation = $2 AND $4 = 'deleted' THEN $7::timestamptz END
  WHERE id = $1
  RETURNING phase
), reached AS (
  UPDATE vsys_generation SET reached_at = coalesce(reached_at, $7::timestamptz)
  WHERE $3 AND vsys_id = $1 AND generation = $2
)
INSERT INTO event (id, organization_id, vsys_id, resource, type, data, at)
SELECT $8::uuid, $9::uuid, $1, $1, 'vsys.' || c.phase,
  jsonb_strip_nulls(jsonb_build_object('phase', c.phase, 'generation', $2::integer, 'error', $6::jsonb)), $7::timestamptz
FROM changed c, before b WHERE c.phase <> b.phase`;

/** A deleted VSYS is always a reached one. Sizes of an older generation stay held: the newest may still need them. */
const RELEASE = `
WITH ${PART_TABLES.map(
  (table) => `${table}_released AS (
    UPDATE ${table} SET released_at = $2::timestamptz
    WHERE vsys_id = $1 AND gone_at IS NOT NULL AND released_at IS NULL AND NOT wanted
    RETURNING id)`,
).join(',\n')},
sizes_released AS (
  UPDATE vserver SET held_vcpus = 0, held_memory_mib = 0
  WHERE $3 AND vsys_id = $1 AND gone_at IS NULL AND held_vcpus > 0
)
UPDATE public_address SET vsys_id = NULL, public_ip_id = NULL
WHERE vsys_id = $1 AND public_ip_id IN (SELECT id FROM public_ip_released)`;

const CLOSE_ALL_PARTS = `
WITH ${PART_TABLES.map(
  (table) => `${table}_closed AS (
    UPDATE ${table} SET state = 'gone', wanted = FALSE, gone_at = coalesce(gone_at, $2::timestamptz)
    WHERE vsys_id = $1 AND released_at IS NULL)`,
).join(',\n')}
UPDATE usage_interval SET ended_at = greatest(started_at, $3::timestamptz) WHERE vsys_id = $1 AND ended_at IS NULL`;

/** Nobody will ever look at the VSYS again, so whoever still waits for one of its operations is told now. */
const END_OPERATIONS = `
UPDATE operation SET state = 'cancelled', finished_at = $2::timestamptz,
  error = jsonb_build_object('code', 'cancelled', 'message', 'The VSYS was deleted.', 'retry', 'never')
WHERE vsys_id = $1 AND state IN ('queued', 'running', 'rolling-back')
RETURNING pg_notify('openvsys_operation', id::text)`;

export async function writeSystem(session: Session, vsys: LockedVsys, turn: Turn): Promise<void> {
  const reached = turn.converged === true;
  const saysParked = turn.parked !== undefined;
  if (reached || saysParked || turn.phase !== undefined) {
    await session.change(UPDATE_SYSTEM, [
      turn.vsysId,
      turn.generation,
      reached,
      turn.phase ?? null,
      saysParked,
      saysParked && turn.parked !== null ? JSON.stringify(turn.parked) : null,
      turn.at,
      uuidv7(),
      vsys.organizationId,
    ]);
  }
  const deleted = turn.phase === 'deleted' && turn.generation === vsys.generation;
  // The engine has told the end of each part and operation before; this holds even if it forgot one.
  if (deleted) {
    await session.change(CLOSE_ALL_PARTS, [turn.vsysId, turn.at, turn.meteredAt ?? turn.at]);
    await session.change(END_OPERATIONS, [turn.vsysId, turn.at]);
  }
  if (reached) await session.change(RELEASE, [turn.vsysId, turn.at, turn.generation === vsys.generation]);
}

/** A turn that says `deleted` without saying that the spec is reached would leave a VSYS that nothing ever looks at again. */
export function refuseContradiction(turn: Turn): void {
  if (turn.phase === 'deleted' && turn.converged !== true) {
    throw new DomainError('internal', 'A VSYS is deleted only when its spec is reached.');
  }
}
