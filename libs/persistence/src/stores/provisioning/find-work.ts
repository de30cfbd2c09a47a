/** Everything that the loop of one VSYS starts from, in one statement, so that it is one consistent picture. */
import type {
  ActiveOperation,
  BackupId,
  ErrorReport,
  OpenAction,
  OrganizationId,
  PartNumbers,
  PartStatus,
  PoolId,
  VsysId,
  VsysPhase,
  VsysSpec,
  VsysWork,
} from '@openvsys/vsys';
import { withoutReachedOrigins } from '@openvsys/vsys';
import type { Session } from '../../session.js';

const liveParts = (table: string, host: string, size = 'NULL::integer'): string =>
  `SELECT id, state, ${host} AS host, reason, ${size} AS size FROM ${table} WHERE vsys_id = $1 AND gone_at IS NULL`;

const FIND_WORK = `
SELECT v.organization_id AS "organizationId", v.pool_id AS "poolId", v.observed_generation AS "observedGeneration",
  v.phase, v.parked, v.numbers, g.spec,
  (SELECT r.spec FROM vsys_generation r WHERE r.vsys_id = v.id AND r.reached_at IS NOT NULL
    ORDER BY r.generation DESC LIMIT 1) AS "reachedSpec",
  (SELECT coalesce(jsonb_agg(jsonb_build_object('id', o.id, 'kind', o.kind, 'generation', o.generation, 'state', o.state,
      'onFailure', o.on_failure, 'cancelRequested', o.cancel_requested, 'stepsDone', o.steps_done) ORDER BY o.created_at, o.id), '[]')
    FROM operation o WHERE o.vsys_id = v.id AND o.state IN ('queued', 'running', 'rolling-back')) AS operations,
  (SELECT coalesce(jsonb_agg(jsonb_build_object('id', a.id, 'action', a.action, 'attempt', a.attempt,
      'host', a.host, 'epoch', a.epoch) ORDER BY a.id), '[]')
    FROM action a WHERE a.vsys_id = v.id AND a.outcome IS NULL) AS "openActions",
  (SELECT coalesce(jsonb_agg(jsonb_build_object('part', p.id, 'state', p.state, 'host', p.host,
      'reason', p.reason) || CASE WHEN p.size IS NULL THEN '{}'::jsonb ELSE jsonb_build_object('sizeGiB', p.size) END ORDER BY p.id), '[]')
    FROM (${liveParts('vserver', 'host')}
      UNION ALL ${liveParts('vdisk', 'NULL::uuid')}
      UNION ALL ${liveParts('vnet', 'NULL::uuid')}
      UNION ALL ${liveParts('nic', 'NULL::uuid')}
      UNION ALL ${liveParts('public_ip', 'NULL::uuid')}
      UNION ALL ${liveParts('snapshot', 'NULL::uuid', 'size_gib')}
      UNION ALL ${liveParts('backup', 'NULL::uuid')}) p) AS parts,
  (SELECT coalesce(jsonb_agg(b.id), '[]') FROM backup b WHERE b.vsys_id = v.id AND b.taken_at IS NOT NULL) AS taken
FROM vsys v JOIN vsys_generation g ON g.vsys_id = v.id AND g.generation = v.generation
WHERE v.id = $1 AND (v.deleted_at IS NULL OR v.generation <> v.observed_generation)`;

interface WorkRow {
  readonly organizationId: OrganizationId;
  readonly poolId: PoolId;
  readonly observedGeneration: number;
  readonly phase: VsysPhase;
  readonly parked: ErrorReport | null;
  readonly spec: VsysSpec;
  readonly reachedSpec: VsysSpec | null;
  readonly operations: readonly ActiveOperation[];
  readonly openActions: readonly OpenAction[];
  readonly parts: readonly PartStatus[];
  readonly numbers: PartNumbers;
  readonly taken: readonly BackupId[];
}

/** Undefined when there is no such VSYS or it is deleted and none of its back-ups is to be removed. */
export async function findWork(session: Session, vsys: VsysId): Promise<VsysWork | undefined> {
  const row = await session.first<WorkRow>(FIND_WORK, [vsys]);
  if (row === undefined) return undefined;
  const { taken, ...work } = row;
  const spec = withoutReachedOrigins(withTaken(work.spec, new Set(taken)), work.observedGeneration);
  return { ...work, spec, reachedSpec: row.reachedSpec ?? undefined };
}

/** Only the rows know which back-ups were complete once. */
function withTaken(spec: VsysSpec, taken: ReadonlySet<BackupId>): VsysSpec {
  if (spec.backups === undefined || taken.size === 0) return spec;
  const backups = spec.backups.map((backup) =>
    taken.has(backup.id) ? { ...backup, isTaken: true as const } : backup,
  );
  return { ...spec, backups };
}
