/**
 * IPv6 of VNets: a /64 beside the IPv4 range. The address of a NIC follows from its IPv4 address, which is unique in the VNet, is
 * reserved and rests: there is nothing else to keep account of.
 *
 *   fd12:3456:789a:1::/64  +  10.0.1.5  ─►  fd12:3456:789a:1::a00:105
 */
import { Address6 } from 'ip-address';
import { ipv4ToNumber } from './ipv4.js';

/** Hosts configure themselves within 64 bits (RFC 4291, 2.5.1); every other length breaks something. */
export const PREFIX6 = 64;

/** Unique local (RFC 4193) and global unicast (RFC 4291). */
const USABLE = ['fc00::/7', '2000::/3'].map((text) => new Address6(text));
/** For examples in texts (RFC 3849): nobody is reached there. */
const DOCUMENTATION = new Address6('2001:db8::/32');

/** In its shortest form. `range6` is a /64 that was checked. */
export function ipv6Of(range6: string, ipv4: string): string {
  const prefix = new Address6(range6).startAddress().bigInt();
  return Address6.fromBigInt(prefix + BigInt(ipv4ToNumber(ipv4))).correctForm();
}

/** In its shortest form; undefined: it is no network, or has host bits. */
export function properRange6(text: string): string | undefined {
  if (!Address6.isValid(text)) return undefined;
  const parsed = new Address6(text);
  return `${parsed.startAddress().correctForm()}/${parsed.subnetMask}`;
}

export function isUsable6(range6: string): boolean {
  const parsed = new Address6(range6);
  return USABLE.some((range) => parsed.isInSubnet(range)) && !parsed.isInSubnet(DOCUMENTATION);
}
