/** Removes a data disk that is not wanted any more and that no server holds. */
import { holderOf } from '../observed-index.js';
import type { ActionRule } from './action-rule.js';
import { contentsLockOf, lockOf } from './action-rule.js';

export const vdiskDestroy: ActionRule<'vdisk.destroy'> = {
  kind: 'vdisk.destroy',
  due: ({ wanted, seen }) =>
    [...seen.disks.values()]
      .filter((disk) => !wanted.disks.has(disk.id) && holderOf(seen, disk) === null)
      .map(({ id }) => ({ kind: 'vdisk.destroy', part: id })),
  predict: (observed, { part }) => ({ ...observed, disks: observed.disks.filter(({ id }) => id !== part) }),
  locks: ({ part }) => ({ exclusive: [lockOf(part), contentsLockOf(part)], shared: [] }),
  after: ({ part }, { seen }) => {
    const holder = seen.disks.get(part)?.attachedTo ?? null;
    return [`vdisk.detach:${part}`, ...(holder === null ? [] : ([`vserver.destroy:${holder}`] as const))];
  },
  title: ({ part }, name) => `Remove VDisk ${name(part)}`,
  // XenAPI VDI.destroy on file-based storage.
  estimateMs: 600,
};
