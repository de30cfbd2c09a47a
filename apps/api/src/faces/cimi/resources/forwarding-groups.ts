/** ForwardingGroups: networks of one system reach each other through its firewall, as far as its rules say. */
import type { VNetRecord } from '@openvsys/persistence';
import { vsysId, type VsysId } from '@openvsys/vsys';
import { ref, type Representation } from '../model/representation.js';
import type { CimiContext } from './context.js';
import type { Adding, CollectionFace } from './face.js';
import { addForwardingGroup } from './forwarding-changes.js';
import { found } from './find.js';
import { networkPath } from './paths.js';

export const FORWARDING_GROUPS = 'forwarding_groups';

export function forwardingGroupsFace(context: CimiContext): CollectionFace {
  return {
    type: 'ForwardingGroup',
    path: FORWARDING_GROUPS,
    permission: 'vsys:read',
    list: async () => listForwardingGroups(context),
    get: async (id) => getForwardingGroup(context, vsysId(id)),
    add: addGroup(context),
  };
}

async function getForwardingGroup(context: CimiContext, id: VsysId): Promise<Representation> {
  return found(await listForwardingGroups(context, id), 'ForwardingGroup', id);
}

export const addGroup = (context: CimiContext, system?: VsysId): Adding =>
  addForwardingGroup(
    context,
    async (given, id) => ({ kind: 'done', resource: await getForwardingGroup(given, id) }),
    system,
  );

/** One for each system that has more than one network. */
export async function listForwardingGroups(
  context: CimiContext,
  system?: VsysId,
): Promise<readonly Representation[]> {
  const nets = await context.all((page) =>
    context.use.parts.listVNets(context.call, { vsysId: system }, page),
  );
  const bySystem = Map.groupBy(nets, (net) => net.vsysId);
  return [...bySystem].flatMap(([id, members]) => (members.length > 1 ? [groupOf(id, members)] : []));
}

function groupOf(id: VsysId, members: readonly VNetRecord[]): Representation {
  return {
    type: 'ForwardingGroup',
    id: `${FORWARDING_GROUPS}/${id}`,
    attributes: { name: id, networks: members.map((net) => ref(networkPath(net.id))) },
    operations: [],
  };
}
