/** Networks: the VNets of systems, and the provider's way to the internet. */
import type { CimiContext } from './context.js';
import type { CollectionFace } from './face.js';
import { addNetwork, editNetwork, removeNetwork } from './network-changes.js';
import { portsOfNetwork } from './network-ports.js';
import { getNetwork, listNetworks, publicNetwork } from './network-views.js';
import { NETWORKS } from './paths.js';

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
    children: { ports: (id) => portsOfNetwork(context, id) },
  };
}
