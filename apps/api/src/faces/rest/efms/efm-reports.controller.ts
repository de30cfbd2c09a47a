/** What appliances report, in the words of their EFM, and what follows from all configurations together. */
import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { vserverId, vsysId } from '@openvsys/vsys';
import { Allow } from '../../../http/allow.decorator.js';
import { FromCaller } from '../../../http/call.js';
import { Describe, Repeatable } from '../../../http/describe.decorator.js';
import { pageRequestOf } from '../../../http/paging.js';
import type { Call } from '../../../use-cases/call.js';
import { FindReachability } from '../../../use-cases/efms/find-reachability.js';
import { ReadEfm } from '../../../use-cases/efms/read-efm.js';
import { ResetCounters } from '../../../use-cases/efms/reset-counters.js';
import { EfmLogsQuery, ReachabilityRequest, ResetCountersRequest } from './efm-config.requests.js';
import { ReachabilityView } from './efm-config.views.js';
import { EfmCountersView, EfmLogsPage } from './efm.views.js';

const instantOf = (text: string | undefined): Date | undefined =>
  text === undefined ? undefined : new Date(text);

@ApiTags('EFMs')
@Controller('v1')
export class EfmReportsController {
  constructor(
    private readonly read: ReadEfm,
    private readonly reachability: FindReachability,
    private readonly reset: ResetCounters,
  ) {}

  @Get('efms/:vserverId/logs')
  @Allow('vsys:read')
  @Describe({
    summary: 'Read the log of an EFM',
    description:
      'Newest first, paged by key: packets that rules log or deny, requests, health of members, leases, changes of who is active, the agent itself. Each line as it was written, and what it means. The newest 2,000 lines of an EFM are kept.',
    answers: [{ status: 200, description: 'A page of lines.', type: EfmLogsPage }],
    problems: ['not-found'],
  })
  async listEfmLogs(
    @FromCaller() call: Call,
    @Param('vserverId') id: string,
    @Query() query: EfmLogsQuery,
  ): Promise<EfmLogsPage> {
    const { since, until, source, contains } = query;
    const filter = { since: instantOf(since), until: instantOf(until), source, contains };
    return this.read.logs(call, vserverId(id), filter, pageRequestOf(query));
  }

  @Get('efms/:vserverId/counters')
  @Allow('vsys:read')
  @Describe({
    summary: 'Get the counters of an EFM',
    description: 'By rule, translation, listener, member or peer, with pointers into the configuration.',
    answers: [{ status: 200, description: 'Counters.', type: EfmCountersView }],
    problems: ['not-found'],
  })
  async getEfmCounters(@FromCaller() call: Call, @Param('vserverId') id: string): Promise<EfmCountersView> {
    return this.read.counters(call, vserverId(id));
  }

  @Post('efms/:vserverId/counters/reset')
  @Allow('vsys:change')
  @Repeatable()
  @HttpCode(204)
  @Describe({
    summary: 'Let the counters of an EFM begin at nothing',
    description:
      'All, or of a load balancer those of its load or of its errors. What is so now, such as open connections, stays.',
    answers: [{ status: 204, description: 'They begin anew.' }],
    problems: ['not-found'],
  })
  async resetEfmCounters(
    @FromCaller() call: Call,
    @Param('vserverId') id: string,
    @Body() { which = 'all' }: ResetCountersRequest,
  ): Promise<void> {
    await this.reset.execute(call, vserverId(id), which);
  }

  @Post('vsys/:vsysId/reachability')
  @Allow('vsys:read')
  @Describe({
    summary: 'Ask who reaches whom',
    description:
      'Would a new connection from A to B pass, on which way, and which rule decides: asked of the models that the configurations of the appliances are made from.',
    answers: [{ status: 200, description: 'The way.', type: ReachabilityView }],
    problems: ['not-found'],
  })
  async findReachability(
    @FromCaller() call: Call,
    @Param('vsysId') id: string,
    @Body() { from, to, protocol, port = 0 }: ReachabilityRequest,
  ): Promise<ReachabilityView> {
    return this.reachability.execute(call, vsysId(id), { from, to, protocol, port });
  }
}
