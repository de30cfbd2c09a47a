/**
 * Makes an empty data disk on its storage; needs no server. Not while its server is brought back to a snapshot: the disk is out
 * of sight in between (its copy is not signed yet), and an empty one must not take its place.
 */
import type { ActionRule } from './action-rule.js';
import { lockOf, putById } from './action-rule.js';

export const vdiskCreate: ActionRule<'vdisk.create'> = {
  kind: 'vdisk.create',
  due: ({ wanted, seen, owesRevert }) =>
    [...wanted.disks.values()]
      .filter(({ id, server }) => !seen.disks.has(id) && (server === null || !owesRevert.has(server)))
      .map((disk) => ({ kind: 'vdisk.create', part: disk.id, disk })),
  predict: (observed, { disk }) => ({
    ...observed,
    disks: putById(observed.disks, { id: disk.id, sizeGiB: disk.sizeGiB, attachedTo: null }),
  }),
  locks: ({ part }) => ({ exclusive: [lockOf(part)], shared: [] }),
  after: ({ disk: { server } }) => (server === null ? [] : [`vserver.revert:${server}`]),
  // XenAPI VDI.create holds the lock of its SR.
  queue: ({ disk }) => `sr:${disk.sr}`,
  title: ({ disk }) => `Create VDisk ${disk.name} (${disk.sizeGiB} GiB)`,
  // XenAPI VDI.create on file-based storage.
  estimateMs: 700,
};
