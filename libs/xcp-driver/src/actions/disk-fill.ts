/**
 * Other contents for a disk: a copy takes its place, on the same device of the same server, and its id.
 *
 *   copied ──► standby (complete, nobody's yet) ──► in its place ──► the old one destroyed ──► signed as the disk
 *
 * The old disk is there until the copy is complete. Repeating it goes on where an earlier attempt ended; a standby that is left alone
 * where the disk was is taken as the disk by `vdisk.create`.
 */
import { DomainError, vsysOfPart, type DiskFill, type DiskPart, type DiskSource } from '@openvsys/vsys';
import type { Located, PoolCache } from '../cache/pool-cache.js';
import type { Ref } from '../generated/records.js';
import { SYSTEM_DISK_ROLE, TAG, tagsOf } from '../ownership-tags.js';
import type { ActionHandler } from './action-handler.js';
import { getBackup } from './backup.js';
import { copyDisk, nameCopy, UNFINISHED, type DiskCopy } from './copy-disk.js';
import { destroyVdi } from './destroy-vdi.js';
import { findDiskOf, getSnapshotDisk, serverIn } from './disk-of-part.js';
import { findVm } from './find-parts.js';
import { getImageDisk } from './images.js';
import type { PoolAccess } from './pool-access.js';
import { fillsOf, listStandbys } from './standby.js';
import { unlessGone } from './unless-gone.js';

const GIB = 2 ** 30;

/** `sr`: uuid of the storage that the copy goes to. */
function sourceOf(cache: PoolCache, from: DiskSource, sr: string | undefined): Located<'VDI'> {
  if ('backup' in from) return getBackup(cache, from.backup);
  if ('snapshot' in from) return getSnapshotDisk(cache, from.snapshot, from.disk);
  if ('image' in from) return getImageDisk(cache, from.image, sr);
  const disk = findDiskOf(cache, from.disk);
  if (disk !== undefined) return disk;
  throw new DomainError('conflict', `The disk of ${from.disk} is not in the pool.`, {
    retry: 'after-change',
    remedy: 'Choose another source.',
  });
}

const tagsFor = (part: DiskPart): Record<string, string> => ({
  ...tagsOf(vsysOfPart(part), part),
  ...(serverIn(part) === undefined ? {} : { [TAG.role]: SYSTEM_DISK_ROLE }),
});

/** Named as a disk that was made empty is. */
async function labelOf(
  { part }: DiskFill,
  old: Located<'VDI'>,
  copy: DiskCopy,
  pool: PoolAccess,
  signal: AbortSignal,
): Promise<void> {
  const { name_description } = await pool.calls.call('VDI.get_record', [old.ref], signal);
  await pool.calls.call('VDI.set_name_label', [copy.ref, part], signal);
  await pool.calls.call('VDI.set_name_description', [copy.ref, name_description], signal);
}

async function makeStandby(
  action: DiskFill,
  old: Located<'VDI'>,
  pool: PoolAccess,
  signal: AbortSignal,
): Promise<Located<'VDI'>> {
  const { part, origin, sizeGiB = 0 } = action;
  const source = sourceOf(pool.cache, origin.from, pool.cache.find('SR', old.record.SR)?.uuid);
  const copy = await copyDisk(source, { part, sr: old.record.SR as Ref<'SR'> }, pool, signal);
  if (copy.sizeBytes < sizeGiB * GIB)
    await pool.calls.task('VDI.resize', [copy.ref, sizeGiB * GIB], { signal });
  await labelOf(action, old, copy, pool, signal);
  const wish = { [TAG.origin]: String(origin.count), [TAG.standby]: String(origin.count) };
  await nameCopy(copy, { ...tagsFor(part), [TAG.self]: UNFINISHED, ...wish }, pool, signal);
  await pool.feed.barrier(signal);
  const record = pool.cache.find('VDI', copy.ref);
  if (record !== undefined) return { ref: copy.ref, record };
  throw new DomainError('pool-busy', `The copy for ${part} is not in the pool any more.`, { retry: 'same' });
}

interface Seat {
  readonly vm: Ref<'VM'>;
  readonly userdevice: string;
  readonly bootable: boolean;
}

/** Where the old disk sits; noted on the standby before it is taken away. */
async function takeSeat(
  { server }: DiskFill,
  old: Located<'VDI'> | undefined,
  standby: Located<'VDI'>,
  pool: PoolAccess,
  signal: AbortSignal,
): Promise<Seat | undefined> {
  const { cache, calls } = pool;
  const vm = server === null ? undefined : findVm(cache, server);
  if (vm === undefined) return undefined;
  const vbd = old && cache.referring('VBD', 'VDI', old.ref).find(({ record }) => record.VM === vm.ref);
  if (vbd === undefined) {
    const [userdevice, bootable] = (standby.record.other_config[TAG.seat] ?? '').split(' ');
    return userdevice === undefined || userdevice === ''
      ? undefined
      : { vm: vm.ref, userdevice, bootable: bootable === 'true' };
  }
  const { userdevice, bootable } = await calls.call('VBD.get_record', [vbd.ref], signal);
  const noted = { ...standby.record.other_config, [TAG.seat]: `${userdevice} ${String(bootable)}` };
  await calls.call('VDI.set_other_config', [standby.ref, noted], signal);
  cache.wrote('VDI', standby.ref, { other_config: noted });
  await unlessGone(calls.call('VBD.destroy', [vbd.ref], signal));
  cache.removed('VBD', vbd.ref);
  return { vm: vm.ref, userdevice, bootable };
}

async function seat(
  { vm, userdevice, bootable }: Seat,
  part: DiskPart,
  standby: Located<'VDI'>,
  { cache, calls }: PoolAccess,
  signal: AbortSignal,
): Promise<void> {
  if (cache.referring('VBD', 'VDI', standby.ref).some(({ record }) => record.VM === vm)) return;
  const record = {
    VM: vm,
    VDI: standby.ref,
    userdevice,
    bootable,
    mode: 'RW',
    type: 'Disk',
    unpluggable: serverIn(part) === undefined,
    empty: false,
    other_config: serverIn(part) === undefined ? tagsOf(vsysOfPart(part), part) : {},
    qos_algorithm_type: '',
    qos_algorithm_params: {},
  };
  const ref = await calls.call('VBD.create', [record], signal);
  const { other_config } = record;
  cache.wrote('VBD', ref, { VM: vm, VDI: standby.ref, userdevice, type: 'Disk', other_config });
}

async function removeStale({ part, origin }: DiskFill, pool: PoolAccess, signal: AbortSignal): Promise<void> {
  for (const { ref, record } of listStandbys(pool.cache, part)) {
    const isWanted = record.other_config[TAG.standby] === String(origin.count);
    if (!isWanted && pool.cache.referring('VBD', 'VDI', ref).length === 0)
      await destroyVdi(ref, pool, signal);
  }
}

function missing(part: DiskPart): DomainError {
  return new DomainError('pool-busy', `${part} is not in the pool any more.`, { retry: 'same' });
}

const isFilled = ({ part, origin }: DiskFill, cache: PoolCache): boolean => {
  const disk = findDiskOf(cache, part);
  return disk !== undefined && fillsOf(disk.record.other_config) >= origin.count;
};

export const diskFill: ActionHandler<'disk.fill'> = {
  methods: ['VDI.copy', 'VDI.snapshot', 'VDI.clone', 'VDI.resize'],
  isDone: (action, { cache }) => isFilled(action, cache),
  perform: async (action, pool, { signal }) => {
    const { part } = action;
    await pool.feed.barrier(signal);
    if (isFilled(action, pool.cache)) return;
    await removeStale(action, pool, signal);
    const old = findDiskOf(pool.cache, part);
    const [left] = listStandbys(pool.cache, part);
    if (left === undefined && old === undefined) throw missing(part);
    const standby = left ?? (await makeStandby(action, old as Located<'VDI'>, pool, signal));
    const place = await takeSeat(action, old, standby, pool, signal);
    if (place !== undefined) await seat(place, part, standby, pool, signal);
    if (old !== undefined) await destroyVdi(old.ref, pool, signal);
    const signed = {
      ...tagsFor(part),
      [TAG.origin]: String(action.origin.count),
      [TAG.self]: standby.record.uuid,
    };
    await nameCopy(standby, signed, pool, signal);
    await pool.feed.barrier(signal);
  },
};
