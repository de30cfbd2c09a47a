/**
 * Public addresses of a VDC. They are held, metered and counted from allocation until they are freed, whatever becomes of the
 * systems that use them meanwhile.
 */
import { Injectable } from '@nestjs/common';
import { ADDRESS_HOLDING } from '@openvsys/metering';
import {
  Database,
  enforceVdcQuotas,
  getAllocated,
  getVdc,
  getVdcHome,
  insertAllocated,
  insertEvent,
  listAllocated,
  listFreeAllocated,
  pickPublicAddresses,
  releaseAllocated,
  type AllocatedAddress,
  type Session,
} from '@openvsys/persistence';
import { DomainError, NO_DEMAND, type VdcId } from '@openvsys/vsys';
import type { Call } from '../call.js';
import { FreshIds } from '../clock.js';
import { Transactor } from '../transactor.js';

@Injectable()
export class ManagePublicAddresses {
  constructor(
    private readonly database: Database,
    private readonly transactor: Transactor,
    private readonly ids: FreshIds,
  ) {}

  /** Throws `not-found`. */
  async list(call: Call, vdcId: VdcId): Promise<readonly AllocatedAddress[]> {
    return this.database.session(async (session) => {
      await getVdc(session, call.scope, vdcId);
      return listAllocated(session, vdcId);
    });
  }

  /** Of all VDCs that the caller sees, those that no system uses. */
  async listFree(call: Call): Promise<readonly AllocatedAddress[]> {
    return this.database.session(async (session) => listFreeAllocated(session, call.scope));
  }

  /** Throws `not-found`. */
  async get(call: Call, id: string): Promise<AllocatedAddress> {
    return this.database.session(async (session) => getAllocated(session, call.scope, id));
  }

  /** Throws `not-found`, `conflict`, `quota-exceeded`, `address-exhausted`; then nothing is held. */
  async allocate(call: Call, vdcId: VdcId, name: string): Promise<AllocatedAddress> {
    return this.transactor.change(call, async (session, at) => {
      const home = await getVdcHome(session, call.scope, vdcId);
      if (home.organizationState !== 'active')
        throw new DomainError('conflict', `The organization is ${home.organizationState}.`, {
          remedy: 'Ask the provider.',
        });
      const [address = ''] = await pickPublicAddresses(session, home.zoneId, 1);
      const { organizationId } = home;
      const row = { id: this.ids.uuid(), organizationId, vdcId, name, address, createdAt: at };
      await insertAllocated(session, { ...row, items: ADDRESS_HOLDING });
      await this.tell(session, row, 'allocated', at);
      await enforceVdcQuotas(session, home, { ...NO_DEMAND, 'public-ip': 1 });
      return {
        answer: { ...row, vsysId: null, publicIpId: null },
        audit: {
          organizationId,
          verb: 'public-address.allocate',
          resource: row.id,
          detail: { name, address },
        },
      };
    });
  }

  /** Throws `not-found`, `conflict` while a system uses it. */
  async free(call: Call, id: string): Promise<AllocatedAddress> {
    return this.transactor.change(call, async (session, at) => {
      const allocated = await getAllocated(session, call.scope, id);
      await releaseAllocated(session, allocated, at);
      await this.tell(session, allocated, 'freed', at);
      const { organizationId, name, address } = allocated;
      return {
        answer: allocated,
        audit: { organizationId, verb: 'public-address.free', resource: id, detail: { name, address } },
      };
    });
  }

  /** What a line of a bill began or ended with. */
  private async tell(
    session: Session,
    {
      id,
      organizationId,
      name,
      address,
    }: Pick<AllocatedAddress, 'id' | 'organizationId' | 'name' | 'address'>,
    what: 'allocated' | 'freed',
    at: Date,
  ): Promise<void> {
    await insertEvent(session, {
      id: this.ids.uuid(),
      organizationId,
      vsysId: null,
      resource: id,
      type: `public-address.${what}`,
      data: { name, address },
      at,
    });
  }
}
