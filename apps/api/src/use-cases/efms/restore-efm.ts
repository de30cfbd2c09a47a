/** The edit that brings a former configuration of an EFM back. */
import { Injectable } from '@nestjs/common';
import { Database, getEfmPlace, getEfmVersion } from '@openvsys/persistence';
import type { VServerId } from '@openvsys/vsys';
import type { Call } from '../call.js';
import { SecretSealer } from '../clock.js';
import type { ConfigureEfmCommand } from './configure-efm.js';
import { restoredVersion } from './efm-edits.js';

@Injectable()
export class RestoreEfm {
  constructor(
    private readonly database: Database,
    private readonly sealer: SecretSealer,
  ) {}

  /** Throws `not-found` for the EFM, and for a version that it never had. */
  async edit(call: Call, id: VServerId, version: number): Promise<ConfigureEfmCommand['edit']> {
    return this.database.session(async (session) => {
      const { vsysId, name } = await getEfmPlace(session, call.scope, id);
      await getEfmVersion(session, id, version);
      return restoredVersion(vsysId, name, version, this.sealer);
    });
  }
}
