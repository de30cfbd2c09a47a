/**
 * Tells the storage how urgent an attached disk is. Noted at once, whatever its server does; the pool reads it when it next connects the
 * disk (XenAPI VBD.plug, VM.start), so a server that is about to start waits for it.
 */
import { holderOf } from '../observed-index.js';
import { isFillOwed } from '../world.js';
import type { ActionRule } from './action-rule.js';
import { lockOf, replaceById } from './action-rule.js';
import { prioritised } from './vdisk-attach.js';

export const vdiskTune: ActionRule<'vdisk.tune'> = {
  kind: 'vdisk.tune',
  due: (world) =>
    [...world.wanted.disks.values()].flatMap((spec) => {
      const disk = world.seen.disks.get(spec.id);
      if (disk === undefined || spec.server === null || disk.priority === spec.priority) return [];
      if (holderOf(world.seen, disk) !== spec.server || world.owesRevert.has(spec.server)) return [];
      if (isFillOwed(spec, disk)) return [];
      return [{ kind: 'vdisk.tune', part: spec.id, server: spec.server, ...prioritised(spec) }];
    }),
  predict: (observed, action) => ({
    ...observed,
    disks: replaceById(observed.disks, action.part, ({ priority: _before, ...disk }) => ({
      ...disk,
      ...prioritised(action),
    })),
  }),
  locks: ({ part, server }) => ({ exclusive: [lockOf(part)], shared: [lockOf(server)] }),
  after: ({ part, server }) => [`disk.fill:${part}`, `vserver.revert:${server}`],
  title: ({ part, priority }, name) =>
    priority === undefined
      ? `Take the priority of VDisk ${name(part)} away`
      : `Give VDisk ${name(part)} priority ${priority}`,
  // XenAPI VBD.set_qos_algorithm_type and VBD.set_qos_algorithm_params.
  estimateMs: 50,
};
