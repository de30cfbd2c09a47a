/** What is recorded of one server and its surroundings, to say why it is not as wanted. For systems read with the caller's scope. */
import type { DiagnosedAction, DiagnosedPool, PoolId, VsysId } from '@openvsys/vsys';
import type { Session } from '../../session.js';

/** Operations whose actions still tell something: what failed before them is history. */
const LAST_OPERATIONS = 3;

/** The newest action of each part and kind, newest first: of the last operations and those under way. */
export async function listNewestActions(
  session: Session,
  vsys: VsysId,
  parts: readonly string[],
): Promise<DiagnosedAction[]> {
  return session.rows<DiagnosedAction>(
    `WITH recent AS (
       SELECT a.* FROM action a WHERE a.operation_id IN (
         SELECT o.id FROM operation o WHERE o.vsys_id = $1 ORDER BY o.id DESC LIMIT ${LAST_OPERATIONS})
       UNION SELECT a.* FROM action a WHERE a.vsys_id = $1 AND a.outcome IS NULL
     ), newest AS (
       SELECT DISTINCT ON (r.key) r.* FROM recent r WHERE r.part = ANY($2) ORDER BY r.key, r.id DESC
     )
     SELECT n.part, n.kind, n.attempt, COALESCE(n.outcome, 'running') AS outcome, n.error,
            COALESCE(n.finished_at, n.started_at, n.created_at) AS at
       FROM newest n ORDER BY n.id DESC`,
    [vsys, parts],
  );
}

export async function getPoolCondition(session: Session, pool: PoolId): Promise<DiagnosedPool> {
  const row = await session.first<DiagnosedPool>(
    `SELECT p.lease_until > clock_timestamp() AS "hasWorker", p.reason,
            (SELECT count(*)::int FROM pool_host h WHERE h.pool_id = p.id AND h.available) AS "availableHosts"
       FROM pool p WHERE p.id = $1`,
    [pool],
  );
  return {
    hasWorker: row?.hasWorker === true,
    reason: row?.reason ?? null,
    availableHosts: row?.availableHosts ?? 0,
  };
}

/** What the last audit of the pool found about the part. */
export async function listPartFindings(
  session: Session,
  pool: PoolId,
  part: string,
): Promise<{ readonly reason: string; readonly since: Date }[]> {
  return session.rows(
    `SELECT f.reason, f.first_seen_at AS since FROM pool_finding f
      WHERE f.pool_id = $1 AND (f.part = $2 OR f.uuid = $2) ORDER BY f.kind, f.uuid`,
    [pool, part],
  );
}
