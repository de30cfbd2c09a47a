/**
 * Halts a server: cleanly and after those with a higher start order when it shall stay stopped, cleanly and at once when it
 * comes up again changed, hard when it will be destroyed or its power shall be cut.
 */
import type { VServerStop } from '../action.js';
import { afterPowerLoss } from '../config-drive.js';
import { isVm } from '../observed-index.js';
import type { ObservedServer } from '../observed.js';
import type { VServerSpec } from '../../spec/vsys-spec.js';
import type { World } from '../world.js';
import type { ActionRule } from './action-rule.js';
import { lockOf, replaceById, settingsLockOf } from './action-rule.js';

export const vserverStop: ActionRule<'vserver.stop'> = {
  kind: 'vserver.stop',
  due: (world) =>
    [...world.seen.servers.values()].flatMap((vm) => {
      const mode = modeOf(world, vm);
      return mode === undefined ? [] : [{ kind: 'vserver.stop', part: vm.id, mode }];
    }),
  predict: (observed, { part }) => ({
    ...observed,
    servers: replaceById(observed.servers, part, (vm) => ({
      ...afterPowerLoss(vm),
      power: 'halted',
      host: null,
    })),
  }),
  locks: ({ part }) => ({ exclusive: [lockOf(part), settingsLockOf(part)], shared: [] }),
  after: ({ part, mode }, { wanted }) => {
    const server = wanted.servers.get(part);
    // Back from a snapshot with memory it sleeps, and may have to be halted for something else.
    const reverted = `vserver.revert:${part}` as const;
    if (server === undefined || server.power !== 'stopped' || mode === 'hard') return [reverted];
    const later = [...wanted.servers.values()].filter(
      ({ power, startOrder }) => power === 'stopped' && startOrder > server.startOrder,
    );
    return [reverted, ...later.flatMap(({ id }) => [`vserver.stop:${id}`, `vserver.revert:${id}`] as const)];
  },
  title: ({ part, mode }, name) => `${mode === 'clean' ? 'Shut down' : 'Power off'} VServer ${name(part)}`,
  // XenAPI VM.clean_shutdown of a Linux guest.
  estimateMs: 6_000,
};

const isCut = ({ power, stopMode }: VServerSpec): boolean => power === 'stopped' && stopMode === 'hard';

function modeOf(world: World, vm: ObservedServer): VServerStop['mode'] | undefined {
  if (!isVm(vm) || vm.power === 'halted' || world.owesRevert.has(vm.id)) return undefined;
  const server = world.wanted.servers.get(vm.id);
  if (server === undefined) return 'hard';
  if (isCut(server)) return 'hard';
  if (server.power !== 'stopped') return world.mustHalt.has(vm.id) ? 'clean' : undefined;
  return server.startOrder >= world.stopGate ? 'clean' : undefined;
}
