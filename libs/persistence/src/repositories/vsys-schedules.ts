/** Schedules of systems and what became of each due time. */
import { DomainError, type OperationId, type ScheduleVerb, type VsysId } from '@openvsys/vsys';
import type { Session } from '../session.js';

export interface NewSchedule {
  readonly id: string;
  readonly vsysId: VsysId;
  readonly verb: ScheduleVerb;
  readonly cron: string;
  readonly timeZone: string;
  /** Null: the expression has no further time. */
  readonly nextAt: Date | null;
  /** Who made it, e.g. `token:<id>`. */
  readonly createdBy: string;
  readonly createdAt: Date;
}

export interface ScheduleRun {
  readonly dueAt: Date;
  readonly ranAt: Date;
  /** `asked`: there is an operation · `skipped`: it was not possible, or nothing was to be done. */
  readonly outcome: 'asked' | 'skipped';
  readonly operationId: OperationId | null;
  readonly reason: string | null;
}

export interface ScheduleRecord extends NewSchedule {
  readonly lastRun: ScheduleRun | null;
}

const LIST = `
SELECT s.id, s.vsys_id AS "vsysId", s.verb, s.cron, s.time_zone AS "timeZone", s.next_at AS "nextAt",
  s.created_by AS "createdBy", s.created_at AS "createdAt", r.due_at AS "dueAt", r.ran_at AS "ranAt", r.outcome,
  r.operation_id AS "operationId", r.reason
FROM vsys_schedule s LEFT JOIN LATERAL (
  SELECT * FROM vsys_schedule_run r WHERE r.schedule_id = s.id ORDER BY r.due_at DESC LIMIT 1) r ON TRUE
WHERE s.vsys_id = $1 ORDER BY s.id`;

type Row = NewSchedule & { readonly [K in keyof ScheduleRun]: ScheduleRun[K] | null };

/** Of a system that the caller has read within its scope, oldest first; there are few. */
export async function listSchedules(session: Session, vsysId: VsysId): Promise<readonly ScheduleRecord[]> {
  const rows = await session.rows<Row>(LIST, [vsysId]);
  return rows.map(({ dueAt, ranAt, outcome, operationId, reason, ...schedule }) => {
    const ran = dueAt !== null && ranAt !== null && outcome !== null;
    return { ...schedule, lastRun: ran ? { dueAt, ranAt, outcome, operationId, reason } : null };
  });
}

export async function insertSchedule(session: Session, schedule: NewSchedule): Promise<void> {
  await session.change(
    `INSERT INTO vsys_schedule (id, vsys_id, verb, cron, time_zone, next_at, created_by, created_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [
      schedule.id,
      schedule.vsysId,
      schedule.verb,
      schedule.cron,
      schedule.timeZone,
      schedule.nextAt,
      schedule.createdBy,
      schedule.createdAt,
    ],
  );
}

/** Throws `not-found` when the system has no such schedule. */
export async function deleteSchedule(session: Session, vsysId: VsysId, id: string): Promise<void> {
  const gone = await session.change('DELETE FROM vsys_schedule WHERE id = $1 AND vsys_id = $2', [id, vsysId]);
  if (gone === 1) return;
  throw new DomainError('not-found', `${vsysId} has no schedule “${id}”.`, {
    remedy: 'List its schedules.',
  });
}
