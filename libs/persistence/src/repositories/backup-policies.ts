/** Policies of back-ups, what became of each due time, and which of their back-ups are there. */
import {
  DomainError,
  type BackupId,
  type CronTime,
  type KeepRules,
  type OperationId,
  type VsysId,
} from '@openvsys/vsys';
import type { Session } from '../session.js';

export interface NewBackupPolicy extends CronTime {
  readonly id: string;
  readonly vsysId: VsysId;
  readonly name: string;
  /** Names of data disks and servers; none: all. */
  readonly sources: readonly string[];
  readonly keep: KeepRules;
  /** Null: the expression has no further time. */
  readonly nextAt: Date | null;
  /** Who made it, e.g. `token:<id>`. */
  readonly createdBy: string;
  readonly createdAt: Date;
}

export interface BackupPolicyRun {
  readonly dueAt: Date;
  readonly ranAt: Date;
  /** `asked`: there is an operation · `skipped`: it was not possible. */
  readonly outcome: 'asked' | 'skipped';
  readonly operationId: OperationId | null;
  readonly reason: string | null;
}

export interface BackupPolicyRecord extends NewBackupPolicy {
  readonly lastRun: BackupPolicyRun | null;
}

const COLUMNS = `p.id, p.vsys_id AS "vsysId", p.name, p.sources, p.cron, p.time_zone AS "timeZone", p.keep,
  p.next_at AS "nextAt", p.created_by AS "createdBy", p.created_at AS "createdAt"`;

const LIST = `
SELECT ${COLUMNS}, r.due_at AS "dueAt", r.ran_at AS "ranAt", r.outcome, r.operation_id AS "operationId", r.reason
FROM backup_policy p LEFT JOIN LATERAL (
  SELECT * FROM backup_policy_run r WHERE r.policy_id = p.id ORDER BY r.due_at DESC LIMIT 1) r ON TRUE
WHERE p.vsys_id = $1 ORDER BY p.id`;

type Row = NewBackupPolicy & { readonly [K in keyof BackupPolicyRun]: BackupPolicyRun[K] | null };

/** Of a system that the caller has read within its scope, oldest first; there are few. */
export async function listBackupPolicies(
  session: Session,
  vsysId: VsysId,
): Promise<readonly BackupPolicyRecord[]> {
  const rows = await session.rows<Row>(LIST, [vsysId]);
  return rows.map(({ dueAt, ranAt, outcome, operationId, reason, ...policy }) => {
    const ran = dueAt !== null && ranAt !== null && outcome !== null;
    return { ...policy, lastRun: ran ? { dueAt, ranAt, outcome, operationId, reason } : null };
  });
}

export async function insertBackupPolicy(session: Session, policy: NewBackupPolicy): Promise<void> {
  await session.change(
    `INSERT INTO backup_policy (id, vsys_id, name, sources, cron, time_zone, keep, next_at, created_by, created_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7::jsonb, $8, $9, $10)`,
    [
      policy.id,
      policy.vsysId,
      policy.name,
      policy.sources,
      policy.cron,
      policy.timeZone,
      JSON.stringify(policy.keep),
      policy.nextAt,
      policy.createdBy,
      policy.createdAt,
    ],
  );
}

/** Its back-ups stay. Throws `not-found` when the system has no such policy. */
export async function deleteBackupPolicy(session: Session, vsysId: VsysId, id: string): Promise<void> {
  const gone = await session.change('DELETE FROM backup_policy WHERE id = $1 AND vsys_id = $2', [id, vsysId]);
  if (gone === 1) return;
  throw new DomainError('not-found', `${vsysId} has no back-up policy “${id}”.`, {
    remedy: 'List its policies.',
  });
}

interface Found {
  readonly vsysId: VsysId;
}
const idsOf = (rows: readonly Found[]): readonly VsysId[] => rows.map(({ vsysId }) => vsysId);

/** Systems with a policy that is due. A hint without a lock. */
export async function listBackupsDue(session: Session, now: Date, limit: number): Promise<readonly VsysId[]> {
  const due = 'SELECT vsys_id AS "vsysId" FROM backup_policy WHERE next_at <= $1 GROUP BY vsys_id';
  return idsOf(await session.rows<Found>(`${due} ORDER BY min(next_at), vsys_id LIMIT $2`, [now, limit]));
}

/** The due policies of a locked system. */
export async function listDuePolicies(
  session: Session,
  vsysId: VsysId,
  now: Date,
): Promise<readonly NewBackupPolicy[]> {
  return session.rows<NewBackupPolicy>(
    `SELECT ${COLUMNS} FROM backup_policy p WHERE p.vsys_id = $1 AND p.next_at <= $2 ORDER BY p.next_at, p.id`,
    [vsysId, now],
  );
}

export interface NewPolicyRun extends BackupPolicyRun {
  readonly policyId: string;
  readonly vsysId: VsysId;
}

/** And when the policy is due next. */
export async function insertPolicyRun(
  session: Session,
  run: NewPolicyRun,
  nextAt: Date | null,
): Promise<void> {
  const { policyId, vsysId, dueAt, ranAt, outcome, operationId, reason } = run;
  await session.change('UPDATE backup_policy SET next_at = $2 WHERE id = $1', [policyId, nextAt]);
  await session.change(
    `INSERT INTO backup_policy_run (policy_id, due_at, vsys_id, ran_at, outcome, operation_id, reason)
     VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING`,
    [policyId, dueAt, vsysId, ranAt, outcome, operationId, reason],
  );
}

/** Of a system that is deleted: nothing is due on it any more. */
export async function endBackupPolicies(session: Session, vsysId: VsysId): Promise<void> {
  await session.change('UPDATE backup_policy SET next_at = NULL WHERE vsys_id = $1', [vsysId]);
}

/** Systems with more complete back-ups of a policy than its rules can keep. A hint without a lock. */
export async function listBackupsExpired(session: Session, limit: number): Promise<readonly VsysId[]> {
  const rows = await session.rows<Found>(
    `SELECT DISTINCT vsys_id AS "vsysId" FROM (
       SELECT b.vsys_id FROM backup b JOIN backup_policy p ON p.id = b.policy_id JOIN vsys v ON v.id = b.vsys_id
       WHERE b.wanted AND b.taken_at IS NOT NULL AND b.policy_id IS NOT NULL AND v.deleted_at IS NULL
       GROUP BY b.vsys_id, b.source, p.id, p.keep
       HAVING count(*) > (SELECT coalesce(sum(value::integer), 0) FROM jsonb_each_text(p.keep))) AS full_policies
     ORDER BY 1 LIMIT $1`,
    [limit],
  );
  return idsOf(rows);
}

export interface PolicyBackup {
  readonly id: BackupId;
  readonly source: string;
  readonly takenAt: Date;
  readonly policyId: string;
  readonly keep: KeepRules;
  readonly timeZone: string;
}

/** Complete ones of a locked system that its policies took and that are still wanted. */
export async function listPolicyBackups(session: Session, vsysId: VsysId): Promise<readonly PolicyBackup[]> {
  return session.rows<PolicyBackup>(
    `SELECT b.id, b.source, b.taken_at AS "takenAt", p.id AS "policyId", p.keep, p.time_zone AS "timeZone"
     FROM backup b JOIN backup_policy p ON p.id = b.policy_id
     WHERE b.vsys_id = $1 AND b.wanted AND b.taken_at IS NOT NULL ORDER BY b.id`,
    [vsysId],
  );
}
