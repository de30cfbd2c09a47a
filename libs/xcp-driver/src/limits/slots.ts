/**
 * How many actions may work on the same thing at once. The numbers mirror what the pool does at once itself: more would
 * wait inside the pool, where waiting calls pause for growing random times and count against a limit of 100.
 */
import {
  onlyWaits,
  type Action,
  type HostUuid,
  type Slot,
  type SrUuid,
  type VDiskId,
  type VServerClone,
} from '@openvsys/vsys';
import { findDisk, listOwnDisks } from '../actions/find-parts.js';
import { disksOf } from '../actions/images.js';
import type { PoolCache } from '../cache/pool-cache.js';

export interface SlotSizes {
  /** Actions on the pool altogether: its API runs on about one processor. */
  readonly pool: number;
  /** Clones of one template: twenty at once take four times as long as twenty in a row. */
  readonly template: number;
  /** Operations that hold the lock of one SR. */
  readonly sr: number;
  /** Servers that start on one host. */
  readonly host: number;
}

export const DEFAULT_SLOT_SIZES: SlotSizes = { pool: 16, template: 1, sr: 1, host: 4 };

/** A slot is taken once, also when the disk goes to where the image is. */
function imageSlots(cache: PoolCache, { image, sr }: VServerClone, sizes: SlotSizes): Slot[] {
  const template = cache.images().find(({ record }) => record.name_label === image);
  const refs = template === undefined ? [] : disksOf(cache, template.ref).map(({ record }) => record.SR);
  const slots = srSlots(cache, refs, sizes);
  const target = sr === undefined ? [] : [srSlot(sr, sizes)];
  const others = target.filter(({ name }) => !slots.some((slot) => slot.name === name));
  return [{ name: `template:${image}`, capacity: sizes.template }, ...slots, ...others];
}

function srSlots(cache: PoolCache, refs: readonly (string | null)[], sizes: SlotSizes): Slot[] {
  const uuids = new Set(refs.flatMap((ref) => cache.find('SR', ref)?.uuid ?? []));
  return [...uuids].map((uuid) => srSlot(uuid, sizes));
}

const srSlot = (uuid: string | SrUuid, sizes: SlotSizes): Slot => ({
  name: `sr:${uuid}`,
  capacity: sizes.sr,
});

/** Copies hold no lock of a storage, but take its bandwidth (XenAPI VDI.copy). */
const COPIES_AT_ONCE = 2;
const copySlot = (to: string): Slot => ({ name: `copy:${to}`, capacity: COPIES_AT_ONCE });

function diskSlots(cache: PoolCache, disk: VDiskId, sizes: SlotSizes): Slot[] {
  return srSlots(cache, [findDisk(cache, disk)?.record.SR ?? null], sizes);
}

/** Of what is done to the disks that go with a server. */
const OWN_DISK_KINDS = [
  'vserver.destroy',
  'config-drive.insert',
  'config-drive.remove',
  'rescue.remove',
  'vserver.suspend',
  'vserver.revert',
] as const;
type OwnDiskAction = Extract<Action, { readonly kind: (typeof OWN_DISK_KINDS)[number] }>;
const isOwnDiskAction = (action: Action): action is OwnDiskAction =>
  OWN_DISK_KINDS.some((kind) => kind === action.kind);

function ownSlots(action: Action, host: HostUuid | null, cache: PoolCache, sizes: SlotSizes): Slot[] {
  if (isOwnDiskAction(action)) {
    const own = listOwnDisks(cache, action.part);
    return srSlots(
      cache,
      own.map(({ record }) => record.SR),
      sizes,
    );
  }
  switch (action.kind) {
    case 'vserver.clone':
      return imageSlots(cache, action, sizes);
    case 'vserver.start':
    case 'vserver.restart':
      return host === null ? [] : [{ name: `host:${host}`, capacity: sizes.host }];
    case 'backup.create':
      return [copySlot(action.sr)];
    case 'disk.fill':
      return [copySlot('fill')];
    // One image at a time, as for clones.
    case 'rescue.insert':
      return [copySlot('fill'), { name: `template:${action.rescue.image}`, capacity: sizes.template }];
    case 'vdisk.create':
      return [srSlot(action.disk.sr, sizes)];
    case 'vdisk.resize':
    case 'vdisk.destroy':
      return diskSlots(cache, action.part, sizes);
    default:
      return [];
  }
}

export const slotsOf = (
  action: Action,
  host: HostUuid | null,
  cache: PoolCache,
  sizes: SlotSizes,
): readonly Slot[] => {
  // It occupies nothing, however long it takes.
  if (onlyWaits(action)) return [];
  return [{ name: 'pool', capacity: sizes.pool }, ...ownSlots(action, host, cache, sizes)];
};
