/**
 * One pass over an observation, so that every later question about it is a map lookup. A plan for hundreds of servers
 * asks thousands of questions, and scanning arrays for each would make planning quadratic.
 */
import type { BackupId, NicId, SnapshotId, VDiskId, VNetId, VServerId } from '../ids.js';
import type { NetRef } from '../spec/vsys-spec.js';
import type {
  ObservedBackup,
  ObservedDisk,
  ObservedNet,
  ObservedNic,
  ObservedServer,
  ObservedSnapshot,
  ObservedVsys,
} from './observed.js';

export interface ObservedIndex {
  readonly nets: ReadonlyMap<VNetId, ObservedNet>;
  readonly servers: ReadonlyMap<VServerId, ObservedServer>;
  readonly disks: ReadonlyMap<VDiskId, ObservedDisk>;
  readonly nics: ReadonlyMap<NicId, ObservedNic>;
  readonly snapshots: ReadonlyMap<SnapshotId, ObservedSnapshot>;
  readonly backups: ReadonlyMap<BackupId, ObservedBackup>;
  readonly nicsOfServer: ReadonlyMap<VServerId, readonly ObservedNic[]>;
  readonly nicsOfNet: ReadonlyMap<NetRef, readonly ObservedNic[]>;
  /** Only disks whose server really is a VM: an attachment ends with its VM, whatever a stale record says. */
  readonly disksOfServer: ReadonlyMap<VServerId, readonly ObservedDisk[]>;
}

/** Indexes an observation by id, server and net. Linear in the number of parts. */
export function indexObserved(observed: ObservedVsys): ObservedIndex {
  const servers = byId(observed.servers);
  const attached = observed.disks.filter(
    ({ attachedTo }) => attachedTo !== null && isVm(servers.get(attachedTo)),
  );
  return {
    nets: byId(observed.nets),
    servers,
    disks: byId(observed.disks),
    nics: byId(observed.nics),
    snapshots: byId(observed.snapshots ?? []),
    backups: byId(observed.backups ?? []),
    nicsOfServer: Map.groupBy(observed.nics, (nic) => nic.server),
    nicsOfNet: Map.groupBy(observed.nics, (nic) => nic.net),
    disksOfServer: Map.groupBy(attached, (disk) => disk.attachedTo as VServerId),
  };
}

/** The VM that holds the disk now, or null. */
export function holderOf(index: ObservedIndex, disk: ObservedDisk): VServerId | null {
  if (disk.attachedTo === null) return null;
  return isVm(index.servers.get(disk.attachedTo)) ? disk.attachedTo : null;
}

/** There is a VM, not only the disk that one left behind. */
export function isVm(server: ObservedServer | undefined): server is ObservedServer {
  return server !== undefined && server.stage !== 'remains';
}

function byId<T extends { readonly id: string }>(parts: readonly T[]): ReadonlyMap<T['id'], T> {
  return new Map(parts.map((part) => [part.id, part]));
}
