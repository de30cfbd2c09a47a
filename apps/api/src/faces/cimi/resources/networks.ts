/** Networks: the VNets of systems, and the provider's way to the internet. */
import type { CimiContext } from './context.js';
import type { CollectionFace } from './face.js';
import { addNetwork, editNetwork, removeNetwork } from './network-changes.js';
import { portsOfNetwork } from './network-ports.js';
import { getNetwork, listNetworks, publicNetwork } from './network-views.js';
import { NETWORKS } from './paths.js';
import { segmentsOf } from './protocol-family.js';
import { servicesOfNetwork } from './services-face.js';

export function networksFace(context: CimiContext): CollectionFace {
  return {
    type: 'Network',
    path: NETWORKS,
    permission: 'vsys:read',
    list: async () => [publicNetwork(), ...(await listNetworks(context))],
    get: async (id) => getNetwork(context, id),
    add: addNetwork(context),
    edit: { permission: 'vsys:change', run: async (id, changes) => editNetwork(context, id, changes) },
    remove: { permission: 'vsys:change', run: async (id) => removeNetwork(context, id) },
    children: {
      ports: (id) => portsOfNetwork(context, id),
      segments: (id) =>
        segmentsOf(context, `${NETWORKS}/${id}/segments`, async () => {
          await getNetwork(context, id);
          return new Set([`${NETWORKS}/${id}`]);
        }),
      services: (id) => servicesOfNetwork(context, id),
    },
  };
}
