/** Lists events. */
import { Injectable } from '@nestjs/common';
import { Database, listEvents, type EventRecord, type Page, type PageRequest } from '@openvsys/persistence';
import type { VsysId } from '@openvsys/vsys';
import type { Call } from '../call.js';

@Injectable()
export class ListEvents {
  constructor(private readonly database: Database) {}

  async execute(call: Call, vsysId: VsysId | undefined, page: PageRequest): Promise<Page<EventRecord>> {
    return this.database.session(async (session) => listEvents(session, call.scope, { vsysId }, page));
  }
}
