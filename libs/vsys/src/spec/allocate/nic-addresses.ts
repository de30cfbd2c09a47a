/**
 * Addresses of all NICs in VNets, and those that the two appliances of a pair share. When one appliance becomes a pair, its
 * address becomes the shared one, and the other way round: for everybody else the EFM stays where it was.
 */
import { DomainError } from '../../errors.js';
import type { NicId } from '../../ids.js';
import type { VsysDesign } from '../bind/vsys-design.js';
import { ipv4FromNumber, ipv4Range } from '../ipv4.js';
import { sharedIpv4 } from '../any-address.js';
import { isVNet, type NicSpec, type VNetSpec, type VServerSpec } from '../vsys-spec.js';
import type { AllocationContext } from './allocation.js';
import { assignAddresses, type AddressWish } from './assign-addresses.js';
import type { Survivors, WantedMember } from './match-parts.js';

export interface SeatedNics {
  readonly member: WantedMember;
  /** Of `member.nics`, in that order. */
  readonly nics: readonly { readonly id: NicId; readonly net: VNetSpec }[];
}

export interface NicAddresses {
  readonly own: string;
  /** `null`: no pair. */
  readonly virtual: string | null;
}

/** In the order of the seats and their NICs. Throws as `assignAddresses` does. */
export function nicAddresses(
  design: VsysDesign,
  seats: readonly SeatedNics[],
  context: AllocationContext,
  survivors: Survivors,
): NicAddresses[][] {
  const owns = seats.map((seat) => seat.nics.map((_, position) => ownWish(seat, position, survivors)));
  const shared = seats.map((seat) =>
    seat.member.pair === 1
      ? seat.nics.map((_, position) => sharedWish(design, seat, position, survivors))
      : [],
  );
  const addresses = assignAddresses(
    [...shared.flat(), ...owns.flat()],
    addressesInUse(context),
    context.reserved.withheld,
  );
  const sharedOf = new Map<string, readonly string[]>();
  shared.forEach((wishes, index) => {
    const role = seats[index]?.member.role ?? '';
    if (wishes.length > 0) sharedOf.set(role, addresses.splice(0, wishes.length));
  });
  return seats.map(({ member, nics }) =>
    addresses.splice(0, nics.length).map((own, position) => ({
      own,
      virtual: member.pair === null ? null : (sharedOf.get(member.role)?.[position] ?? null),
    })),
  );
}

function addressesInUse({ previous, reserved }: AllocationContext) {
  const nics = (previous?.spec.servers ?? []).flatMap(({ nics: own, kind }) =>
    own.flatMap((nic) => {
      const { net, ipv4 } = nic;
      if (!isVNet(net)) return [];
      const shared = kind === 'server' ? undefined : sharedIpv4(nic);
      const all = shared === undefined ? [ipv4] : [ipv4, shared];
      return all.map((address) => ({ net, ipv4: address }));
    }),
  );
  return [...nics, ...(reserved.addressesInUse ?? [])];
}

const previousNic = (server: VServerSpec | undefined, id: NicId | undefined): NicSpec | undefined =>
  server?.nics.find((nic) => nic.id === id);

const gatewayOf = (net: VNetSpec): string => ipv4FromNumber(ipv4Range(net.cidr).gateway);

function ownWish(seat: SeatedNics, position: number, survivors: Survivors): AddressWish {
  const { member, nics } = seat;
  const { id, net } = nics[position] ?? {};
  if (net === undefined) throw new DomainError('internal', 'A seat has fewer NICs than its member.');
  const before = previousNic(survivors.servers.get(member.name), id);
  const base = { server: member.name, net, pointer: pointerOf(member, position) };
  const shared = before && member.kind !== 'server' ? sharedIpv4(before) : undefined;
  // What was alone gives its address to the pair, and takes the shared one when it is alone again.
  if (member.pair !== null)
    return { ...base, wanted: null, kept: shared === undefined ? undefined : before?.ipv4 };
  const fixed = member.isGateway ? gatewayOf(net) : (member.nics[position]?.address ?? null);
  return { ...base, wanted: fixed, kept: shared ?? before?.ipv4 };
}

const pointerOf = ({ isGateway, pointer }: WantedMember, position: number): string =>
  isGateway ? pointer : `${pointer}/nics/${position}/address`;

function sharedWish(
  design: VsysDesign,
  { member, nics }: SeatedNics,
  position: number,
  survivors: Survivors,
): AddressWish {
  const { id, net } = nics[position] ?? {};
  if (net === undefined) throw new DomainError('internal', 'A seat has fewer NICs than its member.');
  const before = previousNic(survivors.servers.get(member.name), id);
  const fixed = design.efms.find(({ name }) => name === member.role)?.nics[position]?.address ?? null;
  return {
    server: member.role,
    net,
    pointer: pointerOf(member, position),
    wanted: member.isGateway ? gatewayOf(net) : fixed,
    kept: before && (sharedIpv4(before) ?? before.ipv4),
  };
}
