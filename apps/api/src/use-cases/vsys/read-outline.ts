/** A system without its parts: for callers that ask for one thing at a time. */
import { Injectable } from '@nestjs/common';
import {
  Database,
  getVsys,
  listVsysOrigins,
  type VsysDetailRecord,
  type VsysOrigin,
} from '@openvsys/persistence';
import type { VsysId } from '@openvsys/vsys';
import type { Call } from '../call.js';

@Injectable()
export class ReadOutline {
  constructor(private readonly database: Database) {}

  /** Throws `not-found`. */
  async get(call: Call, id: VsysId): Promise<VsysDetailRecord> {
    return this.database.session(async (session) => getVsys(session, call.scope, id));
  }

  /** The descriptors that systems come from, also when parts were changed one by one since. */
  async origins(call: Call): Promise<ReadonlyMap<string, VsysOrigin>> {
    const origins = await this.database.session(async (session) => listVsysOrigins(session, call.scope));
    return new Map(origins.map((origin) => [origin.id, origin]));
  }
}
