/** Stores, checks, lists and shows descriptors. */
import { Injectable } from '@nestjs/common';
import {
  Database,
  getDescriptorVersion,
  listDescriptors,
  listDescriptorVersions,
  type DescriptorFilter,
  type DescriptorRecord,
  type DescriptorVersionDetailRecord,
  type DescriptorVersionRecord,
  type Page,
  type PageRequest,
} from '@openvsys/persistence';
import type { Descriptor } from '@openvsys/vsys';
import type { Call } from '../call.js';
import { Transactor } from '../transactor.js';
import { parseText } from './parse-text.js';
import { storeVersion } from './store-version.js';

@Injectable()
export class ManageDescriptors {
  constructor(
    private readonly database: Database,
    private readonly transactor: Transactor,
  ) {}

  async list(call: Call, page: PageRequest, filter: DescriptorFilter = {}): Promise<Page<DescriptorRecord>> {
    return this.database.session(async (session) => listDescriptors(session, call.scope, filter, page));
  }

  /** Throws `not-found` for a name that the caller does not see. */
  async listVersions(call: Call, name: string, page: PageRequest): Promise<Page<DescriptorVersionRecord>> {
    return this.database.session(async (session) => {
      await getDescriptorVersion(session, call.scope, name, undefined);
      return listDescriptorVersions(session, call.scope, name, page);
    });
  }

  /** The newest version without one. Throws `not-found`. */
  async get(call: Call, name: string, version: string | undefined): Promise<DescriptorVersionDetailRecord> {
    return this.database.session(async (session) => getDescriptorVersion(session, call.scope, name, version));
  }

  /** Throws `invalid-descriptor` with every mistake. */
  async check(call: Call, text: string): Promise<Descriptor> {
    return this.database.session(async (session) => parseText(session, call.scope, text));
  }

  /**
   * Stores the version that the text names, for the caller's organization or, by the provider, for everybody. The same
   * text again answers the version that is there. Throws `invalid-descriptor`, and `conflict` when the version is there
   * with another text.
   */
  async store(call: Call, text: string): Promise<DescriptorVersionRecord> {
    return this.transactor.change(call, async (session, at) =>
      storeVersion(session, { organizationId: call.principal.organizationId, scope: call.scope }, text, at),
    );
  }
}
