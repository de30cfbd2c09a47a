/** Addresses of a VNet: who uses them, and which are reserved so that no server gets them by itself. */
import { Injectable } from '@nestjs/common';
import {
  Database,
  deleteReservation,
  getNetworkHome,
  insertReservation,
  listReservations,
  listUsedAddresses,
  lockVsys,
  type AddressReservation,
  type NetworkHome,
  type Session,
} from '@openvsys/persistence';
import {
  addressBookOf,
  checkReservation,
  DomainError,
  type AddressBookEntry,
  type AddressCount,
  type VNetId,
} from '@openvsys/vsys';
import type { Call } from '../call.js';
import { BusinessTime, FreshIds } from '../clock.js';
import { Transactor } from '../transactor.js';

export interface AddressUse extends AddressCount {
  readonly vnetId: VNetId;
  readonly addresses: readonly AddressBookEntry[];
  readonly reservations: readonly AddressReservation[];
}

export interface ReservationWish {
  readonly first: string;
  /** Undefined: `first` alone. */
  readonly last: string | undefined;
  readonly note: string;
}

@Injectable()
export class ManageAddresses {
  constructor(
    private readonly database: Database,
    private readonly transactor: Transactor,
    private readonly ids: FreshIds,
    private readonly time: BusinessTime,
  ) {}

  /** Throws `not-found`. */
  async list(call: Call, vnetId: VNetId): Promise<AddressUse> {
    return this.database.session(async (session) => {
      const home = await getNetworkHome(session, call.scope, vnetId);
      return this.read(session, home);
    });
  }

  /** Who has one of the addresses keeps it. Throws `not-found`, `invalid-request`, `conflict`. */
  async reserve(call: Call, vnetId: VNetId, wish: ReservationWish): Promise<AddressReservation> {
    return this.transactor.change(call, async (session, at) => {
      const home = await this.lock(session, call, vnetId);
      const { first, last = first, note } = wish;
      const used = await listUsedAddresses(session, vnetId, at);
      const refusal = checkReservation(home.cidr, { first, last }, used);
      if (refusal !== undefined) throw refusal;
      const reservation = { id: this.ids.uuid(), vnetId, first, last, note, createdAt: at };
      await insertReservation(session, home, reservation);
      return {
        answer: reservation,
        audit: { ...auditOf(home), verb: 'vnet.reserve', detail: { first, last, note } },
      };
    });
  }

  /** Throws `not-found`. */
  async free(call: Call, vnetId: VNetId, id: string): Promise<AddressReservation> {
    return this.transactor.change(call, async (session) => {
      const home = await this.lock(session, call, vnetId);
      const freed = await deleteReservation(session, vnetId, id);
      const { first, last } = freed;
      return { answer: freed, audit: { ...auditOf(home), verb: 'vnet.free', detail: { first, last } } };
    });
  }

  /** Admissions of the system wait: nobody is given an address that is just being reserved. */
  private async lock(session: Session, call: Call, vnetId: VNetId): Promise<NetworkHome> {
    const home = await getNetworkHome(session, call.scope, vnetId);
    const { phase } = await lockVsys(session, call.scope, home.vsysId);
    if (phase === 'deleting') throw new DomainError('conflict', 'The system of the VNet is being deleted.');
    return home;
  }

  private async read(session: Session, { id, cidr }: NetworkHome): Promise<AddressUse> {
    const reservations = await listReservations(session, id);
    const used = await listUsedAddresses(session, id, this.time.now());
    return { vnetId: id, ...addressBookOf(cidr, used, reservations), reservations };
  }
}

const auditOf = ({ id, organizationId }: NetworkHome) => ({ organizationId, resource: id });
