/**
 * Grows a disk that nobody is using, or that can grow in use. Disks never shrink: a larger one than wanted is left as it is.
 */
import type { VServerId } from '../../ids.js';
import { holderOf } from '../observed-index.js';
import type { ObservedDisk } from '../observed.js';
import { isFillOwed, staysUp, type World } from '../world.js';
import type { ActionRule } from './action-rule.js';
import { lockOf, replaceById } from './action-rule.js';

export const vdiskResize: ActionRule<'vdisk.resize'> = {
  kind: 'vdisk.resize',
  due: (world) =>
    [...world.wanted.disks.values()].flatMap((spec) => {
      const { seen } = world;
      const disk = seen.disks.get(spec.id);
      if (disk === undefined || disk.sizeGiB >= spec.sizeGiB || isFillOwed(spec, disk)) return [];
      const holder = holderOf(seen, disk);
      // One that sits on the wrong server is detached first and then grows without anybody's halt.
      if (holder !== null && holder !== spec.server) return [];
      if (holder !== null && !mayGrow(world, disk, holder)) return [];
      return [{ kind: 'vdisk.resize', part: spec.id, sizeGiB: spec.sizeGiB }];
    }),
  predict: (observed, { part, sizeGiB }) => ({
    ...observed,
    disks: replaceById(observed.disks, part, (disk) => ({ ...disk, sizeGiB })),
  }),
  locks: ({ part }) => ({ exclusive: [lockOf(part)], shared: [] }),
  after: ({ part }, { wanted, seen }) => {
    const holder = seen.disks.get(part)?.attachedTo ?? null;
    const server = wanted.disks.get(part)?.server ?? null;
    return [
      `vdisk.detach:${part}`,
      ...(holder === null ? [] : ([`vserver.destroy:${holder}`] as const)),
      ...(server === null ? [] : ([`vserver.stop:${server}`, `vserver.revert:${server}`] as const)),
    ];
  },
  title: ({ part, sizeGiB }, name) => `Grow VDisk ${name(part)} to ${sizeGiB} GiB`,
  // XenAPI VDI.resize.
  estimateMs: 800,
};

function mayGrow(world: World, disk: ObservedDisk, holder: VServerId): boolean {
  const vm = world.seen.servers.get(holder);
  if (vm === undefined || world.owesRevert.has(holder)) return false;
  if (vm.power === 'halted') return true;
  const server = world.wanted.servers.get(holder);
  return disk.growsOnline === true && server !== undefined && staysUp(world, server, vm);
}
