/** Lists and shows snapshots. */
import { Injectable } from '@nestjs/common';
import {
  Database,
  getVsys,
  listSnapshots,
  type Page,
  type PageRequest,
  type SnapshotRecord,
} from '@openvsys/persistence';
import { DomainError, type SnapshotId, type VsysId } from '@openvsys/vsys';
import type { Call } from '../call.js';

@Injectable()
export class ReadSnapshots {
  constructor(private readonly database: Database) {}

  /** Throws `not-found` for a VSYS that the caller does not see. */
  async list(call: Call, vsysId: VsysId, page: PageRequest): Promise<Page<SnapshotRecord>> {
    return this.database.session(async (session) => {
      await getVsys(session, call.scope, vsysId);
      return listSnapshots(session, call.scope, { vsysId }, page);
    });
  }

  /** Of every system that the caller sees. */
  async listAll(call: Call, page: PageRequest): Promise<Page<SnapshotRecord>> {
    return this.database.session(async (session) => listSnapshots(session, call.scope, {}, page));
  }

  /** Throws `not-found`. */
  async get(call: Call, vsysId: VsysId, id: SnapshotId): Promise<SnapshotRecord> {
    const { items } = await this.database.session(async (session) =>
      listSnapshots(session, call.scope, { vsysId, id }, { limit: 1 }),
    );
    if (items[0] !== undefined) return items[0];
    throw new DomainError('not-found', `No snapshot has the id “${id}”.`, {
      remedy: 'Take ids from a list or from the answer that created the thing.',
    });
  }
}
