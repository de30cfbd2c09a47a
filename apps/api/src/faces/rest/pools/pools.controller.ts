import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { poolId } from '@openvsys/vsys';
import { Allow } from '../../../http/allow.decorator.js';
import { FromCaller } from '../../../http/call.js';
import { Describe, Repeatable } from '../../../http/describe.decorator.js';
import { PageQuery, pageRequestOf } from '../../../http/paging.js';
import type { Call } from '../../../use-cases/call.js';
import { ManagePools } from '../../../use-cases/pools/manage-pools.js';
import { PoolPage, PoolView, RegisterPoolRequest } from './pools.views.js';

@ApiTags('Pools')
@Controller('v1/pools')
export class PoolsController {
  constructor(private readonly pools: ManagePools) {}

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
    description: 'For the provider. Workers connect to it soon after; `reason` tells when that fails.',
    answers: [{ status: 201, description: 'The pool.', type: PoolView }],
    problems: ['conflict'],
  })
  async registerPool(@FromCaller() call: Call, @Body() body: RegisterPoolRequest): Promise<PoolView> {
    const { name, zoneId, urls, username, password, vlanFirst, vlanLast } = body;
    const certificateFingerprint = body.certificateFingerprint ?? null;
    const address = { name, zoneId, urls, username, password, certificateFingerprint };
    return this.pools.register(call, { ...address, vlanFirst, vlanLast });
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
