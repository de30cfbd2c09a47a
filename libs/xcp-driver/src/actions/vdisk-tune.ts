/** Tells the pool how urgent an attached disk is. It takes effect when the disk is next connected (XenAPI VBD.plug). */
import type { VDiskTune } from '@openvsys/vsys';
import type { Located } from '../cache/pool-cache.js';
import type { ActionHandler } from './action-handler.js';
import { priorityOf, qosOf, requireHonoured } from './disk-priority.js';
import { findDisk, findVm } from './find-parts.js';
import type { PoolAccess } from './pool-access.js';
import { findVbd } from './vbd-device.js';

interface Attachment {
  readonly vdi: Located<'VDI'>;
  readonly vbd: Located<'VBD'>;
}

function findAttachment({ part, server }: VDiskTune, { cache }: PoolAccess): Attachment | undefined {
  const vm = findVm(cache, server);
  const vdi = findDisk(cache, part);
  const vbd = vm === undefined || vdi === undefined ? undefined : findVbd(cache, vm.ref, vdi.ref);
  return vdi === undefined || vbd === undefined ? undefined : { vdi, vbd };
}

export const vdiskTune: ActionHandler<'vdisk.tune'> = {
  methods: ['VBD.set_qos_algorithm_type', 'VBD.set_qos_algorithm_params'],
  isDone: (action, pool) => {
    const found = findAttachment(action, pool);
    return found !== undefined && priorityOf(found.vbd.record) === action.priority;
  },
  perform: async (action, pool, { signal }) => {
    const found = findAttachment(action, pool);
    if (found === undefined) return;
    const { calls, cache } = pool;
    const { vdi, vbd } = found;
    requireHonoured(action.priority, vdi.record, cache);
    const qos = qosOf(action.priority);
    await calls.call('VBD.set_qos_algorithm_params', [vbd.ref, qos.qos_algorithm_params], signal);
    await calls.call('VBD.set_qos_algorithm_type', [vbd.ref, qos.qos_algorithm_type], signal);
    cache.wrote('VBD', vbd.ref, qos);
  },
};
