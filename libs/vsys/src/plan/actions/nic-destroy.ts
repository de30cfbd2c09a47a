/**
 * Takes a NIC from a server: one that is not wanted, or one that another one takes the place of: net, MAC, MTU and
 * rate limit are fixed when a NIC is made.
 * A server that goes away takes its NICs with it.
 */
import { isVm } from '../observed-index.js';
import { acceptsParts, fitsNic } from '../world.js';
import type { ActionRule } from './action-rule.js';
import { lockOf } from './action-rule.js';

export const nicDestroy: ActionRule<'nic.destroy'> = {
  kind: 'nic.destroy',
  due: (world) =>
    [...world.seen.nics.values()]
      .filter((nic) => !fitsNic(world, nic))
      // A NIC without a VM can only be a record that outlived it.
      .filter((nic) => acceptsParts(world, nic.server) || !isVm(world.seen.servers.get(nic.server)))
      .map(({ id, server }) => ({ kind: 'nic.destroy', part: id, server })),
  predict: (observed, { part }) => ({ ...observed, nics: observed.nics.filter(({ id }) => id !== part) }),
  locks: ({ part, server }) => ({ exclusive: [lockOf(part)], shared: [lockOf(server)] }),
  after: ({ server }) => [`vserver.stop:${server}`, `vserver.revert:${server}`, `vserver.start:${server}`],
  title: ({ part, server }, name) => `Disconnect NIC ${name(part)} from VServer ${name(server)}`,
  // XenAPI VIF.unplug and VIF.destroy.
  estimateMs: 400,
};
