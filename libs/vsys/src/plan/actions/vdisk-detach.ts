/** Takes a disk from a server that shall not have it. Not from one that goes away: that lets go of its disks itself. */
import { holderOf } from '../observed-index.js';
import { acceptsParts } from '../world.js';
import type { ActionRule } from './action-rule.js';
import { lockOf, replaceById } from './action-rule.js';

export const vdiskDetach: ActionRule<'vdisk.detach'> = {
  kind: 'vdisk.detach',
  due: (world) =>
    [...world.seen.disks.values()].flatMap((disk) => {
      const holder = holderOf(world.seen, disk);
      if (holder === null || world.wanted.disks.get(disk.id)?.server === holder) return [];
      if (!acceptsParts(world, holder)) return [];
      return [{ kind: 'vdisk.detach', part: disk.id, server: holder }];
    }),
  predict: (observed, { part }) => ({
    ...observed,
    disks: replaceById(observed.disks, part, ({ priority: _gone, ...disk }) => ({
      ...disk,
      attachedTo: null,
    })),
  }),
  locks: ({ part, server }) => ({ exclusive: [lockOf(part)], shared: [lockOf(server)] }),
  after: ({ server }) => [`vserver.stop:${server}`, `vserver.revert:${server}`, `vserver.start:${server}`],
  title: ({ part, server }, name) => `Detach VDisk ${name(part)} from ${name(server)}`,
  // XenAPI VBD.unplug and VBD.destroy.
  estimateMs: 650,
};
