/** Destroys a data disk with all that is on it. */
import type { ActionHandler } from './action-handler.js';
import { removeUnfinished } from './copy-disk.js';
import { findDisk } from './find-parts.js';
import { listStandbys } from './standby.js';
import { destroyVdi } from './destroy-vdi.js';

export const vdiskDestroy: ActionHandler<'vdisk.destroy'> = {
  methods: ['VDI.destroy'],
  isDone: ({ part }, { cache }) => findDisk(cache, part) === undefined,
  perform: async ({ part }, pool, { signal }) => {
    const vdi = findDisk(pool.cache, part);
    await removeUnfinished(part, pool, signal);
    for (const { ref } of listStandbys(pool.cache, part)) await destroyVdi(ref, pool, signal);
    if (vdi !== undefined) await destroyVdi(vdi.ref, pool, signal);
  },
};
