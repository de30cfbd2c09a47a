/**
 * Starts and stops systems by their schedules: once for each due time, by whichever worker comes first. Due times that nobody
 * looked at in time are not made up for one by one: of all schedules of a system the last due time counts.
 */
import {
  endSchedules,
  insertScheduleRun,
  listDueSchedules,
  listScheduled,
  requireOutside,
  type LockedSystem,
  type ScheduleDue,
  type Session,
} from '@openvsys/persistence';
import {
  assertAllowed,
  lastRun,
  nextRun,
  withPowerOfAll,
  type OperationId,
  type VsysId,
} from '@openvsys/vsys';
import { admitDue, attemptOrRefuse, BATCH, lockDue, type DueDatabase } from './admit-due.js';

interface Outcome {
  readonly operationId: OperationId | null;
  readonly reason: string | null;
}

/** What is done with the due time that counts. */
type Act = (vsys: LockedSystem, due: ScheduleDue) => Promise<Outcome>;

export async function listSystemsWithSchedules(database: DueDatabase, now: Date): Promise<readonly VsysId[]> {
  return database.session(async (session) => listScheduled(session, now, BATCH));
}

/** Everything that is due of one system. Doing it again changes nothing. */
export async function runSchedules(database: DueDatabase, id: VsysId, now: Date): Promise<void> {
  await attemptOrRefuse(
    database,
    async (session) =>
      settle(session, id, now, async (vsys, { id: schedule, verb }) => {
        requireOutside(vsys);
        assertAllowed('vsys', vsys.id, verb, vsys.phase);
        const spec = withPowerOfAll(vsys.spec, verb === 'start' ? 'running' : 'stopped');
        const change = { kind: `vsys.${verb}`, actor: `schedule:${schedule}`, spec, at: now };
        return { operationId: await admitDue(session, vsys, change), reason: null };
      }),
    async (session, reason) => settle(session, id, now, async () => ({ operationId: null, reason })),
  );
}

async function settle(session: Session, id: VsysId, now: Date, act: Act): Promise<void> {
  const vsys = await lockDue(session, id);
  if (vsys === undefined) {
    await endSchedules(session, id);
    return;
  }
  const due = (await listDueSchedules(session, id, now))
    .map((schedule) => ({ ...schedule, dueAt: lastRun(schedule, now) ?? schedule.nextAt }))
    .toSorted((a, b) => a.dueAt.getTime() - b.dueAt.getTime());
  const last = due.at(-1);
  for (const { dueAt, ...schedule } of due) {
    const counts = schedule.id === last?.id;
    const { operationId, reason } = counts ? await act(vsys, schedule) : OVERTAKEN;
    const outcome = operationId === null ? 'skipped' : 'asked';
    const run = {
      scheduleId: schedule.id,
      vsysId: id,
      dueAt,
      ranAt: now,
      outcome,
      operationId,
      reason,
    } as const;
    await insertScheduleRun(session, run, nextRun(schedule, now) ?? null);
  }
}

const OVERTAKEN: Outcome = { operationId: null, reason: 'Another schedule of the system was due later.' };
