/**
 * What the pool really holds of one VSYS, in our words. Only objects that are provably ours are in it (design D4).
 */
import type { BackupId, HostUuid, NicId, SnapshotId, VDiskId, VNetId, VServerId } from '../ids.js';
import type { Headroom } from '../spec/headroom.js';
import type { ServerTuning } from '../spec/server-tuning.js';
import type { UntaggedKind } from '../spec/vnet-kind.js';
import type { NetRef } from '../spec/vsys-spec.js';

export interface ObservedVsys {
  readonly nets: readonly ObservedNet[];
  readonly servers: readonly ObservedServer[];
  readonly disks: readonly ObservedDisk[];
  readonly nics: readonly ObservedNic[];
  /** Absent: none. */
  readonly snapshots?: readonly ObservedSnapshot[];
  /** Absent: none. */
  readonly backups?: readonly ObservedBackup[];
}

export interface ObservedNet {
  readonly id: VNetId;
  /** `null` without a `kind`: the network object is there, what shall carry it not (yet) on every host. */
  readonly vlan: number | null;
  /** Absent: a VLAN, or not finished. */
  readonly kind?: UntaggedKind;
  /** Absent: 1500. */
  readonly mtu?: number;
}

/**
 *   (absent) ──clone──► cloned ──configure──► configured ──destroy──► remains ──destroy──► (absent)
 *
 * `cloned`: the VM exists but is still a template or lacks its settings and tags.
 * `remains`: the VM is gone, a disk of its own is left.
 */
export interface ObservedServer {
  readonly id: VServerId;
  readonly stage: 'cloned' | 'configured' | 'remains';
  readonly power: 'halted' | 'running' | 'paused' | 'suspended';
  readonly vcpus: number;
  readonly memoryMiB: number;
  /** Absent: the pool may not take memory away. */
  readonly minMemoryMiB?: number;
  /** Absent: another size needs a restart. */
  readonly headroom?: Headroom;
  /** What was set by us, as it is now. */
  readonly tuning?: ServerTuning;
  /** The `restarts` value of the spec that the VM last obeyed. */
  readonly restarts: number;
  /** The `revert.count` of the spec that the VM last obeyed; absent: 0. */
  readonly reverts?: number;
  /** The `systemOrigin.count` of the spec that its system disk last obeyed; absent: 0. */
  readonly systemOrigin?: number;
  /** The disk that it boots from instead of its own. Absent: none. */
  readonly rescue?: ObservedRescue;
  /** Of sealed texts only the mark (`markOf`); a text that the pool holds otherwise than written is told as it is. */
  readonly guestData: Readonly<Record<string, string>>;
  /** Absent: none was ever given to the VM. */
  readonly configDrive?: ObservedConfigDrive;
  readonly host: HostUuid | null;
  /** That it was waited for since it last booted, and whether it was ready in time. Absent: not yet. */
  readonly readiness?: 'in-time' | 'late';
  /** The guest's agent has reported since the last boot. */
  readonly guestReady: boolean;
}

/**
 *   (none) ──insert──► inserted ──the guest reads it──► read ──remove──► removed
 */
export interface ObservedConfigDrive {
  /** Of the spec's config drive that it was made from. */
  readonly version: number;
  readonly stage: 'inserted' | 'read' | 'removed';
}

export interface ObservedRescue {
  /** The `rescue.count` of the spec that it was made for. */
  readonly count: number;
  /** What an attempt is working on or has left: the server must not boot like this. */
  readonly isPartial?: true;
}

export interface ObservedDisk {
  readonly id: VDiskId;
  readonly sizeGiB: number;
  readonly attachedTo: VServerId | null;
  /** Among those who wait for the storage. Absent: as the storage has it. */
  readonly priority?: number;
  /** Its storage lets it grow under a running server. */
  readonly growsOnline?: true;
  /** The `origin.count` of the spec that it last obeyed; absent: 0. */
  readonly origin?: number;
}

export interface ObservedBackup {
  readonly id: BackupId;
  /** What an attempt is working on or has left. */
  readonly isPartial?: true;
}

export interface ObservedSnapshot {
  readonly id: SnapshotId;
  /** Of which it is complete; what an interrupted attempt left does not count. */
  readonly servers: readonly VServerId[];
  /** What it keeps from being overwritten: space that its disks took when it was taken, rounded up. Absent: not known. */
  readonly sizeGiB?: number;
  /** How long the servers were held still for it, ms. */
  readonly pausedMs?: number;
  /**
   * With memory only: nets to which its servers shall be connected when they wake up. Pools take none of them away
   * before the snapshot is gone (XenAPI NETWORK_CONTAINS_VIF). Absent: none.
   */
  readonly holdsNets?: readonly NetRef[];
}

export interface ObservedNic {
  readonly id: NicId;
  readonly server: VServerId;
  readonly net: NetRef;
  readonly mac: string;
  readonly ipv4: string;
  /** Absent: none. */
  readonly alsoIpv4?: readonly string[];
  /** Absent: none, or not locked. */
  readonly ipv6?: string;
  /** Absent: 1500. */
  readonly mtu?: number;
  /** Absent: no bound. */
  readonly rateLimitKBps?: number;
}

export const EMPTY_OBSERVED: ObservedVsys = { nets: [], servers: [], disks: [], nics: [] };
