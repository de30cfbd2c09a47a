/** Lists and shows back-ups, those of deleted systems too. */
import { Injectable } from '@nestjs/common';
import {
  Database,
  getBackup,
  listBackups,
  listVDisks,
  listVServers,
  type BackupFilter,
  type BackupRecord,
  type Page,
  type PageRequest,
  type Session,
} from '@openvsys/persistence';
import { DomainError, type BackupId, type DiskPart } from '@openvsys/vsys';
import type { Call } from '../call.js';

@Injectable()
export class ReadBackups {
  constructor(private readonly database: Database) {}

  async list(call: Call, filter: BackupFilter, page: PageRequest): Promise<Page<BackupRecord>> {
    return this.database.session(async (session) => listBackups(session, call.scope, filter, page));
  }

  /** Those of one disk; of a deleted one what is left. Throws `not-found` when neither is there. */
  async listOf(call: Call, source: DiskPart, page: PageRequest): Promise<Page<BackupRecord>> {
    return this.database.session(async (session) => {
      const found = await listBackups(session, call.scope, { source }, page);
      if (found.items.length > 0 || (await isThere(session, call, source))) return found;
      throw new DomainError('not-found', `No disk has the id “${source}”.`, {
        remedy: 'Take ids from a list or from the answer that created the thing.',
      });
    });
  }

  /** Throws `not-found`. */
  async get(call: Call, id: BackupId): Promise<BackupRecord> {
    return this.database.session(async (session) => getBackup(session, call.scope, id));
  }
}

/** A system disk has the id of its server. */
async function isThere(session: Session, { scope }: Call, source: DiskPart): Promise<boolean> {
  const one: PageRequest = { limit: 1 };
  const disks = await listVDisks(session, scope, { id: source }, one);
  if (disks.items.length > 0) return true;
  return (await listVServers(session, scope, { id: source }, one)).items.length > 0;
}
