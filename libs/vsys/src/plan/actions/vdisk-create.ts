/** Makes an empty data disk on its storage; needs no server. */
import type { ActionRule } from './action-rule.js';
import { lockOf, putById } from './action-rule.js';

export const vdiskCreate: ActionRule<'vdisk.create'> = {
  kind: 'vdisk.create',
  due: ({ wanted, seen }) =>
    [...wanted.disks.values()]
      .filter(({ id }) => !seen.disks.has(id))
      .map((disk) => ({ kind: 'vdisk.create', part: disk.id, disk })),
  predict: (observed, { disk }) => ({
    ...observed,
    disks: putById(observed.disks, { id: disk.id, sizeGiB: disk.sizeGiB, attachedTo: null }),
  }),
  locks: ({ part }) => ({ exclusive: [lockOf(part)], shared: [] }),
  after: () => [],
  // XenAPI VDI.create holds the lock of its SR.
  queue: ({ disk }) => `sr:${disk.sr}`,
  title: ({ disk }) => `Create VDisk ${disk.name} (${disk.sizeGiB} GiB)`,
  // XenAPI VDI.create on file-based storage.
  estimateMs: 700,
};
