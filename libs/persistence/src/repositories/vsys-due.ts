/**
 * What is due on whole systems: schedules, leases, the end of the recycle bin. The lists are hints without a lock: everything
 * is looked at again once its system is locked, so any number of workers may do this side by side.
 */
import type { ExpiryAction, LeaseStep, OperationId, ScheduleVerb, VsysId } from '@openvsys/vsys';
import type { Session } from '../session.js';

interface Due {
  readonly vsysId: VsysId;
}

const idsOf = (rows: readonly Due[]): readonly VsysId[] => rows.map(({ vsysId }) => vsysId);

/** Systems with a schedule that is due. */
export async function listScheduled(session: Session, now: Date, limit: number): Promise<readonly VsysId[]> {
  const due = 'SELECT vsys_id AS "vsysId" FROM vsys_schedule WHERE next_at <= $1 GROUP BY vsys_id';
  return idsOf(await session.rows<Due>(`${due} ORDER BY min(next_at), vsys_id LIMIT $2`, [now, limit]));
}

export interface ScheduleDue {
  readonly id: string;
  readonly verb: ScheduleVerb;
  readonly cron: string;
  readonly timeZone: string;
  readonly nextAt: Date;
}

/** The due schedules of a locked system. */
export async function listDueSchedules(
  session: Session,
  vsysId: VsysId,
  now: Date,
): Promise<readonly ScheduleDue[]> {
  return session.rows<ScheduleDue>(
    `SELECT id, verb, cron, time_zone AS "timeZone", next_at AS "nextAt" FROM vsys_schedule
     WHERE vsys_id = $1 AND next_at <= $2 ORDER BY next_at, id`,
    [vsysId, now],
  );
}

export interface NewScheduleRun {
  readonly scheduleId: string;
  readonly vsysId: VsysId;
  readonly dueAt: Date;
  readonly ranAt: Date;
  readonly outcome: 'asked' | 'skipped';
  readonly operationId: OperationId | null;
  readonly reason: string | null;
}

/** And when the schedule is due next. False when this due time was dealt with already. */
export async function insertScheduleRun(
  session: Session,
  run: NewScheduleRun,
  nextAt: Date | null,
): Promise<boolean> {
  const { scheduleId, vsysId, dueAt, ranAt, outcome, operationId, reason } = run;
  await session.change('UPDATE vsys_schedule SET next_at = $2 WHERE id = $1', [scheduleId, nextAt]);
  const inserted = await session.change(
    `INSERT INTO vsys_schedule_run (schedule_id, due_at, vsys_id, ran_at, outcome, operation_id, reason)
     VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING`,
    [scheduleId, dueAt, vsysId, ranAt, outcome, operationId, reason],
  );
  return inserted === 1;
}

/** Of a system that is deleted: nothing is due on it any more. */
export async function endSchedules(session: Session, vsysId: VsysId): Promise<void> {
  await session.change('UPDATE vsys_schedule SET next_at = NULL WHERE vsys_id = $1', [vsysId]);
}

/** Systems whose lease has something to tell or to do, as `dueOfLease` says: a day before, an hour before, at its end. */
export async function listLeased(session: Session, now: Date, limit: number): Promise<readonly VsysId[]> {
  const ahead = `CASE lease_step WHEN 0 THEN interval '24 hours' WHEN 1 THEN interval '1 hour' ELSE interval '0' END`;
  return idsOf(
    await session.rows<Due>(
      `SELECT s.vsys_id AS "vsysId" FROM vsys_settings s JOIN vsys v ON v.id = s.vsys_id
       WHERE v.deleted_at IS NULL AND s.lease_step < 3 AND s.expires_at <= $1::timestamptz + interval '24 hours'
         AND s.expires_at <= $1::timestamptz + ${ahead}
       ORDER BY s.expires_at, s.vsys_id LIMIT $2`,
      [now, limit],
    ),
  );
}

export interface LeaseDue {
  readonly expiresAt: Date;
  readonly action: ExpiryAction;
  readonly reached: LeaseStep;
  readonly isProtected: boolean;
}

/** Of a locked system; undefined: it has none. */
export async function findLease(session: Session, vsysId: VsysId): Promise<LeaseDue | undefined> {
  return session.first<LeaseDue>(
    `SELECT expires_at AS "expiresAt", expiry_action AS action, lease_step AS reached, protected AS "isProtected"
     FROM vsys_settings WHERE vsys_id = $1 AND expires_at IS NOT NULL`,
    [vsysId],
  );
}

export async function setLeaseStep(session: Session, vsysId: VsysId, step: LeaseStep): Promise<void> {
  await session.change('UPDATE vsys_settings SET lease_step = $2 WHERE vsys_id = $1', [vsysId, step]);
}

/** Systems whose time in the recycle bin is over. */
export async function listPurgeable(session: Session, now: Date, limit: number): Promise<readonly VsysId[]> {
  return idsOf(
    await session.rows<Due>(
      `SELECT id AS "vsysId" FROM vsys WHERE purge_at <= $1 AND deleted_at IS NULL ORDER BY purge_at, id LIMIT $2`,
      [now, limit],
    ),
  );
}
