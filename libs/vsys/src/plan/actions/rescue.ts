/**
 * Lets a halted server boot another system for a while, and its own again. Its own disks stay what they are; the fresh boot disk is
 * nobody's but the wish's, and goes with it.
 *
 *   own system ──insert──► partial ──insert──► rescue ──remove──► partial ──remove──► own system
 */
import type { VServerId } from '../../ids.js';
import type { VServerSpec } from '../../spec/vsys-spec.js';
import type { ActionKey } from '../action.js';
import { isVm } from '../observed-index.js';
import type { ObservedServer } from '../observed.js';
import { isRescueAsWanted, isSystemFillOwed, type World } from '../world.js';
import type { ActionRule } from './action-rule.js';
import { lockOf, replaceById } from './action-rule.js';

interface Halted {
  readonly server: VServerSpec;
  readonly vm: ObservedServer;
}

/** Whose boot disk may be exchanged now: other contents come first, as they go to where the disk is. */
function haltedIn(world: World): Halted[] {
  return [...world.wanted.servers.values()].flatMap((server) => {
    const vm = world.seen.servers.get(server.id);
    if (!isVm(vm) || vm.power !== 'halted' || vm.stage !== 'configured') return [];
    if (world.owesRevert.has(server.id) || isSystemFillOwed(server, vm)) return [];
    return [{ server, vm }];
  });
}

/** What is there is of another wish, or of none. */
const isUnwanted = ({ server, vm }: Halted): boolean =>
  vm.rescue !== undefined && server.rescue?.count !== vm.rescue.count;

const after = (part: VServerId): ActionKey[] => [
  `vserver.clone:${part}`,
  `vserver.configure:${part}`,
  `vserver.stop:${part}`,
  `vserver.revert:${part}`,
  `disk.fill:${part}`,
];

export const rescueInsert: ActionRule<'rescue.insert'> = {
  kind: 'rescue.insert',
  due: (world) =>
    haltedIn(world).flatMap((halted) => {
      const { server, vm } = halted;
      const { id: part, rescue } = server;
      if (rescue === undefined || isRescueAsWanted(server, vm) || isUnwanted(halted)) return [];
      return [{ kind: 'rescue.insert', part, rescue }];
    }),
  predict: (observed, { part, rescue: { count } }) => ({
    ...observed,
    servers: replaceById(observed.servers, part, (vm) => ({ ...vm, rescue: { count } })),
  }),
  locks: ({ part }) => ({ exclusive: [lockOf(part)], shared: [] }),
  after: ({ part }) => [...after(part), `rescue.remove:${part}`],
  title: ({ part, rescue }, name) => `Give VServer ${name(part)} a boot disk of ${rescue.image}`,
  // XenAPI VDI.copy of a few GiB (about 120 MB/s).
  estimateMs: 30_000,
};

export const rescueRemove: ActionRule<'rescue.remove'> = {
  kind: 'rescue.remove',
  due: (world) =>
    haltedIn(world)
      .filter(isUnwanted)
      .map(({ server }) => ({ kind: 'rescue.remove', part: server.id })),
  predict: (observed, { part }) => ({
    ...observed,
    servers: replaceById(observed.servers, part, ({ rescue: _gone, ...vm }) => vm),
  }),
  locks: ({ part }) => ({ exclusive: [lockOf(part)], shared: [] }),
  after: ({ part }) => after(part),
  title: ({ part }, name) => `Give VServer ${name(part)} its own boot disk back`,
  // XenAPI VBD.destroy, VBD.set_userdevice and VDI.destroy.
  estimateMs: 900,
};
