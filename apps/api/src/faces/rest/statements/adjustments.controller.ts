import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Allow } from '../../../http/allow.decorator.js';
import { FromCaller } from '../../../http/call.js';
import { Describe, Repeatable } from '../../../http/describe.decorator.js';
import { pageRequestOf } from '../../../http/paging.js';
import type { Call } from '../../../use-cases/call.js';
import { ManageAdjustments } from '../../../use-cases/statements/manage-adjustments.js';
import { AddAdjustmentRequest, AdjustmentPage, AdjustmentView } from './adjustments.views.js';
import { StatementListQuery } from './statements.views.js';

@ApiTags('Statements')
@Controller('v1/adjustments')
export class AdjustmentsController {
  constructor(private readonly adjustments: ManageAdjustments) {}

  @Get()
  @Allow('usage:read')
  @Describe({
    summary: 'List adjustments',
    description: 'Credits and charges that the provider decided on, newest first, billed or not.',
    answers: [{ status: 200, description: 'A page of adjustments.', type: AdjustmentPage }],
    problems: ['not-found'],
  })
  async listAdjustments(
    @FromCaller() call: Call,
    @Query() query: StatementListQuery,
  ): Promise<AdjustmentPage> {
    return this.adjustments.list(call, query.organization, pageRequestOf(query));
  }

  @Post()
  @Allow('statement:close')
  @Repeatable()
  @Describe({
    summary: 'Add an adjustment',
    description:
      'For the provider. It is billed with the next month that is closed and cannot be taken back; add the opposite instead.',
    answers: [{ status: 201, description: 'The adjustment.', type: AdjustmentView }],
    problems: ['not-found'],
  })
  async addAdjustment(@FromCaller() call: Call, @Body() body: AddAdjustmentRequest): Promise<AdjustmentView> {
    const { organizationId: organization, vsysId: vsys, amount, description, refersTo } = body;
    return this.adjustments.add(call, { organization, vsys, amount, description, refersTo });
  }
}
