/** Deleting a VSYS: its dry run, the recycle bin, for good. */
import { Controller, Delete, Param, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { vsysId } from '@openvsys/vsys';
import { Allow } from '../../../http/allow.decorator.js';
import { FromCaller } from '../../../http/call.js';
import { Describe, MatchOptional, Repeatable } from '../../../http/describe.decorator.js';
import { preconditionOf } from '../../../http/etag.js';
import { Exchange, type HttpExchange } from '../../../http/exchange.js';
import type { Call } from '../../../use-cases/call.js';
import { DeleteVsys } from '../../../use-cases/vsys/delete-vsys.js';
import { PlanDeletion } from '../../../use-cases/vsys/plan-deletion.js';
import { acceptedView } from '../operations/accepted.js';
import type { AcceptedView } from '../operations/operations.views.js';
import { ACCEPTED_OR_DELETION } from './admission.doc.js';
import type { DeletionPlanView } from './deletion.views.js';
import { DeleteVsysQuery } from './vsys.requests.js';

@ApiTags('VSYS')
@Controller('v1/vsys')
export class DeletionController {
  constructor(
    private readonly remove: DeleteVsys,
    private readonly plan: PlanDeletion,
  ) {}

  @Delete(':vsysId')
  @Allow('vsys:delete')
  @Repeatable()
  @MatchOptional()
  @Describe({
    summary: 'Delete a VSYS',
    description:
      'Stops and removes all servers, disks, networks and addresses. Metering of a part ends when it is gone; when all is gone, reservations are given back. Where the VDC has a recycle bin, the system is stopped and kept there first: `POST …/restore` brings it back, `purge=true` skips the bin or empties it. A protected system is refused. Back-ups go with it, but for those that were taken to stay; `keepBackups=true` keeps all.',
    answers: ACCEPTED_OR_DELETION,
    problems: ['not-found', 'conflict'],
  })
  async deleteVsys(
    @FromCaller() call: Call,
    @Param('vsysId') id: string,
    @Query() query: DeleteVsysQuery,
    @Exchange() { ifMatch, response }: HttpExchange,
  ): Promise<AcceptedView | DeletionPlanView> {
    const way = query.purge === true ? ('purge' as const) : ('bin' as const);
    const backups = query.keepBackups === true ? ('keep' as const) : undefined;
    const command = { vsysId: vsysId(id), precondition: preconditionOf(ifMatch), way, backups };
    if (query.dryRun === true) {
      response.status(200);
      return this.plan.execute(call, command);
    }
    return acceptedView(response, await this.remove.execute(call, command));
  }
}
