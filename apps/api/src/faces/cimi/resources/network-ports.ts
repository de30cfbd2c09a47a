/** NetworkPorts: the other side of every network card. They come and go with the card. */
import type { NicRecord, VServerRecord } from '@openvsys/persistence';
import { nicId, vserverOfNic } from '@openvsys/vsys';
import { ref, type Representation } from '../model/representation.js';
import { NETWORK_STATES } from '../words/states.js';
import { unknown, type CimiContext } from './context.js';
import type { CollectionFace } from './face.js';
import { joinFace } from './joins.js';
import { getNetwork } from './network-views.js';
import { NETWORK_PORTS, networkPath } from './paths.js';

export function networkPortsFace(context: CimiContext): CollectionFace {
  return {
    type: 'NetworkPort',
    path: NETWORK_PORTS,
    permission: 'vsys:read',
    list: async () => listPorts(context),
    get: async (id) => {
      const server = await context.use.parts.getVServer(context.call, vserverOfNic(nicId(id)));
      const port = portsOf(server).find((each) => each.id === `${NETWORK_PORTS}/${id}`);
      if (port === undefined) throw unknown('NetworkPort', id);
      return port;
    },
  };
}

async function listPorts(context: CimiContext): Promise<readonly Representation[]> {
  const servers = await context.all((page) => context.use.parts.listVServers(context.call, {}, page));
  return servers.flatMap(portsOf);
}

const portsOf = (server: VServerRecord): Representation[] => server.nics.map((nic) => portOf(server, nic));

function portOf(server: VServerRecord, nic: NicRecord): Representation {
  return {
    type: 'NetworkPort',
    id: `${NETWORK_PORTS}/${nic.id}`,
    attributes: {
      name: `${server.name} eth${nic.device}`,
      state: NETWORK_STATES[nic.state],
      network: ref(networkPath(nic.vnetId)),
      portType: 'ACCESS',
    },
    operations: [],
  };
}

export function portsOfNetwork(context: CimiContext, network: string): CollectionFace {
  return joinFace(context, {
    type: 'NetworkNetworkPort',
    target: 'NetworkPort',
    attribute: 'networkPort',
    path: `networks/${network}/ports`,
    permission: 'vsys:read',
    list: async () => {
      await getNetwork(context, network);
      return (await listPorts(context)).filter(({ attributes }) => isIn(attributes['network'], network));
    },
  });
}

function isIn(value: unknown, network: string): boolean {
  return (
    typeof value === 'object' && value !== null && 'href' in value && value.href === `networks/${network}`
  );
}
