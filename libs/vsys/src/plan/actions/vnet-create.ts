/** Makes a segment: a network object and its VLAN on every host of the pool. Also completes a half-made one. */
import type { ActionRule } from './action-rule.js';
import { lockOf, putById } from './action-rule.js';

export const vnetCreate: ActionRule<'vnet.create'> = {
  kind: 'vnet.create',
  due: ({ wanted, seen }) =>
    [...wanted.nets.values()]
      .filter((net) => (seen.nets.get(net.id)?.vlan ?? null) === null)
      .map((net) => ({ kind: 'vnet.create', part: net.id, net })),
  predict: (observed, { net }) => ({
    ...observed,
    nets: putById(observed.nets, { id: net.id, vlan: net.vlan }),
  }),
  locks: ({ part }) => ({ exclusive: [lockOf(part)], shared: [] }),
  after: ({ part }) => [`vnet.destroy:${part}`],
  // Not the VLAN: a plan of a system that does not exist yet has none to tell.
  title: ({ net }) => `Create VNet ${net.name} (${net.cidr})`,
  // XenAPI network.create and pool.create_VLAN_from_PIF, about 0.6 s a host in sequence, three hosts.
  estimateMs: 1_900,
};
