/**
 * Takes a snapshot of several servers at one moment: what runs is held still while the disks are copied. It shows the system as it
 * is wanted, so it waits until all else is done; what takes data with it waits for the snapshot.
 */
import type { VServerId } from '../../ids.js';
import type { SnapshotSpec } from '../../spec/vsys-spec.js';
import { isVm } from '../observed-index.js';
import type { World } from '../world.js';
import type { ActionRule } from './action-rule.js';
import { lockOf, putById, settingsLockOf } from './action-rule.js';

/** The servers that it is of and that are still wanted. */
const membersOf = (world: World, { servers }: SnapshotSpec): readonly VServerId[] =>
  servers.filter((id) => world.wanted.servers.has(id));

function isTaken(world: World, snapshot: SnapshotSpec, members: readonly VServerId[]): boolean {
  const taken = world.seen.snapshots.get(snapshot.id)?.servers ?? [];
  return members.every((id) => taken.includes(id));
}

export const snapshotCreate: ActionRule<'snapshot.create'> = {
  kind: 'snapshot.create',
  due: (world) =>
    [...world.wanted.snapshots.values()].flatMap((snapshot) => {
      const servers = membersOf(world, snapshot);
      if (isTaken(world, snapshot, servers)) return [];
      if (!servers.every((id) => isVm(world.seen.servers.get(id)))) return [];
      return [{ kind: 'snapshot.create', part: snapshot.id, servers, withMemory: snapshot.withMemory }];
    }),
  predict: (observed, { part, servers }) => ({
    ...observed,
    snapshots: putById(observed.snapshots ?? [], { id: part, servers }),
  }),
  locks: ({ part, servers }) => ({
    exclusive: [lockOf(part), ...servers.flatMap((id) => [lockOf(id), settingsLockOf(id)])],
    shared: [],
  }),
  after: () => [],
  title: ({ part, servers }, name) => `Take snapshot ${name(part)} of ${servers.map(name).join(', ')}`,
  // XenAPI VM.pause, VM.snapshot (one VDI.snapshot a disk), VM.unpause.
  estimateMs: 3_000,
};
