/** Public addresses of data centres that no system uses: they outlive systems, and are addresses of the tenant all the same. */
import type { AllocatedAddress } from '@openvsys/persistence';
import { ref, type Representation } from '../model/representation.js';
import { unknown, type CimiContext } from './context.js';
import type { Outcome } from './face.js';
import { ADDRESSES, networkPath } from './paths.js';

/** Parts have other ids. */
const ALLOCATION = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
export const isVdcAddress = (id: string): boolean => ALLOCATION.test(id);

export function vdcAddressOf(context: CimiContext, allocated: AllocatedAddress): Representation {
  const { id, name, address, createdAt, vsysId } = allocated;
  const path = `${ADDRESSES}/${id}`;
  const isFree = vsysId === null && context.may('vsys:change');
  return {
    type: 'Address',
    id: path,
    attributes: {
      name,
      created: createdAt,
      ip: address,
      allocation: 'fixed',
      protocol: address.includes(':') ? 'IPv6' : 'IPv4',
      network: ref(networkPath(null)),
    },
    operations: isFree ? [{ rel: 'delete', href: path }] : [],
  };
}

/** Throws `not-found`, also while a system uses it: then it goes by the id that it has there. */
export async function getVdcAddress(context: CimiContext, id: string): Promise<Representation> {
  const allocated = await context.use.publicAddresses.get(context.call, id);
  if (allocated.vsysId !== null) throw unknown('Address', id);
  return vdcAddressOf(context, allocated);
}

export async function removeVdcAddress({ use, call }: CimiContext, id: string): Promise<Outcome> {
  await use.publicAddresses.free(call, id);
  return { kind: 'done' };
}
