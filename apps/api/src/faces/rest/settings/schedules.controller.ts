/** Schedules of a system: office hours. */
import { Body, Controller, Delete, Get, Param, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { vsysId } from '@openvsys/vsys';
import { Allow } from '../../../http/allow.decorator.js';
import { FromCaller } from '../../../http/call.js';
import { Describe, Repeatable } from '../../../http/describe.decorator.js';
import { requireUuid } from '../../../http/require-uuid.js';
import type { Call } from '../../../use-cases/call.js';
import { ManageSchedules } from '../../../use-cases/settings/vsys-schedules.js';
import { SchedulePage, ScheduleRequest, ScheduleView } from './settings.views.js';

@ApiTags('VSYS')
@Controller('v1/vsys/:vsysId/schedules')
export class SchedulesController {
  constructor(private readonly schedules: ManageSchedules) {}

  @Get()
  @Allow('vsys:read')
  @Describe({
    summary: 'List schedules of a VSYS',
    description: 'With the next due time and what became of the last one.',
    answers: [{ status: 200, description: 'All schedules.', type: SchedulePage }],
    problems: ['not-found'],
  })
  async listSchedules(@FromCaller() call: Call, @Param('vsysId') id: string): Promise<SchedulePage> {
    return { items: await this.schedules.list(call, vsysId(id)), nextCursor: null };
  }

  @Post()
  @Allow('vsys:power')
  @Repeatable()
  @Describe({
    summary: 'Add a schedule',
    description:
      'The whole system is started or stopped at each due time, exactly once, whichever worker is there. Due times that were missed while no worker ran are not made up for one by one: the last of them counts.',
    answers: [{ status: 201, description: 'The schedule with its first due time.', type: ScheduleView }],
    problems: ['not-found', 'conflict'],
  })
  async addSchedule(
    @FromCaller() call: Call,
    @Param('vsysId') id: string,
    @Body() body: ScheduleRequest,
  ): Promise<ScheduleView> {
    return this.schedules.add(call, vsysId(id), body);
  }

  @Delete(':scheduleId')
  @Allow('vsys:power')
  @Repeatable()
  @Describe({
    summary: 'Remove a schedule',
    description: 'Nothing is due from it any more. The system stays as it is.',
    answers: [{ status: 204, description: 'It is gone.' }],
    problems: ['not-found'],
  })
  async removeSchedule(
    @FromCaller() call: Call,
    @Param('vsysId') id: string,
    @Param('scheduleId') scheduleId: string,
  ): Promise<void> {
    await this.schedules.remove(call, vsysId(id), requireUuid('schedule', scheduleId));
  }
}
