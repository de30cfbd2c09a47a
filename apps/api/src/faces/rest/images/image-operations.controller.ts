/** Operations with images: follow, wait, cancel. */
import { Controller, Get, Param, Post, Query, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { Allow } from '../../../http/allow.decorator.js';
import { FromCaller } from '../../../http/call.js';
import { Describe, Repeatable } from '../../../http/describe.decorator.js';
import { pageRequestOf } from '../../../http/paging.js';
import { requireUuid } from '../../../http/require-uuid.js';
import type { Call } from '../../../use-cases/call.js';
import { FollowImageOperation } from '../../../use-cases/images/follow-image-operation.js';
import { closedSignal } from '../operations/closed-signal.js';
import { WaitQuery } from '../operations/operations.requests.js';
import { ImageOperationPage, ImageOperationView, ListImageOperationsQuery } from './image-work.views.js';

/** Seconds to wait when the caller does not say. */
const DEFAULT_WAIT_SECONDS = 30;

const idOf = (text: string): string => requireUuid('operation of an image', text);

@ApiTags('Images')
@Controller('v1/image-operations')
export class ImageOperationsController {
  constructor(private readonly follow: FollowImageOperation) {}

  @Get()
  @Allow('catalog:read')
  @Describe({
    summary: 'List operations with images',
    description: 'Of your organization, newest first.',
    answers: [{ status: 200, description: 'A page of operations.', type: ImageOperationPage }],
  })
  async listImageOperations(
    @FromCaller() call: Call,
    @Query() query: ListImageOperationsQuery,
  ): Promise<ImageOperationPage> {
    return this.follow.list(call, { image: query.template, state: query.state }, pageRequestOf(query));
  }

  @Get(':imageOperationId')
  @Allow('catalog:read')
  @Describe({
    summary: 'Get an operation with an image',
    description: 'How far it is, and what came out.',
    answers: [{ status: 200, description: 'The operation.', type: ImageOperationView }],
    problems: ['not-found'],
  })
  async getImageOperation(
    @FromCaller() call: Call,
    @Param('imageOperationId') id: string,
  ): Promise<ImageOperationView> {
    return this.follow.get(call, idOf(id));
  }

  @Get(':imageOperationId/wait')
  @Allow('catalog:read')
  @Describe({
    summary: 'Wait for the end of an operation with an image',
    description:
      'Answers as soon as the operation ends, or when the time is over. The status tells the outcome: 200 succeeded, 202 not ended yet, 409 failed or cancelled. The body is the operation in each case.',
    answers: [
      { status: 200, description: 'It succeeded.', type: ImageOperationView },
      { status: 202, description: 'It has not ended within the time; ask again.', type: ImageOperationView },
      {
        status: 409,
        description: 'It failed or was cancelled; `error` tells why.',
        type: ImageOperationView,
      },
    ],
    problems: ['not-found'],
  })
  async waitForImageOperation(
    @FromCaller() call: Call,
    @Param('imageOperationId') id: string,
    @Query() query: WaitQuery,
    @Res({ passthrough: true }) response: Response,
  ): Promise<ImageOperationView> {
    const ms = (query.timeout ?? DEFAULT_WAIT_SECONDS) * 1_000;
    const operation = await this.follow.wait(call, idOf(id), ms, closedSignal(response));
    response.status(STATUS_OF[operation.state]);
    return operation;
  }

  @Post(':imageOperationId/cancel')
  @Allow('image:manage')
  @Repeatable()
  @Describe({
    summary: 'Cancel an operation with an image',
    description: 'What is on its way is given up, and nothing of it stays.',
    answers: [{ status: 202, description: 'It will be cancelled.', type: ImageOperationView }],
    problems: ['not-found', 'conflict'],
  })
  async cancelImageOperation(
    @FromCaller() call: Call,
    @Param('imageOperationId') id: string,
  ): Promise<ImageOperationView> {
    return this.follow.cancel(call, idOf(id));
  }
}

const STATUS_OF = {
  queued: 202,
  running: 202,
  succeeded: 200,
  failed: 409,
  cancelled: 409,
} as const satisfies Record<ImageOperationView['state'], number>;
