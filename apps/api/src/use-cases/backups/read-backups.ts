/** Lists and shows back-ups, those of deleted systems too. */
import { Injectable } from '@nestjs/common';
import {
  Database,
  getBackup,
  listBackups,
  type BackupFilter,
  type BackupRecord,
  type Page,
  type PageRequest,
} from '@openvsys/persistence';
import type { BackupId } from '@openvsys/vsys';
import type { Call } from '../call.js';

@Injectable()
export class ReadBackups {
  constructor(private readonly database: Database) {}

  async list(call: Call, filter: BackupFilter, page: PageRequest): Promise<Page<BackupRecord>> {
    return this.database.session(async (session) => listBackups(session, call.scope, filter, page));
  }

  /** Throws `not-found`. */
  async get(call: Call, id: BackupId): Promise<BackupRecord> {
    return this.database.session(async (session) => getBackup(session, call.scope, id));
  }
}
