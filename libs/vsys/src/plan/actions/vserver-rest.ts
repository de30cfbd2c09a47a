/**
 * Puts a running server to rest as wanted: paused (its memory stays on its host) or suspended (its memory goes to storage).
 *
 *   halted ──start──► running ──all about it is as wanted──► paused | suspended ──something needs it awake──► running
 */
import type { VServerId } from '../../ids.js';
import type { VServerSpec } from '../../spec/vsys-spec.js';
import type { ActionKey } from '../action.js';
import { afterPause, afterPowerLoss, wantedDrive } from '../config-drive.js';
import { isVm } from '../observed-index.js';
import type { ObservedVsys } from '../observed.js';
import type { World } from '../world.js';
import { hasWantedSize, isSameGuestData, isSameTuning, staysUp } from '../world.js';
import type { ActionRule } from './action-rule.js';
import { lockOf, replaceById, settingsLockOf } from './action-rule.js';
import { completedBy, isComplete } from './vserver-start.js';

type Rest = 'paused' | 'suspended';

function isReadyToRest(world: World, server: VServerSpec): boolean {
  const vm = world.seen.servers.get(server.id);
  if (!isVm(vm) || !staysUp(world, server, vm) || vm.configDrive?.stage === 'read') return false;
  if (vm.configDrive?.stage === 'inserted' && wantedDrive(server) === undefined) return false;
  if (!hasWantedSize(server, vm)) return false;
  if (vm.restarts !== server.restarts || !isSameGuestData(server, vm)) return false;
  return isSameTuning(server, vm) && isComplete(world, server);
}

const restingIn = (world: World, power: Rest): VServerSpec[] =>
  [...world.wanted.servers.values()].filter(
    (server) => server.power === power && isReadyToRest(world, server),
  );

const rested = (observed: ObservedVsys, part: VServerId, power: Rest): ObservedVsys => ({
  ...observed,
  servers: replaceById(observed.servers, part, (vm) => ({
    ...(power === 'paused' ? afterPause(vm) : afterPowerLoss(vm)),
    power,
    ...(power === 'suspended' ? { host: null } : {}),
  })),
});

function possibleAfter(part: VServerId, start: World): ActionKey[] {
  const server = start.wanted.servers.get(part);
  const own = [`vserver.start:${part}`, `vserver.restart:${part}`, `config-drive.remove:${part}`] as const;
  return server === undefined ? [...own] : [...own, ...completedBy(server, start)];
}

const locks = ({ part }: { readonly part: VServerId }) => ({
  exclusive: [lockOf(part), settingsLockOf(part)],
  shared: [],
});

export const vserverPause: ActionRule<'vserver.pause'> = {
  kind: 'vserver.pause',
  due: (world) => restingIn(world, 'paused').map(({ id }) => ({ kind: 'vserver.pause', part: id })),
  predict: (observed, { part }) => rested(observed, part, 'paused'),
  locks,
  after: ({ part }, start) => possibleAfter(part, start),
  title: ({ part }, name) => `Pause VServer ${name(part)}`,
  // XenAPI VM.pause.
  estimateMs: 300,
};

export const vserverSuspend: ActionRule<'vserver.suspend'> = {
  kind: 'vserver.suspend',
  due: (world) => restingIn(world, 'suspended').map(({ id }) => ({ kind: 'vserver.suspend', part: id })),
  predict: (observed, { part }) => rested(observed, part, 'suspended'),
  locks,
  after: ({ part }, start) => possibleAfter(part, start),
  title: ({ part }, name) => `Suspend VServer ${name(part)}`,
  // XenAPI VM.suspend writes the memory to storage: about 2 s a GiB.
  estimateMs: 5_000,
};
