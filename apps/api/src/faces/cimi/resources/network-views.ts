/** VNets as Networks. */
import type { VNetRecord } from '@openvsys/persistence';
import { vnetId, type VsysId } from '@openvsys/vsys';
import { ref, type Operation, type Representation } from '../model/representation.js';
import { NETWORK_STATES } from '../words/states.js';
import type { CimiContext } from './context.js';
import { noted, noteOf, notesOf, type Notes } from './notes.js';
import { NETWORKS, PUBLIC_NETWORK } from './paths.js';

/** Of Ethernet without a word about it. */
const USUAL_MTU = 1_500;

export async function listNetworks(
  context: CimiContext,
  vsysId?: VsysId,
): Promise<readonly Representation[]> {
  const nets = await context.all((page) => context.use.parts.listVNets(context.call, { vsysId }, page));
  const notes = await notesOf(context, vsysId);
  return nets.map((net) => networkOf(context, net, notes));
}

export function publicNetwork(): Representation {
  return {
    type: 'Network',
    id: `${NETWORKS}/${PUBLIC_NETWORK}`,
    attributes: {
      name: PUBLIC_NETWORK,
      description: 'The provider’s network to the internet; public addresses are in it.',
      state: 'STARTED',
      networkType: 'PUBLIC',
    },
    operations: [],
  };
}

function networkOf(context: CimiContext, net: VNetRecord, notes: Notes): Representation {
  const path = `${NETWORKS}/${net.id}`;
  return {
    type: 'Network',
    id: path,
    attributes: {
      ...noted(notes, net.id, net.name),
      state: NETWORK_STATES[net.state],
      ...(context.dialect.version === 1
        ? {
            networkType: 'PRIVATE',
            mtu: USUAL_MTU,
            networkPorts: ref(`${path}/ports`),
            forwardingGroup: ref(`forwarding_groups/${net.vsysId}`),
          }
        : {
            parent: `systems/${net.vsysId}`,
            segments: ref(`${path}/segments`),
            services: ref(`${path}/services`),
          }),
      eventLog: ref(`event_logs/${net.vsysId}`),
    },
    operations: networkOperations(context, net, path),
  };
}

function networkOperations(context: CimiContext, { state }: VNetRecord, path: string): Operation[] {
  if (state === 'deleting' || state === 'gone' || !context.may('vsys:change')) return [];
  const edit = { rel: 'edit', href: path };
  return context.may('vsys:delete') ? [edit, { rel: 'delete', href: path }] : [edit];
}

/** Throws `not-found`. */
export async function getNetwork(context: CimiContext, id: string): Promise<Representation> {
  if (id === PUBLIC_NETWORK) return publicNetwork();
  const net = await context.use.parts.getVNet(context.call, vnetId(id));
  return networkOf(context, net, await noteOf(context, id, net.vsysId));
}
