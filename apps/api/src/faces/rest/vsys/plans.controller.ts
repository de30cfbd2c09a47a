/** Plans: what a change would do, cost and need. They store and reserve nothing. */
import { Body, Controller, Param, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { vsysId } from '@openvsys/vsys';
import { Allow } from '../../../http/allow.decorator.js';
import { FromCaller } from '../../../http/call.js';
import { Describe } from '../../../http/describe.decorator.js';
import type { Call } from '../../../use-cases/call.js';
import { PlanVsys } from '../../../use-cases/vsys/plan-vsys.js';
import { PlanView } from './plan.views.js';
import { changeCommand, createCommand } from './vsys.commands.js';
import { ChangeVsysRequest, CreateVsysRequest } from './vsys.requests.js';

@ApiTags('VSYS')
@Controller('v1/vsys')
export class PlansController {
  constructor(private readonly plan: PlanVsys) {}

  @Post('plans')
  @Allow('vsys:plan')
  @Describe({
    summary: 'Plan a new VSYS',
    description:
      'What creating it would do, step by step, what it would cost, whether quotas and capacity allow it. The request is the one that creates it.',
    answers: [{ status: 200, description: 'The plan. Nothing was changed.', type: PlanView }],
    problems: ['invalid-descriptor', 'invalid-parameter', 'too-large', 'not-found'],
  })
  async planVsys(@FromCaller() call: Call, @Body() body: CreateVsysRequest): Promise<PlanView> {
    return this.plan.ofNew(call, createCommand(body));
  }

  @Post(':vsysId/plans')
  @Allow('vsys:plan')
  @Describe({
    summary: 'Plan a change of a VSYS',
    description:
      'What the change would do, step by step, which servers have to be restarted, what it would cost, whether quotas and capacity allow it. The request is the one that changes it.',
    answers: [{ status: 200, description: 'The plan. Nothing was changed.', type: PlanView }],
    problems: ['invalid-descriptor', 'invalid-parameter', 'too-large', 'not-found', 'conflict'],
  })
  async planChange(
    @FromCaller() call: Call,
    @Param('vsysId') id: string,
    @Body() body: ChangeVsysRequest,
  ): Promise<PlanView> {
    return this.plan.ofChange(call, changeCommand(vsysId(id), body, undefined));
  }
}
