/** Destroys a data disk with all that is on it. */
import type { ActionHandler } from './action-handler.js';
import { findDisk } from './find-parts.js';
import { destroyVdi } from './destroy-vdi.js';

export const vdiskDestroy: ActionHandler<'vdisk.destroy'> = {
  methods: ['VDI.destroy'],
  isDone: ({ part }, { cache }) => findDisk(cache, part) === undefined,
  perform: async ({ part }, pool, { signal }) => {
    const vdi = findDisk(pool.cache, part);
    if (vdi !== undefined) await destroyVdi(vdi.ref, pool, signal);
  },
};
