/** Updates of EFMs: their appliances made anew from the newest image. */
import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { vserverId } from '@openvsys/vsys';
import { Allow } from '../../../http/allow.decorator.js';
import { FromCaller } from '../../../http/call.js';
import { Describe, MatchOptional, Repeatable } from '../../../http/describe.decorator.js';
import { Exchange, type HttpExchange } from '../../../http/exchange.js';
import { PageQuery, pageRequestOf } from '../../../http/paging.js';
import type { Call } from '../../../use-cases/call.js';
import { UpdateEfm } from '../../../use-cases/efms/update-efm.js';
import { EditParts } from '../../../use-cases/parts/edit-parts.js';
import type { AcceptedView } from '../operations/operations.views.js';
import { answerEdit } from '../parts/part-changes.js';
import { ACCEPTED_OR_PLAN, ADMISSION_PROBLEMS } from '../vsys/admission.doc.js';
import type { PlanView } from '../vsys/plan.views.js';
import { DryRunQuery } from '../vsys/vsys.requests.js';
import { EfmUpdatePage, UpdateEfmRequest } from './efm-updates.views.js';

@ApiTags('EFMs')
@Controller('v1/efms')
export class EfmUpdatesController {
  constructor(
    private readonly updates: UpdateEfm,
    private readonly parts: EditParts,
  ) {}

  @Post(':vserverId/update')
  @Allow('vsys:change')
  @Repeatable()
  @MatchOptional()
  @Describe({
    summary: 'Update an EFM',
    description:
      'Its appliances are made anew from the newest image, with the same ids, addresses and configuration and with tokens of their own. Of a pair the one that stands by comes first; the other one follows by itself when the fresh one reports that it serves (`GET …/updates`, event `efm.update`). The answer has the operation of the first one. It also brings a revoked appliance back.',
    answers: ACCEPTED_OR_PLAN,
    problems: ADMISSION_PROBLEMS,
  })
  async updateEfm(
    @FromCaller() call: Call,
    @Param('vserverId') id: string,
    @Query() query: DryRunQuery,
    @Body() { acceptInterruption = false, onFailure }: UpdateEfmRequest,
    @Exchange() exchange: HttpExchange,
  ): Promise<AcceptedView | PlanView> {
    const accepted = acceptInterruption || query.dryRun === true;
    const edit = await this.updates.edit(call, vserverId(id), { acceptInterruption: accepted });
    return answerEdit(this.parts, call, edit, { query, exchange, onFailure });
  }

  @Get(':vserverId/updates')
  @Allow('vsys:read')
  @Describe({
    summary: 'List updates of an EFM',
    description: 'How far the present one is, and what became of earlier ones.',
    answers: [{ status: 200, description: 'The updates.', type: EfmUpdatePage }],
    problems: ['not-found'],
  })
  async listEfmUpdates(
    @FromCaller() call: Call,
    @Param('vserverId') id: string,
    @Query() query: PageQuery,
  ): Promise<EfmUpdatePage> {
    return this.updates.list(call, vserverId(id), pageRequestOf(query));
  }
}
