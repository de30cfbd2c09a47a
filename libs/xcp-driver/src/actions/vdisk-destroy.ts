/** Destroys a data disk with all that is on it. */
import type { ActionHandler } from './action-handler.js';
import { findDisk } from './find-parts.js';
import { unlessGone } from './unless-gone.js';

export const vdiskDestroy: ActionHandler<'vdisk.destroy'> = {
  methods: ['VDI.destroy'],
  isDone: ({ part }, { cache }) => findDisk(cache, part) === undefined,
  perform: async ({ part }, { cache, calls }, { signal }) => {
    const vdi = findDisk(cache, part);
    if (vdi === undefined) return;
    await unlessGone(calls.task('VDI.destroy', [vdi.ref], { signal }));
    cache.removed('VDI', vdi.ref);
  },
};
