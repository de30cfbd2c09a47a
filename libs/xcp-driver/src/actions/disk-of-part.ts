/** The disk that a part is: a data disk, or the disk that a server boots from. */
import {
  DomainError,
  vdiskId,
  vserverId,
  type DiskPart,
  type SnapshotId,
  type VServerId,
} from '@openvsys/vsys';
import type { Located, PoolCache } from '../cache/pool-cache.js';
import { isSystemDisk, TAG } from '../ownership-tags.js';
import { findDisk, findVm, listOwnDisks } from './find-parts.js';
import { findRescueSeat, type RescueSeat } from './rescue-seat.js';
import { findSnapshotVm } from './snapshot.js';

/** Undefined for a data disk's id. */
export function serverIn(part: DiskPart): VServerId | undefined {
  return part.includes('-S-') ? vserverId(part) : undefined;
}

/** The device of a disk on its VM, that of before while it makes room for another one; disks without one come last. */
function deviceOf(cache: PoolCache, { ref }: Located<'VDI'>, seat: RescueSeat | undefined): number {
  const [vbd] = cache.referring('VBD', 'VDI', ref);
  if (vbd === undefined) return Infinity;
  const { userdevice } = vbd.record;
  return Number(userdevice === seat?.to ? seat.from : userdevice);
}

/** Of a server with several own disks the first one: images bring the disk to boot from there. */
export function findDiskOf(cache: PoolCache, part: DiskPart): Located<'VDI'> | undefined {
  const server = serverIn(part);
  if (server === undefined) return findDisk(cache, vdiskId(part));
  const seat = findRescueSeat(cache, server);
  return listOwnDisks(cache, server)
    .filter(({ record }) => isSystemDisk(record))
    .toSorted((a, b) => deviceOf(cache, a, seat) - deviceOf(cache, b, seat))[0];
}

/** The disk of a part as a snapshot of its server has it. Throws `conflict` when the snapshot has none. */
export function getSnapshotDisk(cache: PoolCache, snapshot: SnapshotId, part: DiskPart): Located<'VDI'> {
  const holder = serverIn(part) ?? serverHolding(cache, part);
  const vm = holder === undefined ? undefined : findSnapshotVm(cache, snapshot, holder);
  const disks = vm === undefined ? [] : cache.referring('VBD', 'VM', vm.ref);
  const found = disks
    .toSorted((a, b) => Number(a.record.userdevice) - Number(b.record.userdevice))
    .flatMap(({ record: { VDI } }) => {
      const record = cache.find('VDI', VDI);
      return VDI === null || record?.other_config[TAG.part] !== part ? [] : [{ ref: VDI, record }];
    });
  if (found[0] !== undefined) return found[0];
  throw new DomainError('conflict', `The snapshot ${snapshot} has no disk of ${part}.`, {
    retry: 'after-change',
    remedy: 'Choose another snapshot.',
  });
}

/** The server that a data disk hangs on. */
function serverHolding(cache: PoolCache, disk: DiskPart): VServerId | undefined {
  const vdi = findDiskOf(cache, disk);
  const vbd = vdi === undefined ? undefined : cache.referring('VBD', 'VDI', vdi.ref)[0];
  const part = cache.find('VM', vbd?.record.VM ?? null)?.other_config[TAG.part];
  if (part === undefined) return undefined;
  const server = vserverId(part);
  return findVm(cache, server) === undefined ? undefined : server;
}
