/** Public addresses of a zone, for the provider. */
import { Injectable } from '@nestjs/common';
import {
  addAddressRange,
  Database,
  listAddressRanges,
  removeAddressRange,
  requireZone,
  type AddressRange,
} from '@openvsys/persistence';
import { addressSpan } from '@openvsys/vsys';
import type { Call } from '../call.js';
import { Transactor } from '../transactor.js';

export interface RangeChange {
  readonly zoneId: string;
  readonly first: string;
  readonly last: string;
}

@Injectable()
export class ManageAddressRanges {
  constructor(
    private readonly database: Database,
    private readonly transactor: Transactor,
  ) {}

  /** Throws `not-found` for the zone. */
  async list(zoneId: string): Promise<readonly AddressRange[]> {
    return this.database.session(async (session) => {
      await requireZone(session, zoneId);
      return listAddressRanges(session, zoneId);
    });
  }

  /** Addresses that are there already stay as they are. Throws `not-found`, `invalid-request`, `conflict`. */
  async add(call: Call, range: RangeChange): Promise<{ readonly added: number }> {
    const { zoneId, first, last } = range;
    addressSpan(first, last);
    return this.transactor.change(call, async (session) => {
      await requireZone(session, zoneId);
      const added = await addAddressRange(session, zoneId, first, last);
      return { answer: { added }, audit: { ...auditOf(range), verb: 'address-range.add' } };
    });
  }

  /** All of them or none. Throws `not-found`, `invalid-request`, `conflict` while somebody has one. */
  async remove(call: Call, range: RangeChange): Promise<{ readonly removed: number }> {
    const { zoneId, first, last } = range;
    addressSpan(first, last);
    return this.transactor.change(call, async (session) => {
      await requireZone(session, zoneId);
      const removed = await removeAddressRange(session, zoneId, first, last);
      return { answer: { removed }, audit: { ...auditOf(range), verb: 'address-range.remove' } };
    });
  }
}

const auditOf = ({ zoneId, first, last }: RangeChange) => ({
  organizationId: null,
  resource: zoneId,
  detail: { first, last },
});
