/**
 * One pool, in our language. The only implementation that knows XenAPI is `libs/xcp-driver` (design D6).
 */
import type { HostUuid, SrUuid, VsysId } from '../ids.js';
import type { Action } from '../plan/action.js';
import type { ObservedVsys } from '../plan/observed.js';
import type { ServiceProbe } from './service-prober.port.js';
import type { SealedText } from '../spec/sealed-text.js';

export interface Hypervisor {
  /**
   * Connects, logs in and fills the cache. Resolves when `observe` tells the truth.
   * Throws `pool-unreachable`, `pool-refused` (wrong password, wrong certificate, not a XenAPI server).
   */
  open(signal: AbortSignal): Promise<void>;
  /** Stops events, logs out. Never throws. */
  close(): Promise<void>;

  /**
   * What the pool holds of the VSYS, from the cache. After `perform` resolved, its effect is visible here
   * and stays visible: own writes are never forgotten because an older event arrives later.
   */
  observe(vsys: VsysId): ObservedVsys;

  /**
   * Does the action once and resolves when it is done and visible in `observe`. Not to be repeated after a crash
   * or an error with code `uncertain` before `settle` has answered. Throws DomainError.
   */
  perform(action: Action, context: ActionContext): Promise<void>;

  /**
   * What became of an action whose outcome is unknown (a crash, a lost answer). Looks for the object by its tags and
   * deterministic name and at the pool's running tasks (XenAPI VM.clone is invisible until it ends). Read-only but for
   * removing a provable twin that never ran.
   */
  settle(action: Action, context: ActionContext): Promise<Settlement>;

  /** The semaphores that the action occupies, with their sizes: `sr:<uuid>`, `template:<name>`, `host:<uuid>` … */
  slots(action: Action, host: HostUuid | null): readonly Slot[];

  /** Live capacity from the cache. */
  capacity(): PoolCapacity;

  /** VSYS whose objects changed in the pool, whoever did it. Ends when `close` is called. */
  changes(): AsyncIterable<VsysId>;

  /** Everything in the pool that carries our tags, for orphan and drift reports. */
  inventory(): readonly OwnedObject[];

  /** Can the pool be talked to right now. */
  health(): PoolHealth;
}

export interface ActionContext {
  /** Journal row of this attempt; goes into task tags and names so that it can be found again. */
  readonly actionId: string;
  /** Target of `vserver.start`; null for every other action. */
  readonly host: HostUuid | null;
  /** Aborted when the lease is lost: no further call is made. */
  readonly signal: AbortSignal;
  /** Opens a sealed text of the action's part; absent where nobody has the key. Its result is written to the pool and nowhere else. */
  readonly unseal?: (text: SealedText) => string;
  /** `ServiceProber.answered`; absent where nobody can ask inside a system. */
  readonly answered?: (probe: ServiceProbe, signal: AbortSignal) => Promise<void>;
}

/**
 * `done` – the effect is there · `absent` – provably nothing happened, may be performed ·
 * `running` – still going on in the pool, ask again · `conflict` – two objects claim one part; a person must look.
 */
export type Settlement =
  | { readonly is: 'done' }
  | { readonly is: 'absent' }
  | { readonly is: 'running' }
  | { readonly is: 'conflict'; readonly message: string };

export interface Slot {
  readonly name: string;
  readonly capacity: number;
}

export interface PoolCapacity {
  readonly hosts: readonly HostCapacity[];
  readonly srs: readonly SrCapacity[];
  /** DiskImage names for which the pool has a template, with the SR of its system disk. */
  readonly images: readonly { readonly name: string; readonly sr: SrUuid; readonly systemDiskGiB: number }[];
}

export interface HostCapacity {
  readonly uuid: HostUuid;
  readonly name: string;
  /** Live and enabled: new servers may start here. */
  readonly available: boolean;
  readonly cpus: number;
  readonly memoryMiB: number;
  readonly freeMemoryMiB: number;
  /** Our running servers on it: `<vsysId>/<role>` for anti-affinity. */
  readonly roles: readonly string[];
}

export interface SrCapacity {
  readonly uuid: SrUuid;
  readonly name: string;
  /** XenAPI `SR.type`, e.g. `nfs`, `lvmoiscsi`, `ext`. */
  readonly type: string;
  readonly shared: boolean;
  /** That the provider gave it; absent: `standard` (`placement/disk-class.ts`). */
  readonly diskClass?: string;
  readonly sizeGiB: number;
  readonly freeGiB: number;
}

export interface OwnedObject {
  readonly class: 'VM' | 'VDI' | 'VIF' | 'VBD' | 'network';
  readonly uuid: string;
  readonly vsys: VsysId;
  /** The part it claims to be. */
  readonly part: string;
  /** False when the tag was inherited by a copy: the object carries our tag but is not ours. */
  readonly genuine: boolean;
}

export interface PoolHealth {
  readonly connected: boolean;
  readonly reason?: string;
  /** Age of the last event batch in ms, or null before the first. */
  readonly eventAgeMs: number | null;
}
