/**
 * What the pool really holds of one VSYS, in our words. Only objects that are provably ours are in it (design D4).
 */
import type { HostUuid, NicId, VDiskId, VNetId, VServerId } from '../ids.js';

export interface ObservedVsys {
  readonly nets: readonly ObservedNet[];
  readonly servers: readonly ObservedServer[];
  readonly disks: readonly ObservedDisk[];
  readonly nics: readonly ObservedNic[];
}

export interface ObservedNet {
  readonly id: VNetId;
  /** `null`: the network object is there, its VLAN not (yet) on every host. */
  readonly vlan: number | null;
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
  /** The `restarts` value of the spec that the VM last obeyed. */
  readonly restarts: number;
  readonly guestData: Readonly<Record<string, string>>;
  readonly host: HostUuid | null;
  /** The guest's agent has reported since the last boot. */
  readonly guestReady: boolean;
}

export interface ObservedDisk {
  readonly id: VDiskId;
  readonly sizeGiB: number;
  readonly attachedTo: VServerId | null;
}

export interface ObservedNic {
  readonly id: NicId;
  readonly server: VServerId;
  readonly net: VNetId;
  readonly mac: string;
  readonly ipv4: string;
}

export const EMPTY_OBSERVED: ObservedVsys = { nets: [], servers: [], disks: [], nics: [] };
