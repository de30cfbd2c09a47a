/** Appliances of systems: `efms` of a System in version 1, NetworkServices in version 2. The same thing in both. */
import { vnetId, vsysOfPart, type VsysId } from '@openvsys/vsys';
import type { CimiContext } from './context.js';
import { endpointsOf, segmentsOf } from './protocol-family.js';
import { getAppliance, listServices, serviceOf } from './efms.js';
import type { CollectionFace } from './face.js';
import { found, isMachine } from './find.js';
import { noteOf, notesOf } from './notes.js';
import { getNetwork } from './network-views.js';
import { networkPath, PUBLIC_NETWORK, SYSTEMS } from './paths.js';
import { addService, removeService } from './service-creation.js';
import { editService, policiesOf, serviceActions } from './service-changes.js';

/** Of one system, or in version 2 of all. */
export function servicesFace(context: CimiContext, system?: VsysId): CollectionFace {
  const isV1 = context.dialect.version === 1;
  const own =
    system === undefined ? 'network_services' : `${SYSTEMS}/${system}/${isV1 ? 'efms' : 'network_services'}`;
  return {
    type: isV1 ? 'Efm' : 'NetworkService',
    path: own,
    permission: 'vsys:read',
    list: async () => {
      if (system !== undefined) await context.use.vsys.get(context.call, system);
      return listServices(context, system);
    },
    get: async (id) => {
      const server = await getAppliance(context, id, system);
      return serviceOf(
        context,
        server,
        await noteOf(context, id, server.vsysId),
        await policiesOf(context, id),
      );
    },
    add: addService(context, system),
    edit: { permission: 'vsys:change', run: async (id, changes) => editService(context, id, changes) },
    remove: {
      permission: 'vsys:change',
      run: async (id) => {
        await getAppliance(context, id, system);
        return removeService(context, id);
      },
    },
    actions: serviceActions(context),
    ...(isV1 ? {} : { children: childrenOf(context) }),
  };
}

function childrenOf(context: CimiContext): NonNullable<CollectionFace['children']> {
  return {
    endpoints: (id) =>
      endpointsOf(context, `network_services/${id}/endpoints`, async () => ({
        servers: [await getAppliance(context, id)],
      })),
    segments: (id) =>
      segmentsOf(context, `network_services/${id}/segments`, async () => {
        const { nics } = await getAppliance(context, id);
        return new Set(nics.map(({ vnetId }) => networkPath(vnetId)));
      }),
  };
}

/** Those that have a network card in it. */
export function servicesOfNetwork(context: CimiContext, network: string): CollectionFace {
  const list = async () => {
    await getNetwork(context, network);
    if (network === PUBLIC_NETWORK) return [];
    const system = vsysOfPart(vnetId(network));
    const servers = await context.all((page) =>
      context.use.parts.listVServers(context.call, { vsysId: system }, page),
    );
    const notes = await notesOf(context, system);
    return servers
      .filter((server) => !isMachine(server) && server.nics.some((nic) => nic.vnetId === network))
      .map((server) => serviceOf(context, server, notes));
  };
  return {
    type: context.dialect.version === 1 ? 'Efm' : 'NetworkService',
    path: `networks/${network}/services`,
    permission: 'vsys:read',
    list,
    get: async (id) => found(await list(), 'NetworkService', id),
  };
}
