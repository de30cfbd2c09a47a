import { Controller, Get, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Allow } from '../../../http/allow.decorator.js';
import { FromCaller } from '../../../http/call.js';
import { Describe } from '../../../http/describe.decorator.js';
import { pageRequestOf } from '../../../http/paging.js';
import type { Call } from '../../../use-cases/call.js';
import { ListEvents } from '../../../use-cases/events/list-events.js';
import { EventPage, filterOf, ListEventsQuery } from './events.views.js';

@ApiTags('Events')
@Controller('v1/events')
export class EventsController {
  constructor(private readonly events: ListEvents) {}

  @Get()
  @Allow('event:read')
  @Describe({
    summary: 'List events',
    description: 'What happened, newest first: changes that were asked for and changes of state.',
    answers: [{ status: 200, description: 'A page of events.', type: EventPage }],
  })
  async listEvents(@FromCaller() call: Call, @Query() query: ListEventsQuery): Promise<EventPage> {
    return this.events.execute(call, filterOf(query), pageRequestOf(query));
  }
}
