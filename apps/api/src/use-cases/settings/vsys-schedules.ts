/** Schedules of a system: when it is started and stopped by itself. */
import { Injectable } from '@nestjs/common';
import {
  Database,
  deleteSchedule,
  getVsys,
  insertSchedule,
  listSchedules,
  lockVsys,
  type ScheduleRecord,
} from '@openvsys/persistence';
import {
  DomainError,
  MAX_SCHEDULES,
  nextRun,
  type CronTime,
  type ScheduleVerb,
  type VsysId,
} from '@openvsys/vsys';
import type { Call } from '../call.js';
import { BusinessTime, FreshIds } from '../clock.js';
import { Transactor } from '../transactor.js';

export interface NewScheduleCommand extends CronTime {
  readonly verb: ScheduleVerb;
}

@Injectable()
export class ManageSchedules {
  constructor(
    private readonly database: Database,
    private readonly transactor: Transactor,
    private readonly time: BusinessTime,
    private readonly ids: FreshIds,
  ) {}

  /** Throws `not-found`. */
  async list(call: Call, id: VsysId): Promise<readonly ScheduleRecord[]> {
    return this.database.session(async (session) => {
      await getVsys(session, call.scope, id);
      return listSchedules(session, id);
    });
  }

  /** Throws `not-found`, `invalid-request` for a wrong expression or zone or one that is never due, `conflict` when there are too many. */
  async add(call: Call, id: VsysId, { verb, cron, timeZone }: NewScheduleCommand): Promise<ScheduleRecord> {
    const nextAt = nextRun({ cron, timeZone }, this.time.now());
    if (nextAt === undefined) throw neverDue(cron);
    return this.transactor.change(call, async (session, at) => {
      const vsys = await lockVsys(session, call.scope, id);
      if ((await listSchedules(session, id)).length >= MAX_SCHEDULES) throw tooMany(id);
      const { actor: createdBy } = call.principal;
      const schedule = {
        id: this.ids.uuid(),
        vsysId: id,
        verb,
        cron,
        timeZone,
        nextAt,
        createdBy,
        createdAt: at,
      };
      await insertSchedule(session, schedule);
      const audit = { organizationId: vsys.organizationId, verb: 'vsys.schedule.add', resource: id };
      return {
        answer: { ...schedule, lastRun: null },
        audit: { ...audit, detail: { schedule: schedule.id, verb, cron, timeZone } },
      };
    });
  }

  /** Throws `not-found`. */
  async remove(call: Call, id: VsysId, scheduleId: string): Promise<void> {
    await this.transactor.change(call, async (session) => {
      const vsys = await lockVsys(session, call.scope, id, 'either');
      await deleteSchedule(session, id, scheduleId);
      const audit = { organizationId: vsys.organizationId, verb: 'vsys.schedule.remove', resource: id };
      return { answer: {}, audit: { ...audit, detail: { schedule: scheduleId } } };
    });
  }
}

function neverDue(cron: string): DomainError {
  return new DomainError('invalid-request', `“${cron}” is never due.`, {
    pointer: '/cron',
    remedy: 'Choose days that exist.',
  });
}

function tooMany(id: VsysId): DomainError {
  return new DomainError('conflict', `${id} has ${MAX_SCHEDULES} schedules already.`, {
    retry: 'after-change',
    remedy: 'Remove one first, or put several times into one expression, e.g. `0 8,13 * * *`.',
  });
}
