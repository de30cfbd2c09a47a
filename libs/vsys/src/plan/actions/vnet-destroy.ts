/** Removes a segment that nobody uses any more: an unwanted one, or one that something wrong carries and must be made anew. */
import { isNetWrong } from '../world.js';
import type { ActionRule } from './action-rule.js';
import { lockOf } from './action-rule.js';

export const vnetDestroy: ActionRule<'vnet.destroy'> = {
  kind: 'vnet.destroy',
  due: (world) =>
    [...world.seen.nets.values()]
      .filter(({ id }) => !world.wanted.nets.has(id) || isNetWrong(world, id))
      .filter(({ id }) => !world.seen.nicsOfNet.has(id))
      .map(({ id }) => ({ kind: 'vnet.destroy', part: id })),
  predict: (observed, { part }) => ({ ...observed, nets: observed.nets.filter(({ id }) => id !== part) }),
  locks: ({ part }) => ({ exclusive: [lockOf(part)], shared: [] }),
  after: ({ part }, { seen }) =>
    (seen.nicsOfNet.get(part) ?? []).flatMap(
      (nic) => [`nic.destroy:${nic.id}`, `vserver.destroy:${nic.server}`] as const,
    ),
  title: ({ part }, name) => `Remove VNet ${name(part)}`,
  estimateMs: 700,
};
