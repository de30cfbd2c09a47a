/** Gives a disk of the right size to its server, also while that runs. */
import { holderOf } from '../observed-index.js';
import { acceptsParts, isFillOwed } from '../world.js';
import type { ActionRule } from './action-rule.js';
import { lockOf, replaceById } from './action-rule.js';

export const vdiskAttach: ActionRule<'vdisk.attach'> = {
  kind: 'vdisk.attach',
  due: (world) =>
    [...world.wanted.disks.values()].flatMap((spec) => {
      const disk = world.seen.disks.get(spec.id);
      if (spec.server === null || disk === undefined || disk.sizeGiB < spec.sizeGiB) return [];
      if (isFillOwed(spec, disk)) return [];
      if (holderOf(world.seen, disk) !== null || !acceptsParts(world, spec.server)) return [];
      return [{ kind: 'vdisk.attach', part: spec.id, server: spec.server, ...prioritised(spec) }];
    }),
  predict: (observed, action) => ({
    ...observed,
    disks: replaceById(observed.disks, action.part, ({ priority: _before, ...disk }) => ({
      ...disk,
      attachedTo: action.server,
      ...prioritised(action),
    })),
  }),
  locks: ({ part, server }) => ({ exclusive: [lockOf(part)], shared: [lockOf(server)] }),
  after: ({ part, server }, { seen }) => {
    const holder = seen.disks.get(part)?.attachedTo ?? null;
    return [
      `vdisk.create:${part}`,
      `vdisk.resize:${part}`,
      `disk.fill:${part}`,
      `vdisk.detach:${part}`,
      `vserver.clone:${server}`,
      `vserver.stop:${server}`,
      `vserver.revert:${server}`,
      `vserver.start:${server}`,
      ...(holder === null ? [] : ([`vserver.destroy:${holder}`] as const)),
    ];
  },
  title: ({ part, server }, name) => `Attach VDisk ${name(part)} to ${name(server)}`,
  // XenAPI VBD.create on a halted VM; VBD.plug adds 0.8 s on a running one.
  estimateMs: 100,
};

export const prioritised = ({ priority }: { readonly priority?: number }): { readonly priority?: number } =>
  priority === undefined ? {} : { priority };
