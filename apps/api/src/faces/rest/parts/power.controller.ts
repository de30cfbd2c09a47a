/** Power of servers: start, stop, restart. */
import { Body, Controller, Param, Post, Query, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { vserverId, vsysOfPart } from '@openvsys/vsys';
import type { Response } from 'express';
import { Allow } from '../../../http/allow.decorator.js';
import { FromCaller } from '../../../http/call.js';
import { Describe, Repeatable } from '../../../http/describe.decorator.js';
import type { Call } from '../../../use-cases/call.js';
import { ChangePower } from '../../../use-cases/parts/change-power.js';
import { specAfterPower, type ChangePowerCommand } from '../../../use-cases/parts/power-spec.js';
import { PlanVsys } from '../../../use-cases/vsys/plan-vsys.js';
import { StopVServerRequest } from './parts.requests.js';
import { acceptedView } from '../operations/accepted.js';
import { AcceptedView } from '../operations/operations.views.js';
import { ACCEPTED_OR_PLAN } from '../vsys/admission.doc.js';
import { PlanView } from '../vsys/plan.views.js';
import { DryRunQuery } from '../vsys/vsys.requests.js';

@ApiTags('VServers')
@Controller('v1/vservers')
export class PowerController {
  constructor(
    private readonly power: ChangePower,
    private readonly plan: PlanVsys,
  ) {}

  @Post(':vserverId/start')
  @Allow('vsys:power')
  @Repeatable()
  @Describe({
    summary: 'Start a server',
    description: 'It is wanted running from now on and is started again when it stops by itself.',
    answers: ACCEPTED_OR_PLAN,
    problems: ['not-found', 'conflict', 'no-capacity'],
  })
  async startVServer(
    @FromCaller() call: Call,
    @Param('vserverId') id: string,
    @Query() query: DryRunQuery,
    @Res({ passthrough: true }) response: Response,
  ): Promise<AcceptedView | PlanView> {
    return this.answer(call, { server: vserverId(id), verb: 'start' }, query, response);
  }

  @Post(':vserverId/stop')
  @Allow('vsys:power')
  @Repeatable()
  @Describe({
    summary: 'Stop a server',
    description:
      'Its guest is asked to shut down; when it does not in time, its power is cut. With `force` its power is cut at once, also while its guest is still being asked.',
    answers: ACCEPTED_OR_PLAN,
    problems: ['not-found', 'conflict'],
  })
  async stopVServer(
    @FromCaller() call: Call,
    @Param('vserverId') id: string,
    @Query() query: DryRunQuery,
    @Body() { force = false }: StopVServerRequest,
    @Res({ passthrough: true }) response: Response,
  ): Promise<AcceptedView | PlanView> {
    const verb = force ? 'cut' : 'stop';
    return this.answer(call, { server: vserverId(id), verb }, query, response);
  }

  @Post(':vserverId/restart')
  @Allow('vsys:power')
  @Repeatable()
  @Describe({
    summary: 'Restart a server',
    description: 'Exactly one restart, whatever fails and is repeated on the way.',
    answers: ACCEPTED_OR_PLAN,
    problems: ['not-found', 'conflict'],
  })
  async restartVServer(
    @FromCaller() call: Call,
    @Param('vserverId') id: string,
    @Query() query: DryRunQuery,
    @Res({ passthrough: true }) response: Response,
  ): Promise<AcceptedView | PlanView> {
    return this.answer(call, { server: vserverId(id), verb: 'restart' }, query, response);
  }

  private async answer(
    call: Call,
    command: ChangePowerCommand,
    { dryRun }: DryRunQuery,
    response: Response,
  ): Promise<AcceptedView | PlanView> {
    if (dryRun !== true) return acceptedView(response, await this.power.execute(call, command));
    response.status(200);
    return this.plan.ofNext(call, vsysOfPart(command.server), undefined, async (vsys, session) =>
      specAfterPower(session, call.scope, vsys, command),
    );
  }
}
