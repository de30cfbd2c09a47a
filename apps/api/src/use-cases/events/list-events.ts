/** Lists events. */
import { Injectable } from '@nestjs/common';
import {
  Database,
  listEvents,
  type EventFilter,
  type EventRecord,
  type Page,
  type PageRequest,
} from '@openvsys/persistence';
import type { Call } from '../call.js';

@Injectable()
export class ListEvents {
  constructor(private readonly database: Database) {}

  async execute(call: Call, filter: EventFilter, page: PageRequest): Promise<Page<EventRecord>> {
    return this.database.session(async (session) => listEvents(session, call.scope, filter, page));
  }
}
