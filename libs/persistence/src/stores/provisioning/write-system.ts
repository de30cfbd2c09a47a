/** The VSYS's own row: phase, parking, what is reached; and the end of everything when it is deleted. */
import { DomainError, type Turn } from '@openvsys/vsys';
import { v7 as uuidv7 } from 'uuid';
import { PART_TABLES } from '../../part-tables.js';
import type { Session } from '../../session.js';
import type { LockedVsys } from './hold-fence.js';
import type { NewsKind } from './news-kind.js';

/** Phase and parking belong to the newest spec: a turn about an older one must not hide that there is more to do. */
export const SYSTEM: NewsKind = {
  name: 'system',
  changes: `
system_input AS (
  SELECT * FROM jsonb_to_record($1::jsonb->'system')
    AS i(generation integer, reached boolean, phase text, "saysParked" boolean, parked jsonb, event uuid)
), system_before AS (SELECT phase FROM vsys WHERE id = $2), system_changed AS (
  UPDATE vsys v SET
    observed_generation = CASE WHEN i.reached THEN greatest(v.observed_generation, i.generation)
      ELSE v.observed_generation END,
    phase = CASE WHEN v.generation = i.generation THEN coalesce(i.phase, v.phase) ELSE v.phase END,
    parked = CASE WHEN i."saysParked" AND (v.generation = i.generation OR i.parked IS NULL) THEN i.parked
      ELSE v.parked END,
    deleted_at = CASE WHEN v.generation = i.generation AND i.phase = 'deleted' THEN coalesce(v.deleted_at, $4::timestamptz)
      ELSE v.deleted_at END
  FROM system_input i WHERE v.id = $2
  RETURNING v.phase
), system_reached AS (
  UPDATE vsys_generation g SET reached_at = coalesce(g.reached_at, $4::timestamptz)
  FROM system_input i WHERE i.reached AND g.vsys_id = $2 AND g.generation = i.generation
)`,
  events: `
SELECT i.event, $3::uuid, $2::text, $2::text, 'vsys.' || c.phase, jsonb_strip_nulls(jsonb_build_object(
  'phase', c.phase, 'generation', i.generation, 'error', i.parked)), $4::timestamptz
FROM system_changed c, system_before b, system_input i WHERE c.phase <> b.phase`,
  inputOf({ generation, converged: reached = false, phase, parked }) {
    if (!reached && phase === undefined && parked === undefined) return undefined;
    return { generation, reached, phase, saysParked: parked !== undefined, parked, event: uuidv7() };
  },
};

/** A deleted VSYS is always a reached one. Sizes of an older generation stay held: the newest may still need them. */
const RELEASE = `
WITH ${PART_TABLES.map(
  (table) => `${table}_released AS (
    UPDATE ${table} SET released_at = $2::timestamptz
    WHERE vsys_id = $1 AND gone_at IS NOT NULL AND released_at IS NULL AND NOT wanted
    RETURNING id)`,
).join(',\n')},
reservations_freed AS (
  DELETE FROM address_reservation WHERE vnet_id IN (SELECT id FROM vnet_released)
),
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
    WHERE vsys_id = $1 AND released_at IS NULL ${table === 'backup' ? 'AND NOT wanted' : ''})`,
).join(',\n')}
UPDATE usage_interval SET ended_at = greatest(started_at, $3::timestamptz) WHERE vsys_id = $1 AND ended_at IS NULL
  AND resource NOT IN (SELECT id FROM backup WHERE vsys_id = $1 AND wanted AND gone_at IS NULL)`;

/** Nobody will ever look at the VSYS again, so whoever still waits for one of its operations is told now. */
const END_OPERATIONS = `
UPDATE operation SET state = 'cancelled', finished_at = $2::timestamptz,
  error = jsonb_build_object('code', 'cancelled', 'message', 'The VSYS was deleted.', 'retry', 'never')
WHERE vsys_id = $1 AND state IN ('queued', 'running', 'rolling-back')
RETURNING pg_notify('openvsys_operation', id::text)`;

/** After the news are written: gives back what is no longer held, and ends whatever is left of a deleted VSYS. */
export async function releaseWhatIsGone(session: Session, vsys: LockedVsys, turn: Turn): Promise<void> {
  if (turn.converged !== true) return;
  const isNewest = turn.generation === vsys.generation;
  const deleted = turn.phase === 'deleted' && isNewest;
  // The engine has told the end of each part and operation before; this holds even if it forgot one.
  if (deleted) {
    await session.change(CLOSE_ALL_PARTS, [turn.vsysId, turn.at, turn.meteredAt ?? turn.at]);
    await session.change(END_OPERATIONS, [turn.vsysId, turn.at]);
  }
  // Of a first generation everything is wanted, at the size that it has.
  if (deleted || vsys.generation > 1) await session.change(RELEASE, [turn.vsysId, turn.at, isNewest]);
}

/** A turn that says `deleted` without saying that the spec is reached would leave a VSYS that nothing ever looks at again. */
export function refuseContradiction(turn: Turn): void {
  if (turn.phase === 'deleted' && turn.converged !== true) {
    throw new DomainError('internal', 'A VSYS is deleted only when its spec is reached.');
  }
}
