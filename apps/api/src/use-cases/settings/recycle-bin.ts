/** The recycle bin of a VDC: how long systems that are deleted in it can be restored. */
import { Injectable } from '@nestjs/common';
import { Database, getBinHours, getVdc, setBinHours } from '@openvsys/persistence';
import type { VdcId } from '@openvsys/vsys';
import type { Call } from '../call.js';
import { Transactor } from '../transactor.js';

export interface BinSettings {
  readonly vdcId: VdcId;
  readonly retentionHours: number;
}

@Injectable()
export class ManageRecycleBin {
  constructor(
    private readonly database: Database,
    private readonly transactor: Transactor,
  ) {}

  /** Throws `not-found`. */
  async get(call: Call, vdcId: VdcId): Promise<BinSettings> {
    return this.database.session(async (session) => {
      await getVdc(session, call.scope, vdcId);
      return { vdcId, retentionHours: await getBinHours(session, vdcId) };
    });
  }

  /** Of systems that are deleted from now on. Throws `not-found`. */
  async set(call: Call, vdcId: VdcId, retentionHours: number): Promise<BinSettings> {
    return this.transactor.change(call, async (session) => {
      const { organizationId } = await getVdc(session, call.scope, vdcId);
      await setBinHours(session, vdcId, retentionHours);
      return {
        answer: { vdcId, retentionHours },
        audit: { organizationId, verb: 'vdc.recycle-bin', resource: vdcId, detail: { retentionHours } },
      };
    });
  }
}
