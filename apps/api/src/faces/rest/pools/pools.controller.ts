import { Body, Controller, Get, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { poolId } from '@openvsys/vsys';
import { Allow } from '../../../http/allow.decorator.js';
import { FromCaller } from '../../../http/call.js';
import { Describe, Repeatable } from '../../../http/describe.decorator.js';
import { PageQuery, pageRequestOf } from '../../../http/paging.js';
import type { Call } from '../../../use-cases/call.js';
import { AskPool } from '../../../use-cases/pools/ask-pool.js';
import { ManagePools } from '../../../use-cases/pools/manage-pools.js';
import { PoolOperationView } from './pool-operations.views.js';
import { ChangePoolRequest, RegisterPoolRequest } from './pools.requests.js';
import { PoolPage, PoolView } from './pools.views.js';

@ApiTags('Pools')
@Controller('v1/pools')
export class PoolsController {
  constructor(
    private readonly pools: ManagePools,
    private readonly ask: AskPool,
  ) {}

  @Get()
  @Allow('pool:read')
  @Describe({
    summary: 'List pools',
    description: 'For the provider: capacity as it was seen last, and which worker serves each pool.',
    answers: [{ status: 200, description: 'A page of pools.', type: PoolPage }],
  })
  async listPools(@Query() query: PageQuery): Promise<PoolPage> {
    return this.pools.list(pageRequestOf(query));
  }

  @Get(':poolId')
  @Allow('pool:read')
  @Describe({
    summary: 'Get a pool',
    description: 'For the provider: hosts, storage and the worker that serves it.',
    answers: [{ status: 200, description: 'The pool.', type: PoolView }],
    problems: ['not-found'],
  })
  async getPool(@Param('poolId') id: string): Promise<PoolView> {
    return this.pools.get(poolId(id));
  }

  @Post()
  @Allow('pool:manage')
  @Repeatable()
  @Describe({
    summary: 'Register a pool',
    description:
      'For the provider. A worker looks at the pool first; it is stored only when all is well, under the `poolId` of the operation. The address of any member will do. A certificate that no authority vouches for is named in `error.details.certificates`, so that it can be compared and confirmed.',
    answers: [{ status: 202, description: 'A worker looks at the pool.', type: PoolOperationView }],
    problems: ['conflict'],
  })
  async registerPool(
    @FromCaller() call: Call,
    @Body() body: RegisterPoolRequest,
  ): Promise<PoolOperationView> {
    const { name, zoneId, urls, username, password, vlanFirst, vlanLast } = body;
    const trust = { certificateFingerprints: body.certificateFingerprints ?? [], ca: body.ca ?? null };
    return this.ask.register(call, { name, zoneId, urls, username, password, vlanFirst, vlanLast, ...trust });
  }

  @Patch(':poolId')
  @Allow('pool:manage')
  @Repeatable()
  @Describe({
    summary: 'Change the name or the login of a pool',
    description:
      'For the provider: addresses, user, password, certificates. A worker tries the new login first; the worker that serves the pool takes it up without interruption.',
    answers: [{ status: 202, description: 'A worker tries it.', type: PoolOperationView }],
    problems: ['not-found', 'conflict'],
  })
  async changePool(
    @FromCaller() call: Call,
    @Param('poolId') id: string,
    @Body() body: ChangePoolRequest,
  ): Promise<PoolOperationView> {
    const { name, urls, username, password, certificateFingerprints, ca } = body;
    return this.ask.change(call, poolId(id), { name, urls, username, password, certificateFingerprints, ca });
  }

  @Post(':poolId/drain')
  @Allow('pool:manage')
  @Repeatable()
  @Describe({
    summary: 'Drain a pool',
    description: 'No new system is placed on it; those that it has go on and may change.',
    answers: [{ status: 200, description: 'The pool.', type: PoolView }],
    problems: ['not-found'],
  })
  async drainPool(@FromCaller() call: Call, @Param('poolId') id: string): Promise<PoolView> {
    return this.pools.setDraining(call, poolId(id), 'draining');
  }

  @Post(':poolId/reopen')
  @Allow('pool:manage')
  @Repeatable()
  @Describe({
    summary: 'Reopen a drained pool',
    description: 'New systems are placed on it again.',
    answers: [{ status: 200, description: 'The pool.', type: PoolView }],
    problems: ['not-found'],
  })
  async reopenPool(@FromCaller() call: Call, @Param('poolId') id: string): Promise<PoolView> {
    return this.pools.setDraining(call, poolId(id), 'open');
  }

  @Post(':poolId/enable')
  @Allow('pool:manage')
  @Repeatable()
  @Describe({
    summary: 'Enable a pool',
    description: 'Workers serve it again.',
    answers: [{ status: 200, description: 'The pool.', type: PoolView }],
    problems: ['not-found'],
  })
  async enablePool(@FromCaller() call: Call, @Param('poolId') id: string): Promise<PoolView> {
    return this.pools.setEnabled(call, poolId(id), 'enabled');
  }

  @Post(':poolId/disable')
  @Allow('pool:manage')
  @Repeatable()
  @Describe({
    summary: 'Disable a pool',
    description: 'No worker touches it and nothing new is placed on it; what runs there goes on running.',
    answers: [{ status: 200, description: 'The pool.', type: PoolView }],
    problems: ['not-found'],
  })
  async disablePool(@FromCaller() call: Call, @Param('poolId') id: string): Promise<PoolView> {
    return this.pools.setEnabled(call, poolId(id), 'disabled');
  }
}
