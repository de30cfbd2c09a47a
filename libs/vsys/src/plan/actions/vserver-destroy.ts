/**
 * Removes a VM with its NICs and its system disk; data disks are left, detached. Wanted servers are never destroyed, with one
 * exception: when the VM is gone and only its system disk is left, that rest goes before the server is made anew.
 */
import { isVm } from '../observed-index.js';
import type { ObservedDisk } from '../observed.js';
import type { ActionRule } from './action-rule.js';
import { contentsLockOf, lockOf, settingsLockOf } from './action-rule.js';

export const vserverDestroy: ActionRule<'vserver.destroy'> = {
  kind: 'vserver.destroy',
  due: ({ wanted, seen }) =>
    [...seen.servers.values()]
      .filter((vm) => !isVm(vm) || (!wanted.servers.has(vm.id) && vm.power === 'halted'))
      .map(({ id }) => ({ kind: 'vserver.destroy', part: id })),
  predict: (observed, { part }) => ({
    ...observed,
    servers: observed.servers.filter(({ id }) => id !== part),
    nics: observed.nics.filter(({ server }) => server !== part),
    disks: observed.disks.map((disk) => (disk.attachedTo === part ? unattached(disk) : disk)),
  }),
  locks: ({ part }) => ({
    exclusive: [lockOf(part), settingsLockOf(part), contentsLockOf(part)],
    shared: [],
  }),
  after: ({ part }) => [`vserver.stop:${part}`],
  title: ({ part }, name) => `Remove VServer ${name(part)}`,
  // XenAPI VM.destroy 0.06 s and VDI.destroy of the system disk 0.6 s.
  estimateMs: 700,
};

const unattached = ({ priority: _gone, ...disk }: ObservedDisk): ObservedDisk => ({
  ...disk,
  attachedTo: null,
});
