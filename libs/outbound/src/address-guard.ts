/**
 * Which addresses may be talked to on behalf of a tenant. Only what is public by its range: an allow list of one entry is
 * safer than a list of what must not be reached (metadata services, pools, the database, appliances).
 */
import ipaddr from 'ipaddr.js';

/** All global unicast IPv6 (RFC 4291); what looks like unicast outside of it is a way to write IPv4 (::a.b.c.d). */
const GLOBAL_IPV6 = ipaddr.IPv6.parseCIDR('2000::/3');

/** Public by its range, yet answered by the host below a virtual machine of Azure: metadata and keys. */
const PUBLIC_METADATA = new Set(['168.63.129.16']);

export interface AddressGuard {
  /** May a connection go there? `address` is an IP address in any spelling; anything else is refused. */
  allows(address: string): boolean;
  /** Was it named by the operator? Only there plain HTTP is spoken. */
  isNamed(address: string): boolean;
}

/**
 * `named` are ranges that the operator opens beside the public ones, e.g. `10.20.0.0/16` for a billing system in the
 * own network. Throws RangeError for what is no range.
 */
export function createAddressGuard(named: readonly string[]): AddressGuard {
  const ranges = named.map(parseRange);
  const isNamed = (address: string): boolean => {
    const parsed = parseAddress(address);
    return parsed !== undefined && ranges.some((range) => contains(range, parsed));
  };
  return { isNamed, allows: (address) => isNamed(address) || isPublic(address) };
}

type Address = ipaddr.IPv4 | ipaddr.IPv6;
type Range = readonly [Address, number];

/** An IPv4-mapped IPv6 address counts as what it leads to. Undefined for anything but an address. */
function parseAddress(text: string): Address | undefined {
  const bare = text.startsWith('[') && text.endsWith(']') ? text.slice(1, -1) : text;
  // Scopes (fe80::1%eth0) name an interface of this machine: nothing a tenant may do.
  if (bare.includes('%')) return undefined;
  // The strict form only: octal, hexadecimal and shortened spellings have fooled many guards.
  if (ipaddr.IPv4.isValidFourPartDecimal(bare)) return ipaddr.IPv4.parse(bare);
  return ipaddr.IPv6.isValid(bare) ? ipaddr.process(bare) : undefined;
}

function isPublic(text: string): boolean {
  const address = parseAddress(text);
  if (address === undefined || address.range() !== 'unicast') return false;
  if (PUBLIC_METADATA.has(address.toString())) return false;
  return address instanceof ipaddr.IPv4 || address.match(GLOBAL_IPV6);
}

function parseRange(text: string): Range {
  try {
    return ipaddr.parseCIDR(text);
  } catch {
    throw new RangeError(`“${text}” is no address range such as 10.20.0.0/16.`);
  }
}

function contains([network, bits]: Range, address: Address): boolean {
  if (network instanceof ipaddr.IPv4) return address instanceof ipaddr.IPv4 && address.match(network, bits);
  return address instanceof ipaddr.IPv6 && address.match(network, bits);
}
