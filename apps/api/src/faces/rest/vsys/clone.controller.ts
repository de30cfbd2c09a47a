/** A system like another one. */
import { Body, Controller, Param, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { snapshotId, vdcId, vsysId } from '@openvsys/vsys';
import { Allow } from '../../../http/allow.decorator.js';
import { FromCaller } from '../../../http/call.js';
import { Describe, Repeatable } from '../../../http/describe.decorator.js';
import { Exchange, type HttpExchange } from '../../../http/exchange.js';
import type { Call } from '../../../use-cases/call.js';
import { cloneOf } from '../../../use-cases/vsys/clone-vsys.js';
import { CreateVsys } from '../../../use-cases/vsys/create-vsys.js';
import { PlanVsys } from '../../../use-cases/vsys/plan-vsys.js';
import { ReadVsys } from '../../../use-cases/vsys/read-vsys.js';
import { acceptedView } from '../operations/accepted.js';
import type { AcceptedView } from '../operations/operations.views.js';
import { ACCEPTED_OR_PLAN, ADMISSION_PROBLEMS } from './admission.doc.js';
import type { PlanView } from './plan.views.js';
import { CloneVsysRequest } from './vsys-verbs.requests.js';
import { DryRunQuery } from './vsys.requests.js';

@ApiTags('VSYS')
@Controller('v1/vsys')
export class CloneController {
  constructor(
    private readonly create: CreateVsys,
    private readonly plan: PlanVsys,
    private readonly read: ReadVsys,
  ) {}

  @Post(':vsysId/clone')
  @Allow('vsys:create')
  @Repeatable()
  @Describe({
    summary: 'Clone a VSYS',
    description:
      'A new system with the descriptor, the parameters and the inner addresses of another one; ids, MACs, VLANs and public addresses are its own. Its disks are fresh, or copies: of a stopped system as it is, of a running one as a snapshot has it. A copy is made in the pool of its source.',
    answers: ACCEPTED_OR_PLAN,
    problems: ADMISSION_PROBLEMS,
  })
  async cloneVsys(
    @FromCaller() call: Call,
    @Param('vsysId') id: string,
    @Query() query: DryRunQuery,
    @Body() { name, contents, snapshotId: snapshot, onFailure = 'rollback', ...body }: CloneVsysRequest,
    @Exchange() { response }: HttpExchange,
  ): Promise<AcceptedView | PlanView> {
    const source = vsysId(id);
    const target = vdcId(body.vdcId ?? (await this.read.get(call, source)).vsys.vdcId);
    const from = snapshot === undefined ? undefined : snapshotId(snapshot);
    const clone = cloneOf({ source, name, vdcId: target, contents, snapshot: from, onFailure });
    if (query.dryRun !== true) return acceptedView(response, await this.create.execute(call, clone));
    response.status(200);
    return this.plan.ofNew(call, clone);
  }
}
