/** Former generations of a VSYS, and the way back to one. */
import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { vsysId } from '@openvsys/vsys';
import { Allow } from '../../../http/allow.decorator.js';
import { FromCaller } from '../../../http/call.js';
import { Describe, MatchOptional, Repeatable } from '../../../http/describe.decorator.js';
import { preconditionOf } from '../../../http/etag.js';
import { Exchange, type HttpExchange } from '../../../http/exchange.js';
import { PageQuery } from '../../../http/paging.js';
import type { Call } from '../../../use-cases/call.js';
import { ChangeVsys } from '../../../use-cases/vsys/change-vsys.js';
import { PlanVsys } from '../../../use-cases/vsys/plan-vsys.js';
import { ReadGenerations } from '../../../use-cases/vsys/read-generations.js';
import { rollBackOf } from '../../../use-cases/vsys/roll-back.js';
import { acceptedView } from '../operations/accepted.js';
import type { AcceptedView } from '../operations/operations.views.js';
import { ACCEPTED_OR_PLAN, ADMISSION_PROBLEMS } from './admission.doc.js';
import { GenerationPage } from './generations.views.js';
import type { PlanView } from './plan.views.js';
import { RollBackRequest } from './vsys-verbs.requests.js';
import { DryRunQuery } from './vsys.requests.js';

/** Each row is compared with the one before, so pages are smaller than elsewhere. */
const PAGE = 20;

@ApiTags('VSYS')
@Controller('v1/vsys')
export class VsysGenerationsController {
  constructor(
    private readonly read: ReadGenerations,
    private readonly change: ChangeVsys,
    private readonly plan: PlanVsys,
  ) {}

  @Get(':vsysId/generations')
  @Allow('vsys:read')
  @Describe({
    summary: 'List generations of a VSYS',
    description:
      'What was wanted before: when, by whom, what it changed and whether it was reached. Newest first, 20 a page unless asked otherwise.',
    answers: [{ status: 200, description: 'A page of generations.', type: GenerationPage }],
    problems: ['not-found'],
  })
  async listGenerations(
    @FromCaller() call: Call,
    @Param('vsysId') id: string,
    @Query() { limit = PAGE, cursor }: PageQuery,
  ): Promise<GenerationPage> {
    return this.read.list(call, vsysId(id), { limit, cursor });
  }

  @Post(':vsysId/rollback')
  @Allow('vsys:change')
  @Repeatable()
  @MatchOptional()
  @Describe({
    summary: 'Roll a VSYS back',
    description:
      'The descriptor and the parameters of a former generation become those of the next one. Parts that are still there keep their ids and contents; parts that were removed since are made anew and empty; parts that came since go, and when they hold data the roll-back is refused unless `allowDataLoss` is sent. The name stays. A disk that grew since is refused: it cannot shrink.',
    answers: ACCEPTED_OR_PLAN,
    problems: ADMISSION_PROBLEMS,
  })
  async rollBackVsys(
    @FromCaller() call: Call,
    @Param('vsysId') id: string,
    @Query() query: DryRunQuery,
    @Body() { generation, allowDataLoss, onFailure = 'rollback' }: RollBackRequest,
    @Exchange() { ifMatch, response }: HttpExchange,
  ): Promise<AcceptedView | PlanView> {
    const change = rollBackOf({
      vsysId: vsysId(id),
      precondition: preconditionOf(ifMatch),
      generation,
      dataLoss: allowDataLoss === true ? 'allowed' : 'refused',
      onFailure,
    });
    if (query.dryRun !== true) return acceptedView(response, await this.change.execute(call, change));
    response.status(200);
    return this.plan.ofChange(call, change);
  }
}
