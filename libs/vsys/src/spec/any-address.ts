/**
 * NICs that pass on what others send. A host drops what leaves a locked VIF with a sender that is not on its list, so the
 * gateway of a VNet must be free to send for all of them, inside the VNets of its own system. Towards the outside it is locked.
 */
import type { NicSpec } from './vsys-spec.js';

/** In `alsoIpv4`: any address. */
export const ANY_IPV4 = '0.0.0.0/0';

/** The address that an appliance of a pair shares with the other one, on a NIC in a VNet. */
export const sharedIpv4 = ({ alsoIpv4 = [] }: Pick<NicSpec, 'alsoIpv4'>): string | undefined =>
  alsoIpv4.find((address) => address !== ANY_IPV4);
