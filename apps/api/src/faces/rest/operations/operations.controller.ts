/** Operations: follow, wait, cancel, resume. The live stream is in `operation-stream.controller.ts`. */
import { Controller, Get, Param, Post, Query, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { operationId, vsysId } from '@openvsys/vsys';
import type { Response } from 'express';
import { Allow } from '../../../http/allow.decorator.js';
import { FromCaller } from '../../../http/call.js';
import { Describe, Repeatable } from '../../../http/describe.decorator.js';
import { pageRequestOf } from '../../../http/paging.js';
import type { Call } from '../../../use-cases/call.js';
import { ControlOperation } from '../../../use-cases/operations/control-operation.js';
import { ReadOperations } from '../../../use-cases/operations/read-operations.js';
import { WaitForOperation } from '../../../use-cases/operations/wait-for-operation.js';
import { closedSignal } from './closed-signal.js';
import { ListOperationsQuery, WaitQuery } from './operations.requests.js';
import { OperationDetailView, OperationPage, OperationView } from './operations.views.js';

/** Seconds to wait when the caller does not say. */
const DEFAULT_WAIT_SECONDS = 30;

@ApiTags('Operations')
@Controller('v1/operations')
export class OperationsController {
  constructor(
    private readonly read: ReadOperations,
    private readonly wait: WaitForOperation,
    private readonly control: ControlOperation,
  ) {}

  @Get()
  @Allow('operation:read')
  @Describe({
    summary: 'List operations',
    description: 'Newest first, of one VSYS or of all that the caller sees.',
    answers: [{ status: 200, description: 'A page of operations.', type: OperationPage }],
  })
  async listOperations(
    @FromCaller() call: Call,
    @Query() query: ListOperationsQuery,
  ): Promise<OperationPage> {
    const { state, stuckForSeconds } = query;
    const filter = {
      vsysId: query.vsys === undefined ? undefined : vsysId(query.vsys),
      state,
      stuckForSeconds,
    };
    return this.read.list(call, filter, pageRequestOf(query));
  }

  @Get(':operationId')
  @Allow('operation:read')
  @Describe({
    summary: 'Get an operation',
    description: 'How it stands, with every step that was done for it.',
    answers: [{ status: 200, description: 'The operation.', type: OperationDetailView }],
    problems: ['not-found'],
  })
  async getOperation(
    @FromCaller() call: Call,
    @Param('operationId') id: string,
  ): Promise<OperationDetailView> {
    return this.read.get(call, operationId(id));
  }

  @Get(':operationId/wait')
  @Allow('operation:read')
  @Describe({
    summary: 'Wait for the end of an operation',
    description:
      'Answers as soon as the operation ends, or when the time is over. The status tells the outcome: 200 succeeded, 202 not ended yet, 409 failed or cancelled. The body is the operation in each case.',
    answers: [
      { status: 200, description: 'It succeeded.', type: OperationView },
      { status: 202, description: 'It has not ended within the time; ask again.', type: OperationView },
      { status: 409, description: 'It failed or was cancelled; `error` tells why.', type: OperationView },
    ],
    problems: ['not-found'],
  })
  async waitForOperation(
    @FromCaller() call: Call,
    @Param('operationId') id: string,
    @Query() query: WaitQuery,
    @Res({ passthrough: true }) response: Response,
  ): Promise<OperationView> {
    const seconds = query.timeout ?? DEFAULT_WAIT_SECONDS;
    const operation = await this.wait.execute(call, operationId(id), seconds * 1_000, closedSignal(response));
    response.status(STATUS_OF[operation.state]);
    return operation;
  }

  @Post(':operationId/cancel')
  @Allow('operation:control')
  @Repeatable()
  @Describe({
    summary: 'Cancel an operation',
    description:
      'Work that is being done is finished, then the last good state is restored. The operation ends as `cancelled`.',
    answers: [{ status: 202, description: 'It will be cancelled.', type: OperationView }],
    problems: ['not-found', 'conflict'],
  })
  async cancelOperation(@FromCaller() call: Call, @Param('operationId') id: string): Promise<OperationView> {
    return this.control.cancel(call, operationId(id));
  }

  @Post(':operationId/resume')
  @Allow('operation:control')
  @Repeatable()
  @Describe({
    summary: 'Resume a failed operation',
    description: 'Goes on where it failed. What is done already is not done again.',
    answers: [{ status: 202, description: 'It goes on.', type: OperationView }],
    problems: ['not-found', 'conflict'],
  })
  async resumeOperation(@FromCaller() call: Call, @Param('operationId') id: string): Promise<OperationView> {
    return this.control.resume(call, operationId(id));
  }
}

const STATUS_OF = {
  queued: 202,
  running: 202,
  'rolling-back': 202,
  succeeded: 200,
  failed: 409,
  cancelled: 409,
} as const satisfies Record<OperationView['state'], number>;
