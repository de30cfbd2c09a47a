/**
 * Addresses of NICs in their VNets. What lives on keeps its address; fixed ones come as they are; the rest gets the lowest
 * free one. Addresses of NICs that are going away are not given again within the same change.
 */
import { DomainError, type Violation } from '../../errors.js';
import type { VNetId } from '../../ids.js';
import { ipv4FromNumber, ipv4Range, ipv4ToNumber } from '../ipv4.js';
import { pointerOf } from '../pointer.js';
import type { WithheldAddresses } from './allocation.js';
import type { VNetSpec } from '../vsys-spec.js';

export interface AddressWish {
  /** Who asks, for messages. */
  readonly server: string;
  readonly net: VNetSpec;
  readonly pointer: string;
  /** `gateway`: the firewall's; a text: fixed; `null`: any. */
  readonly wanted: string | null;
  /** Present address, when the NIC lives on. */
  readonly kept: string | undefined;
}

/** Result in the order of the wishes. Throws `address-exhausted` and, for fixed addresses that are taken, `conflict`. */
export function assignAddresses(
  wishes: readonly AddressWish[],
  inUse: readonly { readonly net: VNetId; readonly ipv4: string }[],
  withheld: readonly WithheldAddresses[] = [],
): string[] {
  const taken = new Map<VNetId, Set<number>>();
  const takenIn = (net: VNetId): Set<number> => {
    const known = taken.get(net) ?? new Set<number>();
    taken.set(net, known);
    return known;
  };
  for (const { net, ipv4 } of inUse) takenIn(net).add(ipv4ToNumber(ipv4));
  const settled = wishes.map((wish) => settle(wish, takenIn(wish.net.id)));
  const refused = settled.flatMap((answer) => (typeof answer === 'object' ? [answer] : []));
  if (refused[0]) {
    throw new DomainError('conflict', refused[0].message, {
      violations: refused,
      pointer: refused[0].pointer,
    });
  }
  const next = new Map<VNetId, number>();
  const gapsOf = gapsByNet(withheld);
  return settled.map((answer, index) => {
    if (typeof answer === 'string') return answer;
    const { net } = wishes[index] ?? {};
    if (!net) throw new DomainError('internal', 'An address wish has no VNet.');
    const value = lowestFree(net, takenIn(net.id), gapsOf(net.id), next.get(net.id));
    next.set(net.id, value + 1);
    return ipv4FromNumber(value);
  });
}

/** The address when it is certain, a violation when it cannot be had, `undefined` when any will do. */
function settle(
  { wanted, kept, net, server, pointer }: AddressWish,
  taken: Set<number>,
): string | Violation | undefined {
  const address = wanted ?? kept;
  if (address === undefined) return undefined;
  const value = ipv4ToNumber(address);
  if (address !== kept && taken.has(value)) {
    return {
      pointer,
      message: `${address} for “${server}” is still used by another NIC in VNet “${net.name}”.`,
      remedy: 'Choose another address, or remove the other NIC first.',
    };
  }
  taken.add(value);
  return address;
}

interface Gap {
  readonly first: number;
  readonly last: number;
}

function gapsByNet(withheld: readonly WithheldAddresses[]): (net: VNetId) => readonly Gap[] {
  const gaps = Map.groupBy(
    withheld.map(({ net, first, last }) => ({ net, first: ipv4ToNumber(first), last: ipv4ToNumber(last) })),
    ({ net }) => net,
  );
  return (net) => gaps.get(net) ?? [];
}

function lowestFree(
  net: VNetSpec,
  taken: Set<number>,
  gaps: readonly Gap[],
  from: number | undefined,
): number {
  const range = ipv4Range(net.cidr);
  for (let value = from ?? range.gateway + 1; value < range.broadcast; value += 1) {
    if (taken.has(value)) continue;
    const gap = gaps.find(({ first, last }) => first <= value && value <= last);
    if (gap !== undefined) {
      value = gap.last;
      continue;
    }
    taken.add(value);
    return value;
  }
  throw new DomainError('address-exhausted', `VNet “${net.name}” (${net.cidr}) has no free address left.`, {
    pointer: pointerOf('vnets', net.name, 'cidr'),
    remedy:
      'Use a wider range, free reserved addresses, or wait until removed servers are gone and their addresses have rested.',
  });
}
