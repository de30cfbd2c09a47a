/** The address space of a VDC, from which ranges of VNets are chosen, and how long addresses rest between two servers. */
import { Injectable } from '@nestjs/common';
import {
  Database,
  getNetworkSettings,
  getVdc,
  setNetworkSettings,
  type NetworkSettings,
} from '@openvsys/persistence';
import { checkAddressSpace, DomainError, type VdcId } from '@openvsys/vsys';
import type { Call } from '../call.js';
import { Transactor } from '../transactor.js';

@Injectable()
export class ManageNetworkSettings {
  constructor(
    private readonly database: Database,
    private readonly transactor: Transactor,
  ) {}

  /** Throws `not-found`. */
  async get(call: Call, vdcId: VdcId): Promise<NetworkSettings & { readonly vdcId: VdcId }> {
    return this.database.session(async (session) => {
      await getVdc(session, call.scope, vdcId);
      return { vdcId, ...(await getNetworkSettings(session, vdcId)) };
    });
  }

  /** For what is given from now on; ranges that are there stay. Throws `not-found`, `invalid-request`. */
  async set(
    call: Call,
    vdcId: VdcId,
    settings: NetworkSettings,
  ): Promise<NetworkSettings & { readonly vdcId: VdcId }> {
    const violations = checkAddressSpace(settings.addressSpace);
    const [first] = violations;
    if (first !== undefined)
      throw new DomainError('invalid-request', first.message, { violations, pointer: first.pointer });
    return this.transactor.change(call, async (session) => {
      const { organizationId } = await getVdc(session, call.scope, vdcId);
      const before = await getNetworkSettings(session, vdcId);
      await setNetworkSettings(session, vdcId, settings);
      return {
        answer: { vdcId, ...settings },
        audit: {
          organizationId,
          verb: 'vdc.network-settings',
          resource: vdcId,
          detail: { before, after: settings },
        },
      };
    });
  }
}
