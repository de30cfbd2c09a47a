/** Addresses: public ones, and those of network cards. */
import { getAddress, listAddresses } from './addresses.js';
import type { CimiContext } from './context.js';
import type { CollectionFace } from './face.js';
import { addAddress, removeAddress } from './network-changes.js';
import { ADDRESSES } from './paths.js';

export function addressesFace(context: CimiContext): CollectionFace {
  return {
    type: 'Address',
    path: ADDRESSES,
    permission: 'vsys:read',
    list: async () => listAddresses(context),
    get: async (id) => getAddress(context, id),
    add: addAddress(context),
    remove: { permission: 'vsys:change', run: async (id) => removeAddress(context, id) },
  };
}
