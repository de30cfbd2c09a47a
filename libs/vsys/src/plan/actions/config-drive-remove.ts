/**
 * Takes the config drive away: once the guest has read it, or when none is wanted any more. Never while the guest may still
 * need it.
 */
import { wantedDrive } from '../config-drive.js';
import { isVm } from '../observed-index.js';
import type { ObservedServer } from '../observed.js';
import type { World } from '../world.js';
import { acceptsParts } from '../world.js';
import type { ActionRule } from './action-rule.js';
import { driveLockOf, lockOf, replaceById, settingsLockOf } from './action-rule.js';

export const configDriveRemove: ActionRule<'config-drive.remove'> = {
  kind: 'config-drive.remove',
  due: (world) =>
    [...world.seen.servers.values()]
      .filter((vm) => isDue(world, vm))
      .map(({ id, configDrive }) => ({
        kind: 'config-drive.remove',
        part: id,
        version: configDrive?.version ?? 0,
      })),
  predict: (observed, { part, version }) => ({
    ...observed,
    servers: replaceById(observed.servers, part, (vm) => ({
      ...vm,
      configDrive: { version, stage: 'removed' },
    })),
  }),
  // That it was removed is noted among the VM's settings.
  locks: ({ part }) => ({ exclusive: [driveLockOf(part), settingsLockOf(part)], shared: [lockOf(part)] }),
  after: ({ part }) => [
    `vserver.start:${part}`,
    `vserver.restart:${part}`,
    `vserver.stop:${part}`,
    `vserver.revert:${part}`,
    `vserver.configure:${part}`,
  ],
  title: ({ part }, name) => `Remove the config drive of VServer ${name(part)}`,
  // XenAPI VBD.unplug, VBD.destroy and VDI.destroy.
  estimateMs: 1_300,
};

function isDue(world: World, vm: ObservedServer): boolean {
  const server = world.wanted.servers.get(vm.id);
  const stage = vm.configDrive?.stage;
  if (server === undefined || !isVm(vm) || vm.stage !== 'configured') return false;
  if (stage === undefined || stage === 'removed' || !acceptsParts(world, vm.id)) return false;
  return stage === 'read' || wantedDrive(server) === undefined;
}
