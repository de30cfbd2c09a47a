/** Operations of pools: follow, wait, cancel. */
import { Controller, Get, Param, Post, Query, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { poolId } from '@openvsys/vsys';
import type { Response } from 'express';
import { Allow } from '../../../http/allow.decorator.js';
import { FromCaller } from '../../../http/call.js';
import { Describe, Repeatable } from '../../../http/describe.decorator.js';
import { pageRequestOf } from '../../../http/paging.js';
import { requireUuid } from '../../../http/require-uuid.js';
import type { Call } from '../../../use-cases/call.js';
import { FollowPoolOperation } from '../../../use-cases/pools/follow-pool-operation.js';
import { closedSignal } from '../operations/closed-signal.js';
import { WaitQuery } from '../operations/operations.requests.js';
import { ListPoolOperationsQuery, PoolOperationPage, PoolOperationView } from './pool-operations.views.js';

/** Seconds to wait when the caller does not say. */
const DEFAULT_WAIT_SECONDS = 30;

const idOf = (text: string): string => requireUuid('operation of a pool', text);

@ApiTags('Pools')
@Controller('v1/pool-operations')
export class PoolOperationsController {
  constructor(private readonly follow: FollowPoolOperation) {}

  @Get()
  @Allow('pool:read')
  @Describe({
    summary: 'List operations of pools',
    description: 'For the provider: what was asked to be done with pools, newest first.',
    answers: [{ status: 200, description: 'A page of operations.', type: PoolOperationPage }],
  })
  async listPoolOperations(@Query() query: ListPoolOperationsQuery): Promise<PoolOperationPage> {
    const filter = { poolId: query.pool === undefined ? undefined : poolId(query.pool), state: query.state };
    return this.follow.list(filter, pageRequestOf(query));
  }

  @Get(':poolOperationId')
  @Allow('pool:read')
  @Describe({
    summary: 'Get an operation of a pool',
    description: 'For the provider: how it stands, and what came out.',
    answers: [{ status: 200, description: 'The operation.', type: PoolOperationView }],
    problems: ['not-found'],
  })
  async getPoolOperation(@Param('poolOperationId') id: string): Promise<PoolOperationView> {
    return this.follow.get(idOf(id));
  }

  @Get(':poolOperationId/wait')
  @Allow('pool:read')
  @Describe({
    summary: 'Wait for the end of an operation of a pool',
    description:
      'Answers as soon as the operation ends, or when the time is over. The status tells the outcome: 200 succeeded, 202 not ended yet, 409 failed or cancelled. The body is the operation in each case.',
    answers: [
      { status: 200, description: 'It succeeded.', type: PoolOperationView },
      { status: 202, description: 'It has not ended within the time; ask again.', type: PoolOperationView },
      { status: 409, description: 'It failed or was cancelled; `error` tells why.', type: PoolOperationView },
    ],
    problems: ['not-found'],
  })
  async waitForPoolOperation(
    @Param('poolOperationId') id: string,
    @Query() query: WaitQuery,
    @Res({ passthrough: true }) response: Response,
  ): Promise<PoolOperationView> {
    const ms = (query.timeout ?? DEFAULT_WAIT_SECONDS) * 1_000;
    const operation = await this.follow.wait(idOf(id), ms, closedSignal(response));
    response.status(STATUS_OF[operation.state]);
    return operation;
  }

  @Post(':poolOperationId/cancel')
  @Allow('pool:manage')
  @Repeatable()
  @Describe({
    summary: 'Cancel an operation of a pool',
    description:
      'What is being done is finished, nothing more is begun. A host that was being emptied stays disabled.',
    answers: [{ status: 202, description: 'It will be cancelled.', type: PoolOperationView }],
    problems: ['not-found', 'conflict'],
  })
  async cancelPoolOperation(
    @FromCaller() call: Call,
    @Param('poolOperationId') id: string,
  ): Promise<PoolOperationView> {
    return this.follow.cancel(call, idOf(id));
  }
}

const STATUS_OF = {
  queued: 202,
  running: 202,
  succeeded: 200,
  failed: 409,
  cancelled: 409,
} as const satisfies Record<PoolOperationView['state'], number>;
