/** Rescue of servers: another system for a while. */
import { Body, Controller, Delete, Param, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { vserverId } from '@openvsys/vsys';
import { Allow } from '../../../http/allow.decorator.js';
import { FromCaller } from '../../../http/call.js';
import { Describe, MatchOptional, Repeatable } from '../../../http/describe.decorator.js';
import { preconditionOf } from '../../../http/etag.js';
import { Exchange, type HttpExchange } from '../../../http/exchange.js';
import type { Call } from '../../../use-cases/call.js';
import { RescueServer } from '../../../use-cases/parts/rescue-server.js';
import { acceptedView } from '../operations/accepted.js';
import type { AcceptedView } from '../operations/operations.views.js';
import { ACCEPTED_OR_PLAN } from '../vsys/admission.doc.js';
import type { PlanView } from '../vsys/plan.views.js';
import { DryRunQuery } from '../vsys/vsys.requests.js';
import { RescueVServerRequest } from './server-parts.requests.js';

@ApiTags('VServers')
@Controller('v1/vservers')
export class RescueController {
  constructor(private readonly rescue: RescueServer) {}

  @Post(':vserverId/rescue')
  @Allow('vsys:change')
  @Repeatable()
  @MatchOptional()
  @Describe({
    summary: 'Boot a server from a rescue image',
    description:
      'The server is stopped and boots from a fresh disk of the image; its own system disk and its data disks stay attached, its network cards and addresses are the same. With a config drive the rescue system gets addresses and login. It is metered as the running server that it is; the fresh disk costs nothing. Meanwhile no snapshot, no way back to one, no rebuild and no image of it.',
    answers: ACCEPTED_OR_PLAN,
    problems: ['not-found', 'conflict', 'no-capacity'],
  })
  async rescueVServer(
    @FromCaller() call: Call,
    @Param('vserverId') id: string,
    @Query() { dryRun }: DryRunQuery,
    @Body() { image }: RescueVServerRequest,
    @Exchange() { ifMatch, response }: HttpExchange,
  ): Promise<AcceptedView | PlanView> {
    const command = { server: vserverId(id), precondition: preconditionOf(ifMatch), image };
    if (dryRun !== true) return acceptedView(response, await this.rescue.begin(call, command));
    response.status(200);
    return this.rescue.planBegin(call, command);
  }

  @Delete(':vserverId/rescue')
  @Allow('vsys:change')
  @Repeatable()
  @MatchOptional()
  @Describe({
    summary: 'End the rescue of a server',
    description:
      'It boots its own system again, also when it was stopped meanwhile. What was written on the disk of the rescue system is lost.',
    answers: ACCEPTED_OR_PLAN,
    problems: ['not-found', 'conflict', 'no-capacity'],
  })
  async endRescueOfVServer(
    @FromCaller() call: Call,
    @Param('vserverId') id: string,
    @Query() { dryRun }: DryRunQuery,
    @Exchange() { ifMatch, response }: HttpExchange,
  ): Promise<AcceptedView | PlanView> {
    const command = { server: vserverId(id), precondition: preconditionOf(ifMatch) };
    if (dryRun !== true) return acceptedView(response, await this.rescue.end(call, command));
    response.status(200);
    return this.rescue.planEnd(call, command);
  }
}
