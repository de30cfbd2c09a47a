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

export const ipv4ToNumber = (text: string): number => Number(new Address4(text).bigInt());
export const ipv4FromNumber = (value: number): string => Address4.fromBigInt(BigInt(value)).correctForm();

export function ipv4Range(cidr: string): Ipv4Range {
  const parsed = new Address4(cidr);
  const network = Number(parsed.startAddress().bigInt());
  return {
    cidr,
    prefix: parsed.subnetMask,
    network,
    broadcast: Number(parsed.endAddress().bigInt()),
    gateway: network + 1,
  };
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
