/** Changes of a spec that are about copies of disks: back-ups taken and given up, disks filled with other contents. */
import { DomainError } from '../../errors.js';
import type { BackupId, PartId, SnapshotId } from '../../ids.js';
import type {
  BackupSpec,
  DiskOrigin,
  DiskPart,
  DiskSource,
  VDiskSpec,
  VServerSpec,
  VsysSpec,
} from '../vsys-spec.js';

/** The member of a spec; absent when there are none. */
export const backupsIn = (backups: readonly BackupSpec[]): Pick<VsysSpec, 'backups'> =>
  backups.length === 0 ? {} : { backups };

const next = (spec: VsysSpec): VsysSpec => ({ ...spec, generation: spec.generation + 1 });

export interface DiskFacts {
  readonly id: DiskPart;
  readonly name: string;
  readonly sizeGiB: number;
  /** Whose it is; `null`: it hangs on nothing. */
  readonly server: VServerSpec | null;
  /** Where it is, as far as the spec decides. */
  readonly sr: VDiskSpec['sr'] | undefined;
}

/** A data disk, or a server's system disk by the server's id. Throws `not-found`. */
export function diskFactsOf(spec: VsysSpec, id: string): DiskFacts {
  const disk = spec.disks.find((each) => each.id === id);
  if (disk !== undefined) {
    const server = spec.servers.find((each) => each.id === disk.server) ?? null;
    return { id: disk.id, name: disk.name, sizeGiB: disk.sizeGiB, server, sr: disk.sr };
  }
  const server = spec.servers.find((each) => each.id === id);
  if (server !== undefined && server.kind === 'server') {
    return { id: server.id, name: server.name, sizeGiB: server.systemDiskGiB, server, sr: server.systemSr };
  }
  throw new DomainError('not-found', `The VSYS has no disk “${id.slice(0, 64)}”.`, {
    remedy: 'Name a VDisk, or a VServer for its system disk. Appliances hold nothing that is not made anew.',
  });
}

/** Throws `conflict` for an id that is taken, `not-found` when the source is not of the spec. */
export function withBackup(spec: VsysSpec, backup: BackupSpec): VsysSpec {
  const backups = spec.backups ?? [];
  diskFactsOf(spec, backup.source);
  if (backups.some(({ id }) => id === backup.id))
    throw new DomainError('conflict', `There is a back-up ${backup.id} already.`, {
      remedy: 'Take another number.',
    });
  return next({ ...spec, backups: [...backups, backup] });
}

/** Also of a system that shall be absent. Disks that were filled from it stay as they are. Throws `not-found`. */
export function withoutBackups(spec: VsysSpec, ids: readonly BackupId[]): VsysSpec {
  const leaving = new Set(ids);
  const unknown = ids.find((id) => !(spec.backups ?? []).some((backup) => backup.id === id));
  if (unknown !== undefined)
    throw new DomainError('not-found', `No back-up has the id “${unknown}”.`, {
      remedy: 'Take ids from a list or from the answer that created the thing.',
    });
  const { backups = [], ...rest } = spec;
  const isFrom = (origin: DiskOrigin | undefined): boolean =>
    origin !== undefined && 'backup' in origin.from && leaving.has(origin.from.backup);
  return next({
    ...rest,
    ...backupsIn(backups.filter(({ id }) => !leaving.has(id))),
    servers: spec.servers.map((server) =>
      isFrom(server.systemOrigin) ? withoutSystemOrigin(server) : server,
    ),
    disks: spec.disks.map((disk) => (isFrom(disk.origin) ? withoutOrigin(disk) : disk)),
  });
}

/** All back-ups of the system stay when it is deleted, or none. */
export const withBackupsOutliving = (spec: VsysSpec): VsysSpec => ({
  ...spec,
  ...backupsIn((spec.backups ?? []).map((backup) => ({ ...backup, outlives: true as const }))),
});

/** The disk gets the contents of `from`. Throws `not-found`. */
export function withOrigin(spec: VsysSpec, disk: DiskPart, from: DiskSource): VsysSpec {
  diskFactsOf(spec, disk);
  const origin: DiskOrigin = { from, count: spec.generation + 1 };
  return next({
    ...spec,
    servers: spec.servers.map((server) =>
      server.id === disk ? { ...server, systemOrigin: origin } : server,
    ),
    disks: spec.disks.map((each) => (each.id === disk ? { ...each, origin } : each)),
  });
}

/** What the servers and their data disks hold is no longer decided by what they were once filled with. */
export const withoutOrigins = (spec: VsysSpec, servers: ReadonlySet<PartId>): VsysSpec => ({
  ...spec,
  servers: spec.servers.map((server) => (servers.has(server.id) ? withoutSystemOrigin(server) : server)),
  disks: spec.disks.map((disk) => (isOf(disk, servers) ? withoutOrigin(disk) : disk)),
});

const isOf = ({ server }: VDiskSpec, servers: ReadonlySet<PartId>): boolean =>
  server !== null && servers.has(server);
const withoutSystemOrigin = ({ systemOrigin: _origin, ...server }: VServerSpec): VServerSpec => server;
const withoutOrigin = ({ origin: _origin, ...disk }: VDiskSpec): VDiskSpec => disk;

/** A new system whose disks are filled with what the parts of the same names of another one hold, now or in a snapshot. */
export function withContents(spec: VsysSpec, source: VsysSpec, snapshot: SnapshotId | undefined): VsysSpec {
  const count = spec.generation;
  const originOf = (disk: DiskPart): DiskOrigin => ({
    from: snapshot === undefined ? { disk } : { snapshot, disk },
    count,
  });
  const servers = new Map(source.servers.map(({ name, id }) => [name, id]));
  const disks = new Map(source.disks.map((disk) => [disk.name, disk]));
  return {
    ...spec,
    servers: spec.servers.map((server) => {
      const like = server.kind === 'server' ? servers.get(server.name) : undefined;
      return like === undefined ? server : { ...server, systemOrigin: originOf(like) };
    }),
    disks: spec.disks.map((disk) => {
      const like = disks.get(disk.name);
      // A disk that hung on nothing is in no snapshot.
      const isThere = like !== undefined && (snapshot === undefined || like.server !== null);
      return isThere ? { ...disk, origin: originOf(like.id) } : disk;
    }),
  };
}

/** Wishes that were fulfilled with a generation that was reached: a disk that is lost after that is made anew without contents. */
export function withoutReachedOrigins(spec: VsysSpec, reached: number): VsysSpec {
  const isDone = (origin: DiskOrigin | undefined): boolean => origin !== undefined && origin.count <= reached;
  return {
    ...spec,
    servers: spec.servers.map((server) =>
      isDone(server.systemOrigin) ? withoutSystemOrigin(server) : server,
    ),
    disks: spec.disks.map((disk) => (isDone(disk.origin) ? withoutOrigin(disk) : disk)),
  };
}
