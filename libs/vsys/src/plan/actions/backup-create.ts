/**
 * Copies a disk as it is now. Its server may go on, start or stop meanwhile: only the moment of the copy is the pool's concern.
 * One that was complete once is never taken again: the disk holds something else by now.
 */
import type { PartId } from '../../ids.js';
import type { BackupSpec, VDiskSpec } from '../../spec/vsys-spec.js';
import { isVm } from '../observed-index.js';
import type { ObservedBackup, ObservedDisk, ObservedServer } from '../observed.js';
import { isFillOwed, isSystemFillOwed, type World } from '../world.js';
import type { ActionRule } from './action-rule.js';
import { contentsLockOf, lockOf, putById } from './action-rule.js';

export const backupCreate: ActionRule<'backup.create'> = {
  kind: 'backup.create',
  due: (world) =>
    [...world.wanted.backups.values()]
      .filter(({ id, isTaken }) => isTaken !== true && !isComplete(world.seen.backups.get(id)))
      .filter((backup) => world.wanted.presence === 'present' && isSourceReady(world, backup))
      .map(({ id, name, source, sr }) => ({ kind: 'backup.create', part: id, name, source, sr })),
  predict: (observed, { part }) => ({ ...observed, backups: putById(observed.backups ?? [], { id: part }) }),
  locks: ({ part, source }) => ({ exclusive: [lockOf(part)], shared: [contentsLockOf(source)] }),
  after: ({ source }, { wanted }) => {
    const disks: ReadonlyMap<PartId, VDiskSpec> = wanted.disks;
    const server = disks.get(source)?.server ?? null;
    return [
      `vserver.configure:${source}`,
      `vserver.revert:${source}`,
      `vdisk.create:${source}`,
      `disk.fill:${source}`,
      ...(server === null ? [] : ([`vserver.revert:${server}`] as const)),
    ];
  },
  title: ({ name, source }, nameOf) => `Back ${nameOf(source)} up as ${name}`,
  // XenAPI VDI.snapshot, VDI.copy of a few GiB (about 120 MB/s) and VDI.destroy.
  estimateMs: 30_000,
};

export const isComplete = (backup: ObservedBackup | undefined): boolean =>
  backup !== undefined && backup.isPartial !== true;

/** There, and with the contents that are wanted. */
function isSourceReady(world: World, { source }: BackupSpec): boolean {
  const servers: ReadonlyMap<PartId, ObservedServer> = world.seen.servers;
  const disks: ReadonlyMap<PartId, ObservedDisk> = world.seen.disks;
  const vm = servers.get(source);
  if (vm !== undefined) return isSystemDiskReady(world, vm);
  const disk = disks.get(source);
  if (disk === undefined) return false;
  const spec = world.wanted.disks.get(disk.id);
  if (spec === undefined) return true;
  return !isFillOwed(spec, disk) && (spec.server === null || !world.owesRevert.has(spec.server));
}

function isSystemDiskReady({ wanted, owesRevert }: World, vm: ObservedServer): boolean {
  if (!isVm(vm) || vm.stage !== 'configured' || owesRevert.has(vm.id)) return false;
  const spec = wanted.servers.get(vm.id);
  return spec === undefined || !isSystemFillOwed(spec, vm);
}
