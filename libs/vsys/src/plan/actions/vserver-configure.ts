/**
 * Gives a VM its settings. All of them while it is halted; on a running one only guest data, tuning, a size within its headroom, and
 * a restart counter that went down (a roll-back). A restart that is still owed is not written off: the counter keeps its old value until then.
 */
import { isSameHeadroom } from '../../spec/headroom.js';
import { marksOf } from '../../spec/sealed-text.js';
import type { VServerSpec } from '../../spec/vsys-spec.js';
import type { VServerConfigure } from '../action.js';
import { isVm } from '../observed-index.js';
import type { ObservedServer } from '../observed.js';
import type { World } from '../world.js';
import { hasWantedSize, isSameGuestData, isSameTuning, staysUp } from '../world.js';
import type { ActionRule } from './action-rule.js';
import { lockOf, replaceById, settingsLockOf } from './action-rule.js';

export const vserverConfigure: ActionRule<'vserver.configure'> = {
  kind: 'vserver.configure',
  due: (world) =>
    [...world.wanted.servers.values()].flatMap((server) => {
      const vm = world.seen.servers.get(server.id);
      if (!isVm(vm) || !isDue(world, server, vm)) return [];
      return [
        configure(
          server,
          vm,
          vm.power === 'halted' ? server.restarts : Math.min(vm.restarts, server.restarts),
        ),
      ];
    }),
  predict: (observed, { part, settings }) => ({
    ...observed,
    servers: replaceById(
      observed.servers,
      part,
      ({ minMemoryMiB: _least, tuning: _tuning, headroom: _most, ...vm }) => ({
        ...vm,
        ...(settings.reverts === undefined ? {} : { reverts: settings.reverts }),
        ...(settings.minMemoryMiB === undefined ? {} : { minMemoryMiB: settings.minMemoryMiB }),
        ...(settings.tuning === undefined ? {} : { tuning: settings.tuning }),
        ...(settings.headroom === undefined ? {} : { headroom: settings.headroom }),
        stage: 'configured',
        vcpus: settings.vcpus,
        memoryMiB: settings.memoryMiB,
        restarts: settings.restarts,
        guestData: marksOf(settings.guestData),
      }),
    ),
  }),
  // Shared on the server itself: its NICs and disks may be made meanwhile.
  locks: ({ part }) => ({ exclusive: [settingsLockOf(part)], shared: [lockOf(part)] }),
  after: ({ part }) => [
    `vserver.clone:${part}`,
    `vserver.stop:${part}`,
    `vserver.revert:${part}`,
    `vserver.start:${part}`,
  ],
  title: ({ settings }) =>
    `Configure VServer ${settings.name} (${settings.vcpus} vCPU, ${settings.memoryMiB} MiB)`,
  // XenAPI VM.provision 0.09 s behind about eight setters of 8 ms.
  estimateMs: 250,
};

function isDue(world: World, server: VServerSpec, vm: ObservedServer): boolean {
  if (world.owesRevert.has(server.id)) return false;
  if (vm.power === 'halted') return !isConfigured(server, vm);
  if (!staysUp(world, server, vm)) return false;
  return (
    vm.restarts > server.restarts ||
    !hasWantedSize(server, vm) ||
    !isSameGuestData(server, vm) ||
    !isSameTuning(server, vm)
  );
}

/** A halted VM has everything that it must have before it may start. */
export function isConfigured(server: VServerSpec, vm: ObservedServer): boolean {
  if (vm.stage !== 'configured' || vm.restarts !== server.restarts) return false;
  if (!isSameHeadroom(server.headroom, vm.headroom)) return false;
  return hasWantedSize(server, vm) && isSameGuestData(server, vm) && isSameTuning(server, vm);
}

function configure(server: VServerSpec, vm: ObservedServer, restarts: number): VServerConfigure {
  const isNew = vm.stage === 'cloned' && server.revert !== undefined;
  const { id, name, role, vcpus, memoryMiB, minMemoryMiB, headroom, tuning, guestData } = server;
  return {
    kind: 'vserver.configure',
    part: id,
    settings: {
      name,
      role,
      vcpus,
      memoryMiB,
      restarts,
      guestData,
      ...(minMemoryMiB === undefined ? {} : { minMemoryMiB }),
      ...(headroom === undefined ? {} : { headroom }),
      ...(tuning === undefined ? {} : { tuning }),
      ...(isNew ? { reverts: server.revert.count } : {}),
    },
  };
}
