/**
 * Removals that have no way back: they take data with them. While a system is changed they come last, when all that is wanted is
 * there, so that a change that fails half-way can be rolled back without a disk being made anew, empty.
 * A system that is deleted has nothing to wait for.
 *
 * Not among them: what stands in the way of something wanted (a rest of a server that is made anew, a server that holds a
 * disk or a VLAN that another part needs, a snapshot with memory that holds a net that is made anew). Those must go first.
 */
import type { SnapshotId, VServerId } from '../../ids.js';
import type { Action } from '../action.js';
import { isVm } from '../observed-index.js';
import type { World } from '../world.js';
import { isNetWrong } from '../world.js';

/** The action takes data with it that nothing wanted waits for. */
export function isFarewell(world: World, action: Action): boolean {
  if (world.wanted.presence === 'absent') return false;
  if (action.kind === 'vdisk.destroy' || action.kind === 'backup.destroy') return true;
  if (action.kind === 'snapshot.destroy') return !holdsWrongNet(world, action.part);
  return action.kind === 'vserver.destroy' && isPlainlyUnwanted(world, action.part);
}

/** The action brings the world nearer to what is wanted; farewells wait for it. Removing an unused net is neither. */
export function isPending(world: World, action: Action): boolean {
  if (action.kind === 'vnet.destroy') return world.wanted.nets.has(action.part);
  return !isFarewell(world, action);
}

/** The action waits until nothing else is left to be done for what is wanted: it is about the system as a whole. */
export function waitsForAll(world: World, action: Action): boolean {
  return action.kind === 'snapshot.create' || isFarewell(world, action);
}

function holdsWrongNet(world: World, id: SnapshotId): boolean {
  return (world.seen.snapshots.get(id)?.holdsNets ?? []).some((net) => isNetWrong(world, net));
}

function isPlainlyUnwanted(world: World, id: VServerId): boolean {
  const { wanted, seen } = world;
  if (wanted.servers.has(id)) return false;
  if (!isVm(seen.servers.get(id))) return true;
  const holdsWanted = (seen.disksOfServer.get(id) ?? []).some((disk) => wanted.disks.has(disk.id));
  const blocksNet = (seen.nicsOfServer.get(id) ?? []).some(({ net }) => isNetWrong(world, net));
  return !holdsWanted && !blocksNet;
}
