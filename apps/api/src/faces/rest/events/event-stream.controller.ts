/** The live stream of a tenant's events as server-sent events. */
import { once } from 'node:events';
import { Controller, Get, Headers, Query, Res } from '@nestjs/common';
import { ApiHeader, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { Allow } from '../../../http/allow.decorator.js';
import { FromCaller } from '../../../http/call.js';
import { Describe } from '../../../http/describe.decorator.js';
import { requireUuid } from '../../../http/require-uuid.js';
import type { Call } from '../../../use-cases/call.js';
import { FollowEvents, type EventFrame } from '../../../use-cases/events/follow-events.js';
import { closedSignal } from '../operations/closed-signal.js';
import { EventView, FollowEventsQuery, filterOf } from './events.views.js';

@ApiTags('Events')
@Controller('v1/events')
export class EventStreamController {
  constructor(private readonly events: FollowEvents) {}

  @Get('stream')
  @Allow('event:read')
  @ApiHeader({
    name: 'Last-Event-ID',
    required: false,
    description:
      'Id of the last event that is known: the stream goes on behind it, without loss and without repeats.',
    example: '019399d2-5d5a-7cc8-9d6e-0a2f6d3b1c11',
  })
  @Describe({
    summary: 'Follow events live',
    description:
      'A stream of server-sent events: what happens from now on, or since the event that `Last-Event-ID` names. The name of each is its kind, the data is the event as JSON, the id is its id. `heartbeat` events without an id keep the connection open. The stream ends after a quarter of an hour; clients come back with the last id, as EventSource does by itself.',
    answers: [{ status: 200, description: 'The stream.', type: EventView, contentType: 'text/event-stream' }],
    problems: ['not-found', 'unavailable'],
  })
  async followEvents(
    @FromCaller() call: Call,
    @Query() query: FollowEventsQuery,
    @Headers('last-event-id') header: string | undefined,
    @Res() response: Response,
  ): Promise<void> {
    const signal = closedSignal(response);
    const lastId = header === undefined || header === '' ? undefined : requireUuid('event', header);
    const frames = this.events.execute(call, filterOf(query), lastId, signal);
    // The first frame is read before the headers are sent: an unknown id is still a 404.
    const first = await frames.next();
    response.status(200).setHeader('Content-Type', 'text/event-stream; charset=utf-8');
    response.setHeader('Cache-Control', 'no-store').setHeader('X-Accel-Buffering', 'no');
    response.flushHeaders();
    if (first.done !== true) response.write(textOf(first.value));
    for await (const frame of frames) {
      // A slow reader is waited for instead of filling memory; when it goes away the signal ends the frames.
      if (!response.write(textOf(frame))) await once(response, 'drain', { signal }).catch(() => undefined);
    }
    response.end();
  }
}

function textOf(frame: EventFrame): string {
  if (frame === 'heartbeat') return `event: heartbeat\ndata: ${JSON.stringify({ at: new Date() })}\n\n`;
  const { position: _position, ...event } = frame;
  return `id: ${event.id}\nevent: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;
}
