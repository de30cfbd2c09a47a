/**
 * Brings a server back to a snapshot, once for each wish (a counter, as for restarts): its disks are those of then, all that came
 * after is gone. It runs through no shutdown, since what it would write is given up anyway, and comes up again as wanted.
 */
import { afterPowerLoss } from '../config-drive.js';
import type { ActionRule } from './action-rule.js';
import { contentsLockOf, driveLockOf, lockOf, replaceById, settingsLockOf } from './action-rule.js';

export const vserverRevert: ActionRule<'vserver.revert'> = {
  kind: 'vserver.revert',
  due: ({ owesRevert, wanted }) =>
    [...owesRevert].flatMap((part) => {
      const revert = wanted.servers.get(part)?.revert;
      if (revert === undefined) return [];
      const withMemory = wanted.snapshots.get(revert.to)?.withMemory ?? false;
      return [{ kind: 'vserver.revert', part, revert, withMemory }];
    }),
  predict: (observed, { part, revert, withMemory }) => ({
    ...observed,
    // All its disks become those of the snapshot, so a rescue is over too.
    servers: replaceById(observed.servers, part, ({ rescue: _over, ...vm }) => ({
      ...afterPowerLoss(vm),
      power: withMemory ? 'suspended' : 'halted',
      host: null,
      reverts: revert.count,
    })),
  }),
  locks: ({ part }) => ({
    exclusive: [lockOf(part), settingsLockOf(part), driveLockOf(part), contentsLockOf(part)],
    shared: [],
  }),
  after: ({ part }) => [`vserver.configure:${part}`],
  title: ({ part, revert }, name) => `Bring VServer ${name(part)} back to snapshot ${name(revert.to)}`,
  // XenAPI VM.revert: one VDI.clone a disk.
  estimateMs: 4_000,
};
