/** How long actions took: what estimates of plans are learnt from. */
import type { PoolId } from '@openvsys/vsys';
import type { Session } from '../../session.js';

export interface ActionDuration {
  /** Null: of all pools. */
  readonly poolId: PoolId | null;
  readonly kind: string;
  /** ms */
  readonly median: number;
  readonly samples: number;
}

/** Enough for some days of a busy pool; older ones belong to another load. */
const NEWEST = 20_000;
/** One odd action says nothing. */
const LEAST_SAMPLES = 5;

/** Medians of the newest done actions, by kind and by kind and pool. Ids of actions sort by time. */
export async function listActionDurations(session: Session): Promise<readonly ActionDuration[]> {
  return session.rows<ActionDuration>(
    `SELECT v.pool_id AS "poolId", a.kind, count(*)::integer AS samples,
       round(1000 * percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM a.finished_at - a.started_at)))::integer AS median
     FROM (SELECT vsys_id, kind, started_at, finished_at FROM action
           WHERE outcome = 'done' AND started_at IS NOT NULL AND finished_at >= started_at
           ORDER BY id DESC LIMIT ${NEWEST}) a
     JOIN vsys v ON v.id = a.vsys_id
     GROUP BY GROUPING SETS ((a.kind), (v.pool_id, a.kind)) HAVING count(*) >= ${LEAST_SAMPLES}`,
  );
}
