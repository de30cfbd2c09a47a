/**
 * Gives a disk other contents, once for each wish (a counter, as for ways back to a snapshot). A server that uses it is halted for
 * it and comes up again as wanted. The disk keeps its id; what was on it before is destroyed when the copy is complete.
 */
import type { PartId, VDiskId, VServerId } from '../../ids.js';
import type { DiskFill } from '../action.js';
import { holderOf, isVm } from '../observed-index.js';
import type { ObservedDisk } from '../observed.js';
import { isFillOwed, isSystemFillOwed, type World } from '../world.js';
import type { ActionRule } from './action-rule.js';
import { contentsLockOf, lockOf, replaceById } from './action-rule.js';

export const diskFill: ActionRule<'disk.fill'> = {
  kind: 'disk.fill',
  due: (world) => [...systemFills(world), ...dataFills(world)],
  predict: (observed, { part, origin, sizeGiB = 0 }) => ({
    ...observed,
    servers: observed.servers.map((vm) => (vm.id === part ? { ...vm, systemOrigin: origin.count } : vm)),
    disks: replaceById(observed.disks, part as VDiskId, ({ priority: _seat, ...disk }) => ({
      ...disk,
      origin: origin.count,
      sizeGiB: Math.max(disk.sizeGiB, sizeGiB),
    })),
  }),
  locks: ({ part, server, origin: { from } }) => ({
    exclusive: [contentsLockOf(part), ...(part === server ? [] : [lockOf(part)])],
    shared: [
      ...(server === null ? [] : [lockOf(server)]),
      ...('disk' in from && from.disk !== part ? [contentsLockOf(from.disk)] : []),
    ],
  }),
  after: ({ part, server }, { seen }) => {
    const disks: ReadonlyMap<PartId, ObservedDisk> = seen.disks;
    const holder = disks.get(part)?.attachedTo ?? null;
    return [
      `vdisk.create:${part}`,
      `vdisk.detach:${part}`,
      ...(holder === null ? [] : ([`vserver.destroy:${holder}`] as const)),
      ...(server === null ? [] : halting(server)),
    ];
  },
  title: ({ part, origin: { from } }, name) => {
    if ('backup' in from) return `Restore ${name(part)} from back-up ${name(from.backup)}`;
    if ('image' in from) return `Copy ${from.image} to ${name(part)}`;
    if ('snapshot' in from)
      return `Copy ${name(from.disk)} of snapshot ${name(from.snapshot)} to ${name(part)}`;
    return `Copy ${name(from.disk)} to ${name(part)}`;
  },
  // XenAPI VDI.snapshot, VDI.copy of a few GiB (about 120 MB/s) and VDI.destroy.
  estimateMs: 30_000,
};

const halting = (server: VServerId) =>
  [`vserver.configure:${server}`, `vserver.stop:${server}`, `vserver.revert:${server}`] as const;

/** Whether a disk that hangs on it may be exchanged now. */
function isAtRest({ seen, owesRevert }: World, server: VServerId): boolean {
  const vm = seen.servers.get(server);
  return isVm(vm) && vm.power === 'halted' && !owesRevert.has(server);
}

function systemFills(world: World): DiskFill[] {
  return [...world.wanted.servers.values()].flatMap((server) => {
    const vm = world.seen.servers.get(server.id);
    const { id, systemOrigin } = server;
    if (systemOrigin === undefined || !isVm(vm) || vm.stage !== 'configured') return [];
    if (!isSystemFillOwed(server, vm) || !isAtRest(world, id)) return [];
    return [{ kind: 'disk.fill', part: id, origin: systemOrigin, server: id }];
  });
}

function dataFills(world: World): DiskFill[] {
  return [...world.wanted.disks.values()].flatMap((spec) => {
    const disk = world.seen.disks.get(spec.id);
    if (disk === undefined || spec.origin === undefined || !isFillOwed(spec, disk)) return [];
    const holder = holderOf(world.seen, disk);
    // One that sits on the wrong server is detached first.
    if (holder !== null && (holder !== spec.server || !isAtRest(world, holder))) return [];
    const { id, origin, sizeGiB } = spec;
    return [{ kind: 'disk.fill', part: id, origin, server: holder, sizeGiB }];
  });
}
