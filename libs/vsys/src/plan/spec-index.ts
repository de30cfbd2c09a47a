/** The wanted parts by id. A VSYS that shall be absent wants none but its kept back-ups, so removal needs no rules of its own. */
import type { BackupId, NicId, SnapshotId, VDiskId, VNetId, VServerId } from '../ids.js';
import type {
  BackupSpec,
  NicSpec,
  SnapshotSpec,
  VDiskSpec,
  VNetSpec,
  VServerSpec,
  VsysSpec,
} from '../spec/vsys-spec.js';
import { rolesTogether } from '../spec/one-host.js';
import { EFM_KINDS } from '../efm/registry.js';

export interface WantedNic {
  readonly nic: NicSpec;
  readonly server: VServerSpec;
}

export interface SpecIndex {
  readonly presence: VsysSpec['presence'];
  readonly nets: ReadonlyMap<VNetId, VNetSpec>;
  /** In the order in which they shall come up: EFMs first, then by `startOrder`, then by id. */
  readonly servers: ReadonlyMap<VServerId, VServerSpec>;
  readonly disks: ReadonlyMap<VDiskId, VDiskSpec>;
  readonly nics: ReadonlyMap<NicId, WantedNic>;
  readonly snapshots: ReadonlyMap<SnapshotId, SnapshotSpec>;
  readonly backups: ReadonlyMap<BackupId, BackupSpec>;
  readonly disksOfServer: ReadonlyMap<VServerId, readonly VDiskSpec[]>;
  /** Of servers that must share a host with others: their roles. */
  readonly togetherWith: ReadonlyMap<VServerId, readonly string[]>;
  /** Position of each server in `servers`. */
  readonly turnOf: ReadonlyMap<VServerId, number>;
}

const NOTHING: SpecIndex = {
  presence: 'absent',
  nets: new Map(),
  servers: new Map(),
  disks: new Map(),
  nics: new Map(),
  snapshots: new Map(),
  backups: new Map(),
  disksOfServer: new Map(),
  togetherWith: new Map(),
  turnOf: new Map(),
};

/** Indexes what is wanted. O(n log n) in the number of servers, linear in all else. */
export function indexSpec(spec: VsysSpec): SpecIndex {
  const backups = new Map((spec.backups ?? []).map((backup) => [backup.id, backup]));
  if (spec.presence === 'absent') return { ...NOTHING, backups };
  const servers = spec.servers.toSorted(byTurn);
  const owned = spec.disks.filter((disk) => disk.server !== null);
  return {
    presence: 'present',
    nets: new Map(spec.nets.map((net) => [net.id, net])),
    servers: new Map(servers.map((server) => [server.id, server])),
    disks: new Map(spec.disks.map((disk) => [disk.id, disk])),
    nics: new Map(servers.flatMap((server) => server.nics.map((nic) => [nic.id, { nic, server }] as const))),
    snapshots: new Map((spec.snapshots ?? []).map((snapshot) => [snapshot.id, snapshot])),
    backups,
    disksOfServer: Map.groupBy(owned, (disk) => disk.server as VServerId),
    togetherWith: rolesTogether(spec),
    turnOf: new Map(servers.map((server, turn) => [server.id, turn])),
  };
}

/** An EFM: other servers are reached through it, so it comes first. */
export function isEfm(server: VServerSpec): boolean {
  return EFM_KINDS.some((kind) => kind === server.kind);
}

function byTurn(a: VServerSpec, b: VServerSpec): number {
  return Number(isEfm(b)) - Number(isEfm(a)) || a.startOrder - b.startOrder || (a.id < b.id ? -1 : 1);
}
