/** IPv4 arithmetic on whole numbers; texts are valid because the schema checked them. */
import { Address4 } from 'ip-address';

export interface Ipv4Range {
  readonly cidr: string;
  readonly prefix: number;
  readonly network: number;
  readonly broadcast: number;
  /** First host address; the firewall's, kept free also where there is none. */
  readonly gateway: number;
}

/** By hand: each of thousands of NICs asks, and a parser that checks the text takes a hundred times as long. */
export const ipv4ToNumber = (text: string): number =>
  text.split('.').reduce((number, byte) => number * 256 + Number(byte), 0);
export const ipv4FromNumber = (value: number): string =>
  `${(value >>> 24) & 255}.${(value >>> 16) & 255}.${(value >>> 8) & 255}.${value & 255}`;

export function ipv4Range(cidr: string): Ipv4Range {
  const [address = '', length = '32'] = cidr.split('/');
  const prefix = Number(length);
  const size = 2 ** (32 - prefix);
  const network = Math.floor(ipv4ToNumber(address) / size) * size;
  return { cidr, prefix, network, broadcast: network + size - 1, gateway: network + 1 };
}

/** Addresses that a range has for NICs of servers and load balancers. */
export const nicCapacity = (range: Ipv4Range): number => Math.max(0, range.broadcast - range.gateway - 1);

export const overlaps = (a: Ipv4Range, b: Ipv4Range): boolean =>
  a.network <= b.broadcast && b.network <= a.broadcast;

/** Ranges that can never be addresses in the internet (RFC 1918, RFC 6598). */
export function isInternal(cidr: string): boolean {
  const parsed = new Address4(cidr);
  return parsed.isPrivate() || parsed.isCGNAT();
}
