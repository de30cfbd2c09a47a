/**
 * What a VIF may send from (XenAPI VIF.locking_mode, VIF.ipv4_allowed, VIF.ipv6_allowed). A gateway passes on what others send, so in VNets it is
 * not locked; the list is kept all the same, so that it is seen which addresses are its own.
 */
import { ANY_IPV4, type NicSpec } from '@openvsys/vsys';
import type { Cached } from '../cache/cached-classes.js';

type Addresses = Pick<NicSpec, 'ipv4' | 'alsoIpv4' | 'ipv6'>;
export type NicLock = Pick<Cached<'VIF'>, 'locking_mode' | 'ipv4_allowed' | 'ipv6_allowed'>;

export function wantedLock({ ipv4, ipv6, alsoIpv4 = [] }: Addresses): NicLock {
  return {
    locking_mode: alsoIpv4.includes(ANY_IPV4) ? 'unlocked' : 'locked',
    ipv4_allowed: [ipv4, ...alsoIpv4.filter((address) => address !== ANY_IPV4)],
    ipv6_allowed: ipv6 === undefined ? [] : [ipv6],
  };
}

/** A VIF that is not locked may use any address; of one that follows its network nothing is known. */
export function seenAddresses({ locking_mode, ipv4_allowed, ipv6_allowed }: NicLock): Addresses {
  const isKnown = locking_mode === 'locked' || locking_mode === 'unlocked';
  const [ipv4 = '', ...rest] = isKnown ? ipv4_allowed : [];
  const alsoIpv4 = locking_mode === 'unlocked' ? [...rest, ANY_IPV4] : rest;
  const [ipv6] = isKnown ? ipv6_allowed : [];
  return {
    ipv4,
    ...(alsoIpv4.length === 0 ? {} : { alsoIpv4 }),
    ...(ipv6 === undefined ? {} : { ipv6 }),
  };
}
