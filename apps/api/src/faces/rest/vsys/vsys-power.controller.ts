/** Power of a whole system, and how many servers of a role there are. */
import { Body, Controller, Param, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { vsysId } from '@openvsys/vsys';
import { Allow } from '../../../http/allow.decorator.js';
import { FromCaller } from '../../../http/call.js';
import { Describe, MatchOptional, Repeatable } from '../../../http/describe.decorator.js';
import { preconditionOf } from '../../../http/etag.js';
import { Exchange, type HttpExchange } from '../../../http/exchange.js';
import type { Call } from '../../../use-cases/call.js';
import { ChangeVsys } from '../../../use-cases/vsys/change-vsys.js';
import { ChangeWholePower } from '../../../use-cases/vsys/change-whole-power.js';
import { PlanVsys } from '../../../use-cases/vsys/plan-vsys.js';
import { scalingOf } from '../../../use-cases/vsys/scale-role.js';
import { specAfterWholePower, type WholePowerVerb } from '../../../use-cases/vsys/whole-power.js';
import { acceptedView } from '../operations/accepted.js';
import type { AcceptedView } from '../operations/operations.views.js';
import { ACCEPTED_OR_PLAN, ADMISSION_PROBLEMS } from './admission.doc.js';
import type { PlanView } from './plan.views.js';
import { RolePath, ScaleRoleRequest } from './vsys-verbs.requests.js';
import { DryRunQuery } from './vsys.requests.js';

@ApiTags('VSYS')
@Controller('v1/vsys')
export class VsysPowerController {
  constructor(
    private readonly power: ChangeWholePower,
    private readonly change: ChangeVsys,
    private readonly plan: PlanVsys,
  ) {}

  @Post(':vsysId/start')
  @Allow('vsys:power')
  @Repeatable()
  @MatchOptional()
  @Describe({
    summary: 'Start a VSYS',
    description:
      'All servers and appliances, those with a lower start order first; the next order begins when the guests of the one before answer. One operation for all.',
    answers: ACCEPTED_OR_PLAN,
    problems: ['not-found', 'conflict', 'no-capacity', 'quota-exceeded'],
  })
  async startVsys(
    @FromCaller() call: Call,
    @Param('vsysId') id: string,
    @Query() query: DryRunQuery,
    @Exchange() exchange: HttpExchange,
  ): Promise<AcceptedView | PlanView> {
    return this.answer(call, id, 'start', query, exchange);
  }

  @Post(':vsysId/stop')
  @Allow('vsys:power')
  @Repeatable()
  @MatchOptional()
  @Describe({
    summary: 'Stop a VSYS',
    description:
      'All servers and appliances, those with a higher start order first. Guests are asked to shut down; when one does not in time, its power is cut. Disks and addresses stay and are charged.',
    answers: ACCEPTED_OR_PLAN,
    problems: ['not-found', 'conflict'],
  })
  async stopVsys(
    @FromCaller() call: Call,
    @Param('vsysId') id: string,
    @Query() query: DryRunQuery,
    @Exchange() exchange: HttpExchange,
  ): Promise<AcceptedView | PlanView> {
    return this.answer(call, id, 'stop', query, exchange);
  }

  @Post(':vsysId/restart')
  @Allow('vsys:power')
  @Repeatable()
  @MatchOptional()
  @Describe({
    summary: 'Restart a VSYS',
    description:
      'Every server that is meant to run, exactly once, side by side. For an order, stop the VSYS and start it.',
    answers: ACCEPTED_OR_PLAN,
    problems: ['not-found', 'conflict'],
  })
  async restartVsys(
    @FromCaller() call: Call,
    @Param('vsysId') id: string,
    @Query() query: DryRunQuery,
    @Exchange() exchange: HttpExchange,
  ): Promise<AcceptedView | PlanView> {
    return this.answer(call, id, 'restart', query, exchange);
  }

  @Post(':vsysId/roles/:roleName/scale')
  @Allow('vsys:change')
  @Repeatable()
  @MatchOptional()
  @Describe({
    summary: 'Scale a role',
    description:
      'Another number of servers of a role. When the descriptor takes the count from a parameter, that parameter changes, within its bounds; else the system gets a descriptor of its own with the new count. Those with the highest numbers go, with their system disks.',
    answers: ACCEPTED_OR_PLAN,
    problems: ADMISSION_PROBLEMS,
  })
  async scaleRole(
    @FromCaller() call: Call,
    @Param() { vsysId: id, roleName: role }: RolePath,
    @Query() query: DryRunQuery,
    @Body() { count, onFailure = 'rollback' }: ScaleRoleRequest,
    @Exchange() { ifMatch, response }: HttpExchange,
  ): Promise<AcceptedView | PlanView> {
    const precondition = preconditionOf(ifMatch);
    const scaling = scalingOf({ vsysId: vsysId(id), precondition, role, count, onFailure });
    if (query.dryRun !== true) return acceptedView(response, await this.change.execute(call, scaling));
    response.status(200);
    return this.plan.ofChange(call, scaling);
  }

  private async answer(
    call: Call,
    id: string,
    verb: WholePowerVerb,
    { dryRun }: DryRunQuery,
    { ifMatch, response }: HttpExchange,
  ): Promise<AcceptedView | PlanView> {
    const command = { vsysId: vsysId(id), precondition: preconditionOf(ifMatch), verb };
    if (dryRun !== true) return acceptedView(response, await this.power.execute(call, command));
    response.status(200);
    return this.plan.ofNext(call, command.vsysId, command.precondition, (vsys) =>
      specAfterWholePower(vsys, verb),
    );
  }
}
