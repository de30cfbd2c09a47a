/** What the provider has done with a pool: hosts emptied, reports made, orphans removed. */
import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { hostUuid, poolId } from '@openvsys/vsys';
import { Allow } from '../../../http/allow.decorator.js';
import { FromCaller } from '../../../http/call.js';
import { Describe, Repeatable } from '../../../http/describe.decorator.js';
import { PageQuery, pageRequestOf } from '../../../http/paging.js';
import { requireUuid } from '../../../http/require-uuid.js';
import type { Call } from '../../../use-cases/call.js';
import { AskPool } from '../../../use-cases/pools/ask-pool.js';
import { ManagePools } from '../../../use-cases/pools/manage-pools.js';
import { MaintainHostRequest, PoolFindingPage } from './pool-care.views.js';
import { PoolOperationView } from './pool-operations.views.js';

/** Live migrations at once when the caller does not say: few enough to go unnoticed by what runs. */
const DEFAULT_CONCURRENCY = 2;

const ACCEPTED = { status: 202, description: 'A worker will do it.', type: PoolOperationView } as const;

@ApiTags('Pools')
@Controller('v1/pools/:poolId')
export class PoolCareController {
  constructor(
    private readonly pools: ManagePools,
    private readonly ask: AskPool,
  ) {}

  @Get('orphans')
  @Allow('pool:read')
  @Describe({
    summary: 'List orphans of a pool',
    description:
      'For the provider: objects in the pool that carry our tags but belong to no system here, as the last audit saw them. Nothing is removed by itself.',
    answers: [{ status: 200, description: 'A page of findings.', type: PoolFindingPage }],
    problems: ['not-found'],
  })
  async listPoolOrphans(@Param('poolId') id: string, @Query() query: PageQuery): Promise<PoolFindingPage> {
    return this.pools.listFindings(poolId(id), ['orphan'], pageRequestOf(query));
  }

  @Get('drift')
  @Allow('pool:read')
  @Describe({
    summary: 'List differences between a pool and what is known of it',
    description:
      'For the provider: parts without their object, two objects for one part, copies that inherited our tags, and foreign things attached to ours.',
    answers: [{ status: 200, description: 'A page of findings.', type: PoolFindingPage }],
    problems: ['not-found'],
  })
  async listPoolDrift(@Param('poolId') id: string, @Query() query: PageQuery): Promise<PoolFindingPage> {
    return this.pools.listFindings(poolId(id), ['twin', 'copy', 'foreign', 'missing'], pageRequestOf(query));
  }

  @Post('audit')
  @Allow('pool:manage')
  @Repeatable()
  @Describe({
    summary: 'Audit a pool now',
    description:
      'For the provider: compares the pool with what is known of it. Happens every few minutes anyway.',
    answers: [ACCEPTED],
    problems: ['not-found'],
  })
  async auditPool(@FromCaller() call: Call, @Param('poolId') id: string): Promise<PoolOperationView> {
    return this.ask.audit(call, poolId(id));
  }

  @Post('orphans/:objectUuid/remove')
  @Allow('pool:manage')
  @Repeatable()
  @Describe({
    summary: 'Remove an orphan',
    description:
      'For the provider: removes one object that provably belongs to a deleted system and is not in use. Everything else is refused.',
    answers: [ACCEPTED],
    problems: ['not-found', 'conflict'],
  })
  async removePoolOrphan(
    @FromCaller() call: Call,
    @Param('poolId') id: string,
    @Param('objectUuid') uuid: string,
  ): Promise<PoolOperationView> {
    return this.ask.removeOrphan(call, poolId(id), requireUuid('object', uuid));
  }

  @Post('hosts/:hostUuid/maintenance-plan')
  @Allow('pool:manage')
  @Repeatable()
  @Describe({
    summary: 'Plan the maintenance of a host',
    description:
      'For the provider: which servers would move where, and which cannot and why. Changes nothing.',
    answers: [ACCEPTED],
    problems: ['not-found'],
  })
  async planHostMaintenance(
    @FromCaller() call: Call,
    @Param('poolId') id: string,
    @Param('hostUuid') host: string,
  ): Promise<PoolOperationView> {
    return this.ask.planMaintenance(call, poolId(id), hostUuid(host));
  }

  @Post('hosts/:hostUuid/maintain')
  @Allow('pool:manage')
  @Repeatable()
  @Describe({
    summary: 'Empty a host for maintenance',
    description:
      'For the provider: disables the host and moves its servers away while they run, a few at a time, never with their disks. Succeeds when the host is empty.',
    answers: [ACCEPTED],
    problems: ['not-found', 'conflict'],
  })
  async maintainHost(
    @FromCaller() call: Call,
    @Param('poolId') id: string,
    @Param('hostUuid') host: string,
    @Body() body: MaintainHostRequest,
  ): Promise<PoolOperationView> {
    return this.ask.maintain(call, poolId(id), hostUuid(host), body.concurrency ?? DEFAULT_CONCURRENCY);
  }

  @Post('hosts/:hostUuid/return')
  @Allow('pool:manage')
  @Repeatable()
  @Describe({
    summary: 'Return a host to service',
    description: 'For the provider: servers may be started on it again. Nothing moves back by itself.',
    answers: [ACCEPTED],
    problems: ['not-found', 'conflict'],
  })
  async returnHost(
    @FromCaller() call: Call,
    @Param('poolId') id: string,
    @Param('hostUuid') host: string,
  ): Promise<PoolOperationView> {
    return this.ask.return(call, poolId(id), hostUuid(host));
  }
}
