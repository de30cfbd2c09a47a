/** Connects a data disk to a server: the VBD, and the plug when the server runs. */
import { vsysOfPart, type VDiskAttach } from '@openvsys/vsys';
import type { Ref } from '../generated/records.js';
import { tagsOf } from '../ownership-tags.js';
import { XenApiError } from '../transport/transport.js';
import type { ActionHandler } from './action-handler.js';
import { qosOf, requireHonoured } from './disk-priority.js';
import { findDisk, findVm, getDisk, getVm, isPlugged } from './find-parts.js';
import type { PoolAccess } from './pool-access.js';
import { sign } from './sign-disk.js';
import { pluggedUnlessAlready, unlessGone } from './unless-gone.js';
import { findVbd, giveDevice } from './vbd-device.js';

async function createVbd(
  { part, priority }: VDiskAttach,
  vm: Ref<'VM'>,
  vdi: Ref<'VDI'>,
  { cache, calls }: PoolAccess,
  signal: AbortSignal,
): Promise<Ref<'VBD'>> {
  return giveDevice(cache, vm, async (userdevice) => {
    const record = {
      VM: vm,
      VDI: vdi,
      userdevice,
      bootable: false,
      mode: 'RW',
      type: 'Disk',
      unpluggable: true,
      empty: false,
      other_config: tagsOf(vsysOfPart(part), part),
      ...qosOf(priority),
    };
    const ref = await calls.call('VBD.create', [record], signal);
    cache.wrote('VBD', ref, {
      VM: vm,
      VDI: vdi,
      userdevice,
      type: 'Disk',
      other_config: record.other_config,
      ...qosOf(priority),
    });
    return ref;
  });
}

/**
 * A plug that failed may have left the device half there: the pool calls it attached, the guest has not got it, and the next plug is
 * refused. Then it is unplugged and plugged once more.
 */
async function plug(vbd: Ref<'VBD'>, { calls }: PoolAccess, signal: AbortSignal): Promise<void> {
  const attempt = async (): Promise<void> => pluggedUnlessAlready(calls.task('VBD.plug', [vbd], { signal }));
  try {
    await attempt();
  } catch (error) {
    if (!(error instanceof XenApiError)) throw error;
    const { currently_attached: isHalfThere } = await calls.call('VBD.get_record', [vbd], signal);
    if (!isHalfThere) throw error;
    await unlessGone(calls.task('VBD.unplug', [vbd], { signal }));
    await attempt();
  }
}

export const vdiskAttach: ActionHandler<'vdisk.attach'> = {
  methods: ['VBD.create', 'VBD.plug', 'VBD.unplug'],
  isDone: ({ part, server }, { cache }) => {
    const vm = findVm(cache, server);
    const vdi = findDisk(cache, part);
    const vbd = vm === undefined || vdi === undefined ? undefined : findVbd(cache, vm.ref, vdi.ref);
    return vbd !== undefined && (vm?.record.power_state !== 'Running' || vbd.record.currently_attached);
  },
  perform: async (action, pool, { signal }) => {
    const vm = getVm(pool.cache, action.server);
    const vdi = getDisk(pool.cache, action.part);
    // Whoever made the disk may have died before signing it.
    await sign({ ref: vdi.ref, uuid: vdi.record.uuid }, pool, signal);
    requireHonoured(action.priority, vdi.record, pool.cache);
    const existing = findVbd(pool.cache, vm.ref, vdi.ref);
    const vbd = existing?.ref ?? (await createVbd(action, vm.ref, vdi.ref, pool, signal));
    if (!isPlugged(vm.record) || existing?.record.currently_attached === true) return;
    await plug(vbd, pool, signal);
    pool.cache.wrote('VBD', vbd, { currently_attached: true });
  },
};
