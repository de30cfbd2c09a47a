/** Makes a segment: a network object and what carries it on every host of the pool. Also completes a half-made one. */
import { mtuOf, USUAL_MTU, vnetKindOf } from '../../spec/vnet-kind.js';
import { isNetReady, isNetWrong } from '../world.js';
import type { ActionRule } from './action-rule.js';
import { lockOf, putById } from './action-rule.js';

export const vnetCreate: ActionRule<'vnet.create'> = {
  kind: 'vnet.create',
  due: (world) =>
    [...world.wanted.nets.values()]
      .filter(({ id }) => !isNetReady(world, id) && !isNetWrong(world, id))
      .map((net) => ({ kind: 'vnet.create', part: net.id, net })),
  predict: (observed, { net }) => ({
    ...observed,
    nets: putById(observed.nets, {
      id: net.id,
      vlan: net.vlan,
      ...(net.kind === undefined ? {} : { kind: net.kind }),
      ...(mtuOf(net) === USUAL_MTU ? {} : { mtu: mtuOf(net) }),
    }),
  }),
  locks: ({ part }) => ({ exclusive: [lockOf(part)], shared: [] }),
  after: ({ part }) => [`vnet.destroy:${part}`],
  // Not the VLAN: a plan of a system that does not exist yet has none to tell.
  title: ({ net }) =>
    `Create ${net.kind === undefined ? '' : `${vnetKindOf(net)} `}VNet ${net.name} (${net.cidr})`,
  // XenAPI network.create and pool.create_VLAN_from_PIF, about 0.6 s a host in sequence, three hosts.
  estimateMs: 1_900,
};
