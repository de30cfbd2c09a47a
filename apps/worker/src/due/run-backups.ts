/**
 * Takes back-ups by their policies, once for each due time, by whichever worker comes first, and gives up those that no rule of
 * their policy wants any more. Due times that nobody looked at in time are not made up for: the last one counts.
 */
import {
  endBackupPolicies,
  insertPolicyRun,
  listBackupsDue,
  listBackupsExpired,
  listDuePolicies,
  listPolicyBackups,
  markByPolicy,
  nextBackups,
  requireOutside,
  type LockedSystem,
  type NewBackupPolicy,
  type Session,
} from '@openvsys/persistence';
import {
  assertAllowed,
  DomainError,
  expiredBackups,
  lastRun,
  nextRun,
  policySources,
  withoutBackups,
  type BackupId,
  type OperationId,
  type VsysId,
} from '@openvsys/vsys';
import { admitDue, attemptOrRefuse, BATCH, lockDue, type DueDatabase } from './admit-due.js';

export async function listSystemsToBackUp(database: DueDatabase, now: Date): Promise<readonly VsysId[]> {
  return database.session(async (session) => listBackupsDue(session, now, BATCH));
}

/** The most urgent policy that is due of one system; the others come at the next look. Doing it again changes nothing. */
export async function runBackups(database: DueDatabase, id: VsysId, now: Date): Promise<void> {
  await attemptOrRefuse(
    database,
    async (session) =>
      settle(session, id, now, async (vsys, policy, dueAt) => ({
        operationId: await take(session, vsys, policy, { dueAt, at: now }),
        reason: null,
      })),
    async (session, reason) => settle(session, id, now, async () => ({ operationId: null, reason })),
  );
}

interface Outcome {
  readonly operationId: OperationId | null;
  readonly reason: string | null;
}
type Act = (vsys: LockedSystem, policy: NewBackupPolicy, dueAt: Date) => Promise<Outcome>;

async function settle(session: Session, id: VsysId, now: Date, act: Act): Promise<void> {
  const vsys = await lockDue(session, id);
  if (vsys === undefined) {
    await endBackupPolicies(session, id);
    return;
  }
  const [policy] = await listDuePolicies(session, id, now);
  if (policy === undefined) return;
  const dueAt = lastRun(policy, now) ?? policy.nextAt ?? now;
  const { operationId, reason } = await act(vsys, policy, dueAt);
  const outcome = operationId === null ? 'skipped' : 'asked';
  const run = { policyId: policy.id, vsysId: id, dueAt, ranAt: now, outcome, operationId, reason } as const;
  await insertPolicyRun(session, run, nextRun(policy, now) ?? null);
}

async function take(
  session: Session,
  vsys: LockedSystem,
  policy: NewBackupPolicy,
  { dueAt, at }: { readonly dueAt: Date; readonly at: Date },
): Promise<OperationId> {
  requireOutside(vsys);
  assertAllowed('vsys', vsys.id, 'change', vsys.phase);
  const sources = policySources(vsys.spec, policy.sources);
  if (sources.length === 0) throw nothingToCopy(policy);
  const name = `${policy.name} ${dueAt.toISOString().slice(0, 16)}Z`;
  const wishes = sources.map((source) => ({ name, source, onDeletion: 'go' }) as const);
  const { spec, numbers, ids } = await nextBackups(session, vsys, wishes);
  const change = { kind: 'backup.create', actor: `backup-policy:${policy.id}`, spec, at };
  // A back-up that cannot be taken is given up; the system goes on.
  const operation = await admitDue(session, { ...vsys, numbers }, { ...change, onFailure: 'rollback' });
  await markByPolicy(session, ids, { policyId: policy.id, dueAt });
  return operation;
}

const nothingToCopy = ({ name }: NewBackupPolicy): DomainError =>
  new DomainError('conflict', `The system has none of the disks of the policy “${name}” any more.`, {
    remedy: 'Delete the policy, or make one for the disks that there are.',
  });

export async function listSystemsWithExpiredBackups(database: DueDatabase): Promise<readonly VsysId[]> {
  return database.session(async (session) => listBackupsExpired(session, BATCH));
}

/** Deletes what no rule wants any more: complete ones only, so the last good one always stays. */
export async function expireBackups(database: DueDatabase, id: VsysId, now: Date): Promise<void> {
  await database.transaction(async (session) => {
    const vsys = await lockDue(session, id);
    // Nothing of a system changes in the recycle bin or on its way out.
    if (vsys === undefined || vsys.purgeAt !== null || vsys.spec.presence === 'absent') return;
    const expired = await listExpired(session, id);
    if (expired.length === 0) return;
    const spec = withoutBackups(vsys.spec, expired);
    await admitDue(session, vsys, { kind: 'backup.delete', actor: 'backup-policy', spec, at: now });
  });
}

async function listExpired(session: Session, id: VsysId): Promise<readonly BackupId[]> {
  const groups = Map.groupBy(
    await listPolicyBackups(session, id),
    ({ policyId, source }) => `${policyId} ${source}`,
  );
  return [...groups.values()].flatMap((backups) => {
    const [first] = backups;
    return first === undefined ? [] : expiredBackups(backups, first.keep, first.timeZone);
  });
}
