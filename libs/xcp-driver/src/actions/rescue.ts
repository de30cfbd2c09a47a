/**
 * Another system for a server: a copy of an image's disk takes the place of the own boot disk, which moves to the first free device,
 * and both the way back.
 *
 *   disk made ──► copied ──► seat noted (complete) ──► own disk moved ──► in its place (it counts)
 *        └──────────── given up at any point: own disk moved back ──► disk destroyed
 *
 * The VM stays the same one, with its network cards. A disk without a note of its seat may be half written; whoever comes next
 * removes it and begins anew.
 */
import {
  DomainError,
  vsysOfPart,
  type ObservedRescue,
  type RescueInsert,
  type SrUuid,
  type VServerId,
} from '@openvsys/vsys';
import type { Located, PoolCache } from '../cache/pool-cache.js';
import { NULL_REF } from '../codec/decode.js';
import type { Ref } from '../generated/records.js';
import { checkRoom, getStorage } from '../images/storage-room.js';
import { isSystemDisk, RESCUE_DISK_ROLE, TAG, tagsOf } from '../ownership-tags.js';
import type { ActionHandler } from './action-handler.js';
import { destroyVdi } from './destroy-vdi.js';
import { findDiskOf } from './disk-of-part.js';
import { findVm, getVm } from './find-parts.js';
import { getImageDisk } from './images.js';
import type { PoolAccess } from './pool-access.js';
import { listRescueDisks, seatOf, seatText, type RescueSeat } from './rescue-seat.js';
import { unlessGone } from './unless-gone.js';
import { findVbd, giveDevice } from './vbd-device.js';
import { signSelf } from './vdisk-create.js';

const countOf = ({ record }: Located<'VDI'>): number => Number(record.other_config[TAG.rescue] ?? 0);

/** What is seen of it; undefined when the server boots from its own disk. */
export function observeRescue(
  cache: PoolCache,
  vm: Located<'VM'>,
  server: VServerId,
): ObservedRescue | undefined {
  const [disk, ...more] = listRescueDisks(cache, server);
  if (disk === undefined) return undefined;
  const seat = seatOf(disk.record);
  const isInPlace =
    seat !== undefined &&
    findVbd(cache, vm.ref, disk.ref)?.record.userdevice === seat.from &&
    more.length === 0;
  return isInPlace ? { count: countOf(disk) } : { count: countOf(disk), isPartial: true };
}

async function note(
  { ref, record }: Located<'VDI'>,
  texts: Readonly<Record<string, string>>,
  { cache, calls }: PoolAccess,
  signal: AbortSignal,
): Promise<void> {
  const config = { ...record.other_config, ...texts };
  await calls.call('VDI.set_other_config', [ref, config], signal);
  cache.wrote('VDI', ref, { other_config: config });
}

const recordOf = ({ part, rescue }: Pick<RescueInsert, 'part' | 'rescue'>, SR: Ref<'SR'>, bytes: number) => ({
  name_label: `${part} rescue`,
  name_description: `Boot disk of ${rescue.image}; removed when the rescue ends.`,
  SR,
  virtual_size: bytes,
  type: 'user',
  sharable: false,
  read_only: false,
  other_config: {
    ...tagsOf(vsysOfPart(part), part),
    [TAG.role]: RESCUE_DISK_ROLE,
    [TAG.rescue]: String(rescue.count),
  },
  xenstore_data: {},
  sm_config: {},
  tags: [],
});

/** A disk with all that the image's has, on the storage of the server's own. Throws `no-capacity`. */
async function makeDisk(
  { part, rescue }: RescueInsert,
  own: Located<'VDI'>,
  pool: PoolAccess,
  signal: AbortSignal,
): Promise<Located<'VDI'>> {
  const { cache, calls, feed } = pool;
  const sr = getStorage(cache, (cache.find('SR', own.record.SR)?.uuid ?? '') as SrUuid);
  const image = getImageDisk(cache, rescue.image, sr.record.uuid);
  const { virtual_size: virtualBytes, physical_utilisation: usedBytes } = await calls.call(
    'VDI.get_record',
    [image.ref],
    signal,
  );
  checkRoom(sr, [{ virtualBytes, usedBytes }]);
  const record = recordOf({ part, rescue }, sr.ref, virtualBytes);
  const ref = await calls.task('VDI.create', [record], { signal });
  const { other_config, name_label } = record;
  cache.wrote('VDI', ref, { name_label, SR: sr.ref, virtual_size: virtualBytes, other_config });
  await signSelf(ref, pool, signal);
  await calls.task('VDI.copy', [image.ref, sr.ref, NULL_REF as Ref<'VDI'>, ref], { signal });
  await feed.barrier(signal);
  const made = cache.find('VDI', ref);
  if (made !== undefined) return { ref, record: made };
  throw new DomainError('pool-busy', `The boot disk for ${part} is not in the pool any more.`, {
    retry: 'same',
  });
}

/** The server's own boot disk makes room, once. */
async function makeRoom(
  vm: Located<'VM'>,
  own: Located<'VDI'>,
  disk: Located<'VDI'>,
  pool: PoolAccess,
  signal: AbortSignal,
): Promise<RescueSeat> {
  const { cache, calls } = pool;
  const vbd = findVbd(cache, vm.ref, own.ref);
  if (vbd === undefined)
    throw new DomainError('pool-busy', 'The boot disk of the server hangs on nothing.', { retry: 'same' });
  const noted = seatOf(disk.record);
  if (noted !== undefined && vbd.record.userdevice === noted.to) {
    // Whoever moved it may have died before saying so.
    await calls.call('VBD.set_bootable', [vbd.ref, false], signal);
    return noted;
  }
  return giveDevice(cache, vm.ref, async (to) => {
    const { userdevice: from, bootable } = await calls.call('VBD.get_record', [vbd.ref], signal);
    const seat = { from, bootable, to };
    await note(disk, { [TAG.rescueSeat]: seatText(seat) }, pool, signal);
    await calls.call('VBD.set_userdevice', [vbd.ref, to], signal);
    cache.wrote('VBD', vbd.ref, { userdevice: to });
    await calls.call('VBD.set_bootable', [vbd.ref, false], signal);
    return seat;
  });
}

async function putInPlace(
  vm: Located<'VM'>,
  disk: Located<'VDI'>,
  { from }: RescueSeat,
  { cache, calls }: PoolAccess,
  signal: AbortSignal,
): Promise<void> {
  if (findVbd(cache, vm.ref, disk.ref) !== undefined) return;
  const view = { VM: vm.ref, VDI: disk.ref, userdevice: from, type: 'Disk' as const, other_config: {} };
  const record = {
    ...view,
    bootable: true,
    mode: 'RW',
    unpluggable: false,
    empty: false,
    qos_algorithm_type: '',
    qos_algorithm_params: {},
  };
  cache.wrote('VBD', await calls.call('VBD.create', [record], signal), view);
}

/** The own disk goes back before the note of where it was goes. */
async function remove(
  vm: Located<'VM'>,
  disk: Located<'VDI'>,
  pool: PoolAccess,
  signal: AbortSignal,
): Promise<void> {
  const { cache, calls } = pool;
  const vbd = findVbd(cache, vm.ref, disk.ref);
  if (vbd !== undefined) {
    await unlessGone(calls.call('VBD.destroy', [vbd.ref], signal));
    cache.removed('VBD', vbd.ref);
  }
  const seat = seatOf(disk.record);
  const moved = cache.referring('VBD', 'VM', vm.ref).find(({ record: { VDI, userdevice } }) => {
    const vdi = cache.find('VDI', VDI);
    return userdevice === seat?.to && vdi !== undefined && isSystemDisk(vdi);
  });
  if (seat !== undefined && moved !== undefined) {
    await calls.call('VBD.set_bootable', [moved.ref, seat.bootable], signal);
    await calls.call('VBD.set_userdevice', [moved.ref, seat.from], signal);
    cache.wrote('VBD', moved.ref, { userdevice: seat.from });
  }
  await destroyVdi(disk.ref, pool, signal);
}

const isInserted = ({ part, rescue }: RescueInsert, cache: PoolCache): boolean => {
  const vm = findVm(cache, part);
  const seen = vm === undefined ? undefined : observeRescue(cache, vm, part);
  return seen?.count === rescue.count && seen.isPartial !== true;
};

export const rescueInsert: ActionHandler<'rescue.insert'> = {
  methods: ['VDI.create', 'VDI.copy', 'VBD.create'],
  isDone: (action, { cache }) => isInserted(action, cache),
  perform: async (action, pool, { signal }) => {
    const { part, rescue } = action;
    const { cache } = pool;
    await pool.feed.barrier(signal);
    if (isInserted(action, cache)) return;
    const vm = getVm(cache, part);
    const complete = listRescueDisks(cache, part).find(
      (disk) => countOf(disk) === rescue.count && seatOf(disk.record) !== undefined,
    );
    for (const disk of listRescueDisks(cache, part))
      if (disk.ref !== complete?.ref) await remove(vm, disk, pool, signal);
    const own = findDiskOf(cache, part);
    if (own === undefined)
      throw new DomainError('pool-busy', `${part} has no system disk (yet).`, { retry: 'same' });
    const disk = complete ?? (await makeDisk(action, own, pool, signal));
    const seat = await makeRoom(vm, own, disk, pool, signal);
    await putInPlace(vm, disk, seat, pool, signal);
  },
};

export const rescueRemove: ActionHandler<'rescue.remove'> = {
  methods: ['VBD.destroy', 'VDI.destroy'],
  isDone: ({ part }, { cache }) => listRescueDisks(cache, part).length === 0,
  perform: async ({ part }, pool, { signal }) => {
    await pool.feed.barrier(signal);
    const vm = getVm(pool.cache, part);
    for (const disk of listRescueDisks(pool.cache, part)) await remove(vm, disk, pool, signal);
  },
};
