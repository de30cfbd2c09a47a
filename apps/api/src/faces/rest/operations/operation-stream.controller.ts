/** The live stream of an operation as server-sent events. */
import { once } from 'node:events';
import { Controller, Get, Param, Res } from '@nestjs/common';
import { ApiHeader, ApiTags } from '@nestjs/swagger';
import { operationId } from '@openvsys/vsys';
import type { Response } from 'express';
import { Allow } from '../../../http/allow.decorator.js';
import { FromCaller } from '../../../http/call.js';
import { Describe } from '../../../http/describe.decorator.js';
import type { Call } from '../../../use-cases/call.js';
import { WatchOperation, type OperationFrame } from '../../../use-cases/operations/watch-operation.js';
import { closedSignal } from './closed-signal.js';
import { OperationFrameView } from './operations.views.js';

@ApiTags('Operations')
@Controller('v1/operations')
export class OperationStreamController {
  constructor(private readonly watch: WatchOperation) {}

  @Get(':operationId/events')
  @Allow('operation:read')
  @ApiHeader({
    name: 'Last-Event-ID',
    required: false,
    description:
      'Sent by clients that reconnect. The stream begins with everything as it is now in any case, so nothing is missed.',
    example: '17',
  })
  @Describe({
    summary: 'Follow an operation live',
    description:
      'A stream of server-sent events. It begins with everything as it is (`part`, `step` and `operation` events), goes on with what changes, and ends when the operation ends. `heartbeat` events keep the connection open. The data of each event is JSON.',
    answers: [
      {
        status: 200,
        description: 'The stream.',
        type: OperationFrameView,
        contentType: 'text/event-stream',
      },
    ],
    problems: ['not-found'],
  })
  async followOperation(
    @FromCaller() call: Call,
    @Param('operationId') id: string,
    @Res() response: Response,
  ): Promise<void> {
    const signal = closedSignal(response);
    const frames = this.watch.execute(call, operationId(id), signal);
    // The first frame is read before the headers are sent: an unknown id is still a 404.
    const first = await frames.next();
    response.status(200).setHeader('Content-Type', 'text/event-stream; charset=utf-8');
    response.setHeader('Cache-Control', 'no-store').setHeader('X-Accel-Buffering', 'no');
    response.flushHeaders();
    let count = 0;
    if (first.done !== true) response.write(textOf(first.value, ++count));
    for await (const frame of frames) {
      // A slow reader is waited for instead of filling memory; when it goes away the signal ends the frames.
      if (!response.write(textOf(frame, ++count)))
        await once(response, 'drain', { signal }).catch(() => undefined);
    }
    response.end();
  }
}

function textOf({ event, data }: OperationFrame, id: number): string {
  return `id: ${id}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
}
