/** Takes a data disk from a server. The disk stays. */
import type { Located } from '../cache/pool-cache.js';
import type { ActionHandler } from './action-handler.js';
import { findDisk, findVm } from './find-parts.js';
import type { PoolAccess } from './pool-access.js';
import { unlessGone } from './unless-gone.js';
import { findVbd } from './vbd-device.js';

type Detach = Parameters<ActionHandler<'vdisk.detach'>['perform']>[0];

function findAttachment({ part, server }: Detach, { cache }: PoolAccess): Located<'VBD'> | undefined {
  const vm = findVm(cache, server);
  const vdi = findDisk(cache, part);
  return vm === undefined || vdi === undefined ? undefined : findVbd(cache, vm.ref, vdi.ref);
}

export const vdiskDetach: ActionHandler<'vdisk.detach'> = {
  methods: ['VBD.unplug', 'VBD.destroy'],
  isDone: (action, pool) => findAttachment(action, pool) === undefined,
  perform: async (action, pool, { signal }) => {
    const vbd = findAttachment(action, pool);
    if (vbd === undefined) return;
    const { cache, calls } = pool;
    const isRunning = findVm(cache, action.server)?.record.power_state === 'Running';
    if (isRunning && vbd.record.currently_attached) {
      await unlessGone(calls.task('VBD.unplug', [vbd.ref], { signal }));
      cache.wrote('VBD', vbd.ref, { currently_attached: false });
    }
    await unlessGone(calls.call('VBD.destroy', [vbd.ref], signal));
    cache.removed('VBD', vbd.ref);
  },
};
