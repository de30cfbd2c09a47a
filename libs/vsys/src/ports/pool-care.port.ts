/**
 * What the provider does with a pool as a whole: see what it is, change how it is logged in to, empty a host for
 * maintenance, and look for what lies about in it. Systems are the business of the Hypervisor port.
 *
 * A host in maintenance:
 *
 *   in service ──enter──► disabled, servers move away ──► empty: ready for maintenance
 *        ▲                     │ something cannot move: stays disabled, the reasons are told
 *        └───────leave─────────┴──────────────────────────────┘
 */
import type { HostUuid, VServerId, VsysId } from '../ids.js';
import type { OwnedObject } from './hypervisor.port.js';

/** How a pool is reached and how it is known to be the right one. */
export interface PoolLogin {
  /** Base URLs of members, the likeliest coordinator first; the others are learnt. */
  readonly urls: readonly string[];
  readonly username: string;
  readonly password: string;
  /** SHA-256 of the members' certificates as hexadecimal digits; empty: authorities decide. */
  readonly fingerprints: readonly string[];
  /** Certificate authority in PEM; null: those of the system. */
  readonly ca: string | null;
}

/** What a pool can do that not every pool can. */
export const POOL_CAPABILITIES = [
  'live-migration', // servers move between hosts while they run
  'storage-motion', // … together with their disks
  'shared-storage', // at least one storage that all hosts use
  'high-availability', // the pool restarts servers of dead hosts by itself
  'tunnels', // private networks across hosts without VLANs
  'json-rpc', // speaks JSON beside XML
] as const;
export type PoolCapability = (typeof POOL_CAPABILITIES)[number];

export interface PoolDescription {
  /** XenAPI `pool.uuid`: the same whichever member is asked. */
  readonly uuid: string;
  readonly name: string;
  /** E.g. `XCP-ng`. */
  readonly product: string;
  readonly version: string;
  /** Of the XenAPI, e.g. `2.21`. */
  readonly apiVersion: string;
  readonly capabilities: readonly PoolCapability[];
  readonly members: readonly PoolMember[];
}

export interface PoolMember {
  readonly uuid: HostUuid;
  readonly name: string;
  readonly address: string;
  /** Its address as URL, like that of the member that was asked. */
  readonly url: string;
  readonly isCoordinator: boolean;
  readonly isLive: boolean;
  readonly isEnabled: boolean;
  readonly inMaintenance: boolean;
  /** SHA-256 of its certificate as the coordinator vouches for it; null when it does not tell. */
  readonly fingerprint: string | null;
}

/** Where a server on a host goes when the host is emptied. */
export interface MaintenanceMove {
  readonly uuid: string;
  readonly name: string;
  /** Null: not ours. */
  readonly server: VServerId | null;
  readonly memoryMiB: number;
  readonly to: HostUuid;
}

/** What stays on the host, and why. */
export interface MaintenanceObstacle {
  readonly uuid: string;
  readonly name: string;
  readonly server: VServerId | null;
  /** XenAPI code, e.g. `VM_REQUIRES_SR`. */
  readonly code: string;
  readonly reason: string;
}

export interface MaintenancePlan {
  readonly host: HostUuid;
  readonly isEnabled: boolean;
  /** The host leads the pool: while it is away nothing in the pool can be changed unless another one is made coordinator. */
  readonly isCoordinator: boolean;
  /** Who is made coordinator before a host that leads is closed; null when it does not lead, or when there is nobody. */
  readonly successor: HostUuid | null;
  readonly moves: readonly MaintenanceMove[];
  readonly obstacles: readonly MaintenanceObstacle[];
}

export interface MaintenanceProgress {
  readonly moved: number;
  readonly moving: number;
  readonly waiting: number;
  readonly obstacles: readonly MaintenanceObstacle[];
}

export interface MaintenanceOptions {
  /** Live migrations at once, 1 to 10; each one takes memory bandwidth and network from what runs. */
  readonly concurrency: number;
  readonly onProgress: (progress: MaintenanceProgress) => void;
  /** Aborted: what is moving arrives, nothing more is begun, and the host stays disabled. */
  readonly signal: AbortSignal;
}

/** An object of the pool that claims to be ours or hangs on something of ours. */
export interface SurveyedObject extends OwnedObject {
  readonly name: string;
  /** Something of ours that it is attached to although it is not ours. */
  readonly attachedTo: VServerId | null;
  /** A VM that is running, or anything attached to one that is. */
  readonly inUse: boolean;
}

export interface PoolCare {
  /** Asked of the pool now. Throws `pool-unreachable`, `pool-refused`. */
  describe(signal: AbortSignal): Promise<PoolDescription>;
  /** Calls from now on use it; what is under way ends as it began. The pool must be the same one. */
  useLogin(login: PoolLogin): void;
  /** What would move where, and what cannot move. Changes nothing. Throws `not-found` for an unknown host. */
  planMaintenance(host: HostUuid, signal: AbortSignal): Promise<MaintenancePlan>;
  /**
   * Disables the host and moves away what can move live, never with its disks. Goes on from whatever it finds, so it may
   * be called again after a crash. Resolves when nothing is left that can move; the answer tells what stays.
   */
  enterMaintenance(
    host: HostUuid,
    options: MaintenanceOptions,
  ): Promise<MaintenancePlan & { readonly moved: number }>;
  /** Enables the host again; nothing moves back by itself. Idempotent. */
  leaveMaintenance(host: HostUuid, signal: AbortSignal): Promise<void>;
  /** Everything that carries our tags, and foreign things attached to ours; from the cache. */
  survey(): readonly SurveyedObject[];
  /**
   * Removes one object that the caller has proved to be an orphan of that VSYS. Throws `conflict` when the tags do not
   * prove that it is ours or it is in use, `not-found` when it is gone. A VM takes the disks along that are tagged as its.
   */
  removeOrphan(orphan: { readonly uuid: string; readonly vsys: VsysId }, signal: AbortSignal): Promise<void>;
}
