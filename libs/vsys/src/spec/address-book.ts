/** The addresses of one VNet as a list: who has which, how many are left, and what may be reserved. */
import { DomainError, type Violation } from '../errors.js';
import { PREFIXES } from './checks/check-networks.js';
import { cidr } from './schema/fields.js';
import { ipv4FromNumber, ipv4Range, ipv4ToNumber, isInternal, nicCapacity, overlaps } from './ipv4.js';

export interface AddressInUse {
  readonly address: string;
  /** `nic`: a server has it · `leaving`: until its NIC is gone · `resting`: kept from other servers for a while. */
  readonly use: 'nic' | 'leaving' | 'resting';
  readonly server: string;
  readonly until: Date | null;
}

export interface AddressBookEntry extends Omit<AddressInUse, 'use' | 'server'> {
  readonly use: AddressInUse['use'] | 'gateway';
  readonly server: string | null;
}

export interface AddressCount {
  readonly cidr: string;
  readonly gateway: string;
  /** Addresses for NICs, the gateway not among them. */
  readonly total: number;
  /** Those that a new NIC could get now. */
  readonly free: number;
  readonly nextFree: string | null;
}

export interface AddressSpan {
  readonly first: string;
  readonly last: string;
}

/** Linear in uses and reservations, plus the steps over what is not free to the next free one. */
export function addressBookOf(
  cidr: string,
  used: readonly AddressInUse[],
  reserved: readonly AddressSpan[],
): AddressCount & { readonly addresses: readonly AddressBookEntry[] } {
  const range = ipv4Range(cidr);
  const gateway = ipv4FromNumber(range.gateway);
  const own: AddressBookEntry[] = used.map((entry) => ({ ...entry }));
  const isListed = used.some(({ address }) => address === gateway);
  const spans = reserved.map(({ first, last }) => ({ first: ipv4ToNumber(first), last: ipv4ToNumber(last) }));
  const taken = new Set(used.map(({ address }) => ipv4ToNumber(address)));
  const isReserved = (value: number): boolean =>
    spans.some(({ first, last }) => first <= value && value <= last);
  const single = [...taken].filter((value) => value > range.gateway && !isReserved(value)).length;
  const withheld = spans.reduce((sum, { first, last }) => sum + last - first + 1, 0);
  const total = nicCapacity(range);
  const free = Math.max(0, total - single - withheld);
  let next = range.gateway + 1;
  while (next < range.broadcast && (taken.has(next) || isReserved(next))) next += 1;
  return {
    cidr,
    gateway,
    total,
    free,
    nextFree: next < range.broadcast ? ipv4FromNumber(next) : null,
    addresses: isListed ? own : [{ address: gateway, use: 'gateway', server: null, until: null }, ...own],
  };
}

/** Why the addresses cannot be reserved; undefined when they can. The gateway and those that somebody has cannot. */
export function checkReservation(
  cidr: string,
  { first, last }: AddressSpan,
  used: readonly AddressInUse[],
): DomainError | undefined {
  const range = ipv4Range(cidr);
  const [low, high] = [ipv4ToNumber(first), ipv4ToNumber(last)];
  if (low > high)
    return new DomainError('invalid-request', `${last} is before ${first}.`, { pointer: '/last' });
  if (low <= range.gateway || high >= range.broadcast) {
    const bounds = `${ipv4FromNumber(range.gateway + 1)} to ${ipv4FromNumber(range.broadcast - 1)}`;
    return new DomainError('invalid-request', `Addresses for NICs of ${cidr} are ${bounds}.`, {
      pointer: '/first',
    });
  }
  const holder = used.find(({ address, use }) => {
    const value = ipv4ToNumber(address);
    return use !== 'resting' && low <= value && value <= high;
  });
  if (holder === undefined) return undefined;
  return new DomainError('conflict', `${holder.address} is used by the server “${holder.server}”.`, {
    pointer: '/first',
    remedy: 'Reserve others, or remove the network card first.',
  });
}

/** Most addresses that are added or removed at once: a /20. */
const MAX_SPAN = 4_096;

/** How many addresses there are from one to the other. Throws `invalid-request` for a wrong order and for too many. */
export function addressSpan(first: string, last: string): number {
  const count = ipv4ToNumber(last) - ipv4ToNumber(first) + 1;
  if (count < 1)
    throw new DomainError('invalid-request', `${last} is before ${first}.`, { pointer: '/last' });
  if (count <= MAX_SPAN) return count;
  throw new DomainError('invalid-request', `${count} addresses are more than ${MAX_SPAN} at once.`, {
    pointer: '/last',
    remedy: 'Do it in several steps.',
  });
}

/** Mistakes in the address space of a VDC: private ranges, without overlaps, wide enough for a VNet. */
export function checkAddressSpace(space: readonly string[]): Violation[] {
  const unreadable = space.findIndex((text) => !cidr.safeParse(text).success);
  if (unreadable >= 0) {
    const message = `“${space[unreadable]}” is not an IPv4 network.`;
    return [{ pointer: `/addressSpace/${unreadable}`, message, remedy: 'Write one like 10.0.0.0/8.' }];
  }
  const ranges = space.map(ipv4Range);
  return ranges.flatMap((range, index): Violation[] => {
    const pointer = `/addressSpace/${index}`;
    const proper = `${ipv4FromNumber(range.network)}/${range.prefix}`;
    if (range.cidr !== proper)
      return [
        { pointer, message: `${range.cidr} is not the start of its network.`, remedy: `Write ${proper}.` },
      ];
    if (!isInternal(range.cidr))
      return [
        { pointer, message: `${range.cidr} is not a private range.`, remedy: 'Choose one of RFC 1918.' },
      ];
    if (range.prefix > PREFIXES.narrowest)
      return [{ pointer, message: `${range.cidr} is too small for a VNet.`, remedy: 'Choose a wider one.' }];
    const other = ranges.slice(0, index).find((earlier) => overlaps(earlier, range));
    return other === undefined
      ? []
      : [
          {
            pointer,
            message: `${range.cidr} overlaps with ${other.cidr}.`,
            remedy: 'Leave one of them out.',
          },
        ];
  });
}
