/** VSYS: create, list, get, change. */
import { Body, Controller, Get, Param, Patch, Post, Query, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { vsysId } from '@openvsys/vsys';
import type { Response } from 'express';
import { Allow } from '../../../http/allow.decorator.js';
import { FromCaller } from '../../../http/call.js';
import { Exchange, type HttpExchange } from '../../../http/exchange.js';
import { Describe, MatchRequired, Repeatable } from '../../../http/describe.decorator.js';
import { etagOf, requiredPreconditionOf } from '../../../http/etag.js';
import { pageRequestOf } from '../../../http/paging.js';
import type { Call } from '../../../use-cases/call.js';
import { ChangeVsys } from '../../../use-cases/vsys/change-vsys.js';
import { CreateVsys } from '../../../use-cases/vsys/create-vsys.js';
import { PlanVsys } from '../../../use-cases/vsys/plan-vsys.js';
import { ReadVsys } from '../../../use-cases/vsys/read-vsys.js';
import { acceptedView } from '../operations/accepted.js';
import { AcceptedView } from '../operations/operations.views.js';
import { ACCEPTED_OR_PLAN, ADMISSION_PROBLEMS } from './admission.doc.js';
import { changeCommand, createCommand } from './vsys.commands.js';
import { PlanView } from './plan.views.js';
import { ChangeVsysRequest, CreateVsysRequest, DryRunQuery, ListVsysQuery } from './vsys.requests.js';
import { vsysFilterOf } from './vsys.commands.js';
import { vsysDetailView } from './vsys.mapping.js';
import { VsysDetailView, VsysPage } from './vsys.views.js';

@ApiTags('VSYS')
@Controller('v1/vsys')
export class VsysController {
  constructor(
    private readonly read: ReadVsys,
    private readonly create: CreateVsys,
    private readonly change: ChangeVsys,
    private readonly plan: PlanVsys,
  ) {}

  @Post()
  @Allow('vsys:create')
  @Repeatable()
  @Describe({
    summary: 'Create a VSYS',
    description:
      'Checks, prices and reserves everything in one transaction and answers with the final ids of all parts. The work itself is followed through the operation. After an error nothing is stored or reserved.',
    answers: ACCEPTED_OR_PLAN,
    problems: ADMISSION_PROBLEMS,
  })
  async createVsys(
    @FromCaller() call: Call,
    @Query() query: DryRunQuery,
    @Body() body: CreateVsysRequest,
    @Res({ passthrough: true }) response: Response,
  ): Promise<AcceptedView | PlanView> {
    const command = createCommand(body);
    if (query.dryRun === true) {
      response.status(200);
      return this.plan.ofNew(call, command);
    }
    return acceptedView(response, await this.create.execute(call, command));
  }

  @Get()
  @Allow('vsys:read')
  @Describe({
    summary: 'List VSYS',
    description:
      'Newest first, paged by key. Filters are exact and all have to hold; `search` finds a part of the name, the notes, a tag or the external id. Deleted systems and those in the recycle bin are listed only when asked for.',
    answers: [{ status: 200, description: 'A page of VSYS.', type: VsysPage }],
  })
  async listVsys(@FromCaller() call: Call, @Query() query: ListVsysQuery): Promise<VsysPage> {
    return this.read.list(call, vsysFilterOf(query), pageRequestOf(query));
  }

  @Get(':vsysId')
  @Allow('vsys:read')
  @Describe({
    summary: 'Get a VSYS',
    description: 'What is wanted, what was last seen, all parts, and the price for an hour.',
    answers: [
      {
        status: 200,
        description: 'The VSYS.',
        type: VsysDetailView,
        headers: { ETag: 'The generation in quotes; send it as If-Match with a change.' },
      },
    ],
    problems: ['not-found'],
  })
  async getVsys(
    @FromCaller() call: Call,
    @Param('vsysId') id: string,
    @Res({ passthrough: true }) response: Response,
  ): Promise<VsysDetailView> {
    const answer = await this.read.get(call, vsysId(id));
    response.setHeader('ETag', etagOf(answer.vsys.generation));
    return vsysDetailView(call, answer);
  }

  @Patch(':vsysId')
  @Allow('vsys:change')
  @Repeatable()
  @MatchRequired()
  @Describe({
    summary: 'Change a VSYS',
    description:
      'Another descriptor version, other parameters, another name: what is not sent stays. Parts that stay keep their ids, addresses and disks. Use a plan or `dryRun` to see what would happen.',
    answers: ACCEPTED_OR_PLAN,
    problems: ['not-found', 'conflict', ...ADMISSION_PROBLEMS],
  })
  async changeVsys(
    @FromCaller() call: Call,
    @Param('vsysId') id: string,
    @Query() query: DryRunQuery,
    @Body() body: ChangeVsysRequest,
    @Exchange() { ifMatch, response }: HttpExchange,
  ): Promise<AcceptedView | PlanView> {
    const command = changeCommand(vsysId(id), body, requiredPreconditionOf(ifMatch));
    if (query.dryRun === true) {
      response.status(200);
      return this.plan.ofChange(call, command);
    }
    return acceptedView(response, await this.change.execute(call, command));
  }
}
