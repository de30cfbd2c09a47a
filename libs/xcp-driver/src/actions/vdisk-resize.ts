/** Enlarges a data disk. Its server is halted: storage rarely resizes under a running one. */
import { DomainError } from '@openvsys/vsys';
import type { ActionHandler } from './action-handler.js';
import { findDisk, getDisk } from './find-parts.js';

const GIB = 2 ** 30;

export const vdiskResize: ActionHandler<'vdisk.resize'> = {
  methods: ['VDI.resize'],
  isDone: ({ part, sizeGiB }, { cache }) =>
    (findDisk(cache, part)?.record.virtual_size ?? 0) >= sizeGiB * GIB,
  perform: async ({ part, sizeGiB }, { cache, calls }, { signal }) => {
    const { ref, record } = getDisk(cache, part);
    const bytes = sizeGiB * GIB;
    if (record.virtual_size >= bytes) return;
    if (cache.referring('VBD', 'VDI', ref).some((vbd) => vbd.record.currently_attached)) {
      throw new DomainError('pool-busy', `${part} is in use by a running server and cannot grow now.`, {
        retry: 'same',
      });
    }
    await calls.task('VDI.resize', [ref, bytes], { signal });
    cache.wrote('VDI', ref, { virtual_size: bytes });
  },
};
