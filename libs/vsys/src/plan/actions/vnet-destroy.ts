/** Removes a segment that nobody uses any more: an unwanted one, or one that something wrong carries and must be made anew. */
import type { VNetId } from '../../ids.js';
import type { ObservedSnapshot } from '../observed.js';
import { isNetWrong, type World } from '../world.js';
import type { ActionRule } from './action-rule.js';
import { lockOf } from './action-rule.js';

/** Snapshots with memory that go away and hold it until then. One that stays is for the pool to refuse, and to tell. */
const leavingHoldersOf = ({ wanted, seen }: World, net: VNetId): readonly ObservedSnapshot[] =>
  [...seen.snapshots.values()].filter(
    ({ id, holdsNets = [] }) => !wanted.snapshots.has(id) && holdsNets.includes(net),
  );

export const vnetDestroy: ActionRule<'vnet.destroy'> = {
  kind: 'vnet.destroy',
  due: (world) =>
    [...world.seen.nets.values()]
      .filter(({ id }) => !world.wanted.nets.has(id) || isNetWrong(world, id))
      .filter(({ id }) => !world.seen.nicsOfNet.has(id))
      .filter(({ id }) => leavingHoldersOf(world, id).length === 0)
      .map(({ id }) => ({ kind: 'vnet.destroy', part: id })),
  predict: (observed, { part }) => ({ ...observed, nets: observed.nets.filter(({ id }) => id !== part) }),
  locks: ({ part }) => ({ exclusive: [lockOf(part)], shared: [] }),
  after: ({ part }, world) => [
    ...(world.seen.nicsOfNet.get(part) ?? []).flatMap(
      (nic) => [`nic.destroy:${nic.id}`, `vserver.destroy:${nic.server}`] as const,
    ),
    ...leavingHoldersOf(world, part).map(({ id }) => `snapshot.destroy:${id}` as const),
  ],
  title: ({ part }, name) => `Remove VNet ${name(part)}`,
  estimateMs: 700,
};
