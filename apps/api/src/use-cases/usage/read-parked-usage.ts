/** Usage that could not be billed and waits for a person. */
import { Injectable } from '@nestjs/common';
import {
  Database,
  listParkedUsage,
  type Page,
  type PageRequest,
  type ParkedUsage,
} from '@openvsys/persistence';

@Injectable()
export class ReadParkedUsage {
  constructor(private readonly database: Database) {}

  async list(page: PageRequest): Promise<Page<ParkedUsage>> {
    return this.database.session(async (session) => listParkedUsage(session, page));
  }
}
