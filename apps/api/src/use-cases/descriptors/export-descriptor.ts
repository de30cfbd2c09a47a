/** Stored descriptors in other formats. Stores nothing. */
import { Injectable } from '@nestjs/common';
import { Database, getDescriptorVersion, getOrganization } from '@openvsys/persistence';
import { descriptorOf, exportForm, type ExportedForm } from '@openvsys/vsys';
import type { Call } from '../call.js';

/** Owner of what the provider offers. Eight characters, like contracts. */
const PROVIDER = 'PROVIDER';

@Injectable()
export class ExportDescriptor {
  constructor(private readonly database: Database) {}

  /** Fujitsu's XML form. Throws `not-found`, and `conflict` for a descriptor that is larger than the form. */
  async toFujitsu(call: Call, name: string, version: string): Promise<ExportedForm> {
    const { organizationId } = call.principal;
    return this.database.session(async (session) => {
      const { document, shared } = await getDescriptorVersion(session, call.scope, name, version);
      const isOwn = !shared && organizationId !== null;
      const owner = isOwn ? (await getOrganization(session, call.scope, organizationId)).contract : PROVIDER;
      return exportForm(descriptorOf(document), { owner, visibility: shared ? 'PUBLIC' : 'CONTRACT' });
    });
  }
}
