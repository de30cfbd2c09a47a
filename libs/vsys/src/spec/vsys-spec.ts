/**
 * The wanted state of one VSYS, fully resolved: every id, address, VLAN and storage is decided.
 * Admission makes it from a descriptor; the planner compares it with what is observed in the pool.
 * It is stored as one JSON document per generation, so rolling back is "the previous document".
 */
import type { EfmKind } from '../efm/registry.js';
import type {
  BackupId,
  NicId,
  PublicIpId,
  SnapshotId,
  SrUuid,
  VDiskId,
  VNetId,
  VServerId,
  VsysId,
} from '../ids.js';
import type { ReadinessSpec } from './readiness.js';
import type { Headroom } from './headroom.js';
import type { ImageLicence } from './image-licence.js';
import type { ServerTuning } from './server-tuning.js';
import type { UntaggedKind } from './vnet-kind.js';

/** What a server is for. EFM appliances are servers whose life the system manages. */
export type ServerKind = 'server' | EfmKind;

/** `paused` keeps the memory on the host, `suspended` writes it to storage. */
export const WANTED_POWERS = ['running', 'stopped', 'suspended', 'paused'] as const;
export type WantedPower = (typeof WANTED_POWERS)[number];

export interface VsysSpec {
  readonly vsysId: VsysId;
  readonly name: string;
  /** Grows by one with each accepted change. */
  readonly generation: number;
  /** `absent`: nothing of it may be left in the pool. */
  readonly presence: 'present' | 'absent';
  readonly nets: readonly VNetSpec[];
  readonly servers: readonly VServerSpec[];
  readonly disks: readonly VDiskSpec[];
  readonly publicIps: readonly PublicIpSpec[];
  /** Absent: none. */
  readonly snapshots?: readonly SnapshotSpec[];
  /** Absent: none. Those of a VSYS that shall be absent stay, and only those. */
  readonly backups?: readonly BackupSpec[];
  /** Ids of the connections to other systems that its firewall was told of, sorted. Absent: none. */
  readonly connections?: readonly string[];
}

export interface VNetSpec {
  readonly id: VNetId;
  /** As in the descriptor, lower case. */
  readonly name: string;
  /** 802.1Q tag, unique in the pool; null for a kind that needs none. */
  readonly vlan: number | null;
  /** Absent: a VLAN. */
  readonly kind?: UntaggedKind;
  /** Bytes of the largest packet; 1500 when absent. */
  readonly mtu?: number;
  /** IPv4 network in CIDR form. */
  readonly cidr: string;
  /** IPv6 network of prefix 64; absent: servers have no IPv6 addresses in it. */
  readonly range6?: string;
  /** It was chosen: nothing else of the organization that was chosen has an address in common with it. */
  readonly autoRange?: true;
}

export interface VServerSpec {
  readonly id: VServerId;
  /** Unique in the VSYS: the descriptor's key, with `-1`, `-2` … when a role has a count. */
  readonly name: string;
  /** The descriptor's key: servers of one role are kept on different hosts as far as possible. */
  readonly role: string;
  readonly kind: ServerKind;
  /** ServerType name: what is billed. */
  readonly type: string;
  readonly vcpus: number;
  readonly memoryMiB: number;
  /** With less than `memoryMiB` the pool may take memory from the running guest, down to this. Absent: it may not. */
  readonly minMemoryMiB?: number;
  /** Another size within it needs no restart. Absent: every other size does. */
  readonly headroom?: Headroom;
  readonly tuning?: ServerTuning;
  readonly affinity?: AffinitySpec;
  /** DiskImage name; the pool has a template of this name. */
  readonly image: string;
  /** What its image asked for when the server was made of it; billed while it runs. Absent: nothing. */
  readonly licence?: ImageLicence;
  /** Size of the image's system disk, for billing and capacity. */
  readonly systemDiskGiB: number;
  /** Where the system disk is made; absent: where the image is, which is fast. Of no effect on a server that is there. */
  readonly systemSr?: SrUuid;
  /** What its system disk is sold as; absent: `standard`. */
  readonly systemDiskClass?: string;
  /** What its system disk shall be filled with, instead of what the image brought. */
  readonly systemOrigin?: DiskOrigin;
  readonly power: WantedPower;
  /** Of one that is wanted stopped: its power is cut at once, whatever its guest is doing. Absent: its guest is asked. */
  readonly stopMode?: 'hard';
  /** Grows by one for each wanted restart. */
  readonly restarts: number;
  /** Back to a snapshot of it; `count` grows by one for each wish. Absent: never. */
  readonly revert?: { readonly to: SnapshotId; readonly count: number };
  /** Another system that it runs for a while, its own disks beside it. Absent: its own. */
  readonly rescue?: RescueSpec;
  /** Lower starts first and stops last; equal ones together. */
  readonly startOrder: number;
  /** When it counts as up for those that start after it. Absent: as soon as it runs. */
  readonly ready?: ReadinessSpec;
  readonly nics: readonly NicSpec[];
  /** Given to the guest as xenstore `vm-data/<key>`; values up to 2 KiB each, sealed ones when opened (`sealed-text.ts`). */
  readonly guestData: Readonly<Record<string, string>>;
  /** What the guest reads at its first boot; absent: no drive. */
  readonly configDrive?: ConfigDriveSpec;
  /** Only for EFMs: the document that the appliance pulls. The document itself is stored beside the EFM's row. */
  readonly efm?: { readonly configVersion: number; readonly configHash: string };
}

/** One wish to boot from a fresh disk of an image instead of its own system disk, which stays and becomes a further disk. */
export interface RescueSpec {
  /** Of the pool: the template's name. */
  readonly image: string;
  /** Tells this wish from earlier ones: the generation that brought it. */
  readonly count: number;
  /** In place of the server's own, when it has one. */
  readonly drive?: ConfigDriveSpec;
}

/** On which hosts a server rather starts: names of roles and EFMs of its VSYS. Wishes, never a reason not to start. */
export interface AffinitySpec {
  /** Rather not where these are, as with its own role. */
  readonly apartFrom?: readonly string[];
  /** Rather where these are, when that keeps it apart from what it shall be apart from. */
  readonly nearTo?: readonly string[];
}

/**
 * A small read-only disk with the volume label `cidata` (cloud-init's NoCloud). It is there before the server first starts and is
 * taken away once the guest has read it.
 */
export interface ConfigDriveSpec {
  /** By file name, e.g. `user-data`, `meta-data`, `network-config`; up to 64 KiB each, sealed ones when opened. */
  readonly files: Readonly<Record<string, string>>;
  /** The generation in which the files became what they are; 0 when absent. Another version is given at the next start. */
  readonly version?: number;
}

/**
 * The pool's way out, which every system shares: not one of ours, so it is never made or removed. Appliances only, and only
 * with addresses of the zone.
 */
export const EXTERNAL_NET = 'external';
/** What a NIC hangs on. */
export type NetRef = VNetId | typeof EXTERNAL_NET;
/** A VNet of the system, not the pool's external network. */
export const isVNet = (net: NetRef): net is VNetId => net !== EXTERNAL_NET;

export interface NicSpec {
  readonly id: NicId;
  readonly device: number;
  readonly net: NetRef;
  /** Lower case, colon separated, locally administered. */
  readonly mac: string;
  /** The address of the NIC. The VIF is locked to it and to those of `alsoIpv4`. */
  readonly ipv4: string;
  /** Further addresses that it may use, e.g. public ones that it answers for; in any order. */
  readonly alsoIpv4?: readonly string[];
  /** Follows from `ipv4` where its VNet has IPv6; the VIF is locked to it too. */
  readonly ipv6?: string;
  /** Bytes of the largest packet; 1500 when absent. */
  readonly mtu?: number;
  /** Most that the server may send, kB/s; absent: no bound. */
  readonly rateLimitKBps?: number;
}

export interface VDiskSpec {
  readonly id: VDiskId;
  readonly name: string;
  readonly sizeGiB: number;
  readonly sr: SrUuid;
  /** What it was asked for as and is sold as; absent: `standard`. Of no effect on a disk that is there. */
  readonly diskClass?: string;
  /** Among those who wait for the storage: 0 comes first, 7 last. Absent: as the storage has it. */
  readonly priority?: number;
  /** `null`: kept, attached to nothing. */
  readonly server: VServerId | null;
  /** What it shall be filled with; absent: nothing, or what is on it already. */
  readonly origin?: DiskOrigin;
}

/** A disk of a system: a data disk, or the system disk of a server. */
export type DiskPart = VDiskId | VServerId;

/** What a disk is copied from: a back-up, a disk as it is when it is copied, or a disk of a snapshot. Of any system of the pool. */
export type DiskSource =
  | { readonly backup: BackupId }
  | { readonly disk: DiskPart }
  | { readonly snapshot: SnapshotId; readonly disk: DiskPart }
  /** The first disk of a template, by the template's name. */
  | { readonly image: string };

/** One wish to have other contents; all that was on the disk before is gone then. */
export interface DiskOrigin {
  readonly from: DiskSource;
  /** Tells this wish from earlier ones: the generation that brought it. A disk obeys each higher one once. */
  readonly count: number;
}

export interface PublicIpSpec {
  readonly id: PublicIpId;
  readonly name: string;
  readonly address: string;
  /** The EFM that answers for the address. */
  readonly server: VServerId | null;
  /** The address belongs to the VDC and outlives the system. Absent: it goes with the system. */
  readonly allocation?: string;
}

/** A state of servers to come back to: all of them at one moment. Taken once, when all else of the spec is reached. */
export interface SnapshotSpec {
  readonly id: SnapshotId;
  readonly name: string;
  readonly servers: readonly VServerId[];
  /** With the memory of what runs; then each server is taken by itself, without a common moment. */
  readonly withMemory: boolean;
}

/** On storage that is kept for back-ups, on another storage than the disk, or on the disk's own, whose loss takes both. */
export const BACKUP_PLACEMENTS = ['backup-storage', 'other-storage', 'same-storage'] as const;
export type BackupPlacement = (typeof BACKUP_PLACEMENTS)[number];

/** A copy of a disk that lives by itself: it may outlive the disk, the server and the system. */
export interface BackupSpec {
  readonly id: BackupId;
  readonly name: string;
  readonly source: DiskPart;
  /** Of the disk when it was asked for: what it is sold as. */
  readonly sizeGiB: number;
  /** Where it is kept. */
  readonly sr: SrUuid;
  readonly placed?: BackupPlacement;
  /** It stays when its system is deleted. */
  readonly outlives?: true;
  /** It was complete once: it is never taken again, for the disk holds something else now. Absent: not yet. */
  readonly isTaken?: true;
}
