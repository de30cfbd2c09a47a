/** Address ranges of VNets and fixed addresses in them. */
import type { Violation } from '../../errors.js';
import { autoPrefixOf } from '../address-space.js';
import {
  ipv4FromNumber,
  ipv4Range,
  ipv4ToNumber,
  isInternal,
  nicCapacity,
  overlaps,
  type Ipv4Range,
} from '../ipv4.js';
import { closed, type Outline, type OutlineNic } from '../outline.js';
import { pointerOf } from '../pointer.js';
import { serversOf } from '../role-servers.js';
import type { Descriptor } from '../schema/descriptor.schema.js';
import { checkRanges6 } from './check-ranges6.js';
import { INTERNET } from './internet.js';

/** A VNet of /16 has 65 534 hosts, one of /29 has 6. */
export const PREFIXES = { widest: 16, narrowest: 29 } as const;

interface Net {
  readonly name: string;
  readonly pointer: string;
  readonly range: Ipv4Range;
}

export function checkNetworks(descriptor: Descriptor, outline: Outline): Violation[] {
  const nets = Object.entries(descriptor.vnets).flatMap(([name, { cidr }]): Net[] => {
    const known = closed(cidr);
    return known === undefined || autoPrefixOf(known) !== undefined
      ? []
      : [{ name, pointer: pointerOf('vnets', name, 'cidr'), range: ipv4Range(known) }];
  });
  return [
    ...Object.keys(descriptor.vnets).flatMap(checkName),
    ...nets.flatMap(checkRange),
    ...nets.flatMap((net, index) => checkOverlap(net, nets.slice(0, index))),
    ...nets.flatMap((net) => checkCapacity(net, outline)),
    ...nets.flatMap((net) => checkFixed(net, outline)),
    ...Object.entries(descriptor.vnets).flatMap(([name, { cidr }]) =>
      checkChosen(name, closed(cidr), outline),
    ),
    ...checkRanges6(descriptor),
    ...checkFixedOfMany(descriptor),
  ];
}

const checkName = (name: string): Violation[] =>
  name === INTERNET
    ? [
        {
          pointer: pointerOf('vnets', name),
          message: `A VNet cannot be named “${INTERNET}”: in firewall rules that is the outside world.`,
          remedy: 'Rename the VNet.',
        },
      ]
    : [];

function checkRange({ pointer, range }: Net): Violation[] {
  if (range.prefix < PREFIXES.widest || range.prefix > PREFIXES.narrowest) {
    const message = `The prefix /${range.prefix} is not between /${PREFIXES.widest} and /${PREFIXES.narrowest}.`;
    return [{ pointer, message, remedy: 'Choose a range like 10.0.1.0/24.' }];
  }
  const proper = `${ipv4FromNumber(range.network)}/${range.prefix}`;
  if (range.cidr !== proper) {
    return [
      { pointer, message: `${range.cidr} is not the start of its network.`, remedy: `Write ${proper}.` },
    ];
  }
  if (isInternal(range.cidr)) return [];
  return [
    {
      pointer,
      message: `${range.cidr} is not a private range.`,
      remedy: 'Choose one in 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16 or 100.64.0.0/10.',
    },
  ];
}

function checkOverlap(net: Net, earlier: readonly Net[]): Violation[] {
  const other = earlier.find(({ range }) => overlaps(range, net.range));
  if (!other) return [];
  const message = `${net.range.cidr} overlaps with ${other.range.cidr} of VNet “${other.name}”.`;
  return [{ pointer: net.pointer, message, remedy: 'Choose ranges that have no address in common.' }];
}

/** A range that nobody knows yet: no fixed addresses in it, and enough of it. */
function checkChosen(name: string, cidr: string | undefined, outline: Outline): Violation[] {
  const prefix = cidr === undefined ? undefined : autoPrefixOf(cidr);
  if (prefix === undefined) return [];
  const stand: Net = {
    name,
    pointer: pointerOf('vnets', name, 'cidr'),
    range: ipv4Range(`10.0.0.0/${prefix}`),
  };
  const fixed = sharedNics(outline).filter((nic) => isIn(stand)(nic) && nic.address !== undefined);
  return [
    ...checkCapacity(stand, outline),
    ...fixed.map(({ pointer }) => ({
      pointer: `${pointer}/address`,
      message: `VNet “${name}” has no written range that a fixed address could be in.`,
      remedy: 'Write the range of the VNet, or leave the address out.',
    })),
  ];
}

const isIn = (net: Net) => (nic: OutlineNic) => nic.vnet === net.name;
/** A gateway has the first address of a VNet, which is outside of what the others share. */
const sharedNics = (outline: Outline): readonly OutlineNic[] =>
  outline.members.flatMap((member) => [...(member.isGateway ? [] : member.nics), ...member.virtualNics]);

function checkCapacity(net: Net, outline: Outline): Violation[] {
  const needed = sharedNics(outline).filter(isIn(net)).length;
  const available = nicCapacity(net.range);
  if (needed <= available) return [];
  const message = `${net.range.cidr} has ${available} addresses for NICs, ${needed} are needed.`;
  return [{ pointer: net.pointer, message, remedy: 'Widen the range or take fewer servers.' }];
}

function checkFixed(net: Net, outline: Outline): Violation[] {
  const taken = new Map<string, string>();
  return sharedNics(outline)
    .filter(isIn(net))
    .flatMap(({ address, pointer }) => {
      if (address === undefined) return [];
      const at = `${pointer}/address`;
      const other = taken.get(address);
      taken.set(address, at);
      if (other === undefined || other === at) return checkPlace(at, address, net);
      const message = `${address} is also given at ${other}.`;
      return [{ pointer: at, message, remedy: 'Choose another address.' }];
    });
}

function checkPlace(pointer: string, address: string, { name, range }: Net): Violation[] {
  const value = ipv4ToNumber(address);
  const remedy = `Choose one from ${ipv4FromNumber(range.gateway + 1)} to ${ipv4FromNumber(range.broadcast - 1)}.`;
  if (value < range.network || value > range.broadcast) {
    return [
      { pointer, message: `${address} is outside of ${range.cidr}, the range of VNet “${name}”.`, remedy },
    ];
  }
  const reserved = new Map([
    [range.network, 'the network address'],
    [range.broadcast, 'the broadcast address'],
    [range.gateway, 'the gateway’s address'],
  ]).get(value);
  if (reserved === undefined) return [];
  return [{ pointer, message: `${address} is ${reserved} of VNet “${name}”.`, remedy }];
}

function checkFixedOfMany(descriptor: Descriptor): Violation[] {
  return Object.entries(descriptor.vservers).flatMap(([role, written]) => {
    const { count, nics } = written;
    const asTheRole = serversOf(role, written).filter(({ server }) => server.nics === nics);
    if (typeof count !== 'number' || asTheRole.length <= 1) return [];
    return nics.flatMap(({ address }, index) =>
      address === undefined
        ? []
        : [
            {
              pointer: pointerOf('vservers', role, 'nics', index, 'address'),
              message: `${asTheRole.length} servers cannot share one fixed address.`,
              remedy: 'Remove the address or the count.',
            },
          ],
    );
  });
}
