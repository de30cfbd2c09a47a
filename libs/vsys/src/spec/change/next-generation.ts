/** Changes of a spec without a descriptor: each returns the next generation. */
import { DomainError } from '../../errors.js';
import type { SnapshotId, VServerId } from '../../ids.js';
import type { SnapshotSpec, VServerSpec, VsysSpec } from '../vsys-spec.js';
import { backupsIn, withoutOrigins } from './backups.js';

function withServer(spec: VsysSpec, id: VServerId, change: (server: VServerSpec) => VServerSpec): VsysSpec {
  if (!spec.servers.some((server) => server.id === id)) {
    throw new DomainError('not-found', `No VServer has the id “${id}”.`, {
      remedy: 'Take ids from a list or from the answer that created the thing.',
    });
  }
  const servers = spec.servers.map((server) => (server.id === id ? change(server) : server));
  return { ...spec, generation: spec.generation + 1, servers };
}

/** Throws `not-found` for a server that the spec does not have. */
export const withPower = (spec: VsysSpec, server: VServerId, power: VServerSpec['power']): VsysSpec =>
  withServer(spec, server, (old) => poweredTo(old, power));

/** With another power; how it was stopped before is over. */
export function poweredTo(server: VServerSpec, power: VServerSpec['power']): VServerSpec {
  const { stopMode: _before, ...rest } = server;
  return { ...rest, power };
}

/** Stopped by cutting its power, one that is just being stopped too. Throws `not-found`. */
export const withPowerCut = (spec: VsysSpec, server: VServerId): VsysSpec =>
  withServer(spec, server, (old) => ({ ...old, power: 'stopped', stopMode: 'hard' }));

/** Throws `not-found`, and `conflict` for a server that is not meant to run. */
export const withRestart = (spec: VsysSpec, server: VServerId): VsysSpec =>
  withServer(spec, server, (old) => {
    if (old.power === 'running') return { ...old, restarts: old.restarts + 1 };
    throw new DomainError('conflict', `“${old.name}” is stopped, so it cannot be restarted.`, {
      remedy: 'Start it.',
      details: { power: old.power },
    });
  });

/** Throws `conflict` for an id that is taken, `not-found` for servers that the spec does not have. */
export function withSnapshot(spec: VsysSpec, snapshot: SnapshotSpec): VsysSpec {
  const snapshots = spec.snapshots ?? [];
  if (snapshots.some(({ id }) => id === snapshot.id))
    throw new DomainError('conflict', `There is a snapshot ${snapshot.id} already.`, {
      remedy: 'Take another number.',
    });
  const unknown = snapshot.servers.find((id) => !spec.servers.some((server) => server.id === id));
  if (unknown !== undefined || snapshot.servers.length === 0)
    throw new DomainError('not-found', `A snapshot needs servers of its VSYS, not “${unknown ?? 'none'}”.`, {
      remedy: 'Name servers of the VSYS.',
    });
  return { ...spec, generation: spec.generation + 1, snapshots: [...snapshots, snapshot] };
}

/** Throws `not-found`. A server that still is to go back to it does so first. */
export function withoutSnapshot(spec: VsysSpec, id: SnapshotId): VsysSpec {
  getSnapshot(spec, id);
  const snapshots = (spec.snapshots ?? []).filter((snapshot) => snapshot.id !== id);
  return { ...spec, generation: spec.generation + 1, snapshots };
}

/** Back to the snapshot. Throws `not-found` when the spec has no such snapshot of the server. */
export function withRevert(spec: VsysSpec, server: VServerId, to: SnapshotId): VsysSpec {
  if (!getSnapshot(spec, to).servers.includes(server))
    throw new DomainError('not-found', `The snapshot ${to} is not of ${server}.`, {
      remedy: 'Choose a snapshot of the server.',
    });
  return withServer(spec, server, (old) => ({ ...old, revert: { to, count: (old.revert?.count ?? 0) + 1 } }));
}

/**
 * Back to the snapshot with all of `servers`, by one change; all servers of the snapshot that are still wanted when none are named.
 * Throws `not-found`.
 */
export function withRevertOf(spec: VsysSpec, to: SnapshotId, named: readonly VServerId[]): VsysSpec {
  const { servers } = getSnapshot(spec, to);
  const living = servers.filter((id) => spec.servers.some((server) => server.id === id));
  const back = (named.length > 0 ? [...new Set(named)] : living).reduce(
    (next, server) => withRevert(next, server, to),
    spec,
  );
  // What is on the disks then is what the snapshot has, whatever they were filled with before.
  const reverted = new Set<VServerId>(named.length > 0 ? named : living);
  return { ...withoutOrigins(back, reverted), generation: spec.generation + 1 };
}

function getSnapshot(spec: VsysSpec, id: SnapshotId): SnapshotSpec {
  const found = spec.snapshots?.find((snapshot) => snapshot.id === id);
  if (found !== undefined) return found;
  throw new DomainError('not-found', `No snapshot has the id “${id}”.`, {
    remedy: 'Take ids from a list or from the answer that created the thing.',
  });
}

/**
 * Nothing of the VSYS may be left but back-ups that outlive it. The other parts stay named, so that a roll-back or a report can tell
 * what there was.
 */
export const absent = ({ backups, ...spec }: VsysSpec): VsysSpec => ({
  ...spec,
  ...backupsIn((backups ?? []).filter(({ outlives }) => outlives === true)),
  generation: spec.generation + 1,
  presence: 'absent',
});
