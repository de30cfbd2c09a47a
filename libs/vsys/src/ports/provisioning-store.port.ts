/**
 * What the engine keeps in PostgreSQL. Every write carries the fence of the pool lease; a write with an old epoch
 * throws `lease-lost` and changes nothing (design D3).
 */
import type { ActionId, HostUuid, OperationId, OrganizationId, PartId, PoolId, VsysId } from '../ids.js';
import type { Action, ActionKey } from '../plan/action.js';
import type { ErrorReport } from '../errors.js';
import type { PartNumbers } from '../spec/allocate/allocation.js';
import type { VsysSpec } from '../spec/vsys-spec.js';
import type { PartState, VsysPhase } from '../lifecycle/states.js';

export interface Fence {
  readonly poolId: PoolId;
  readonly workerId: string;
  readonly epoch: number;
}

export interface ProvisioningStore {
  /** Everything that the loop of one VSYS starts from, in one read; undefined when the VSYS is gone for good. */
  findWork(vsys: VsysId): Promise<VsysWork | undefined>;
  /** Writes all facts of one turn of the loop in one transaction. Throws `lease-lost`, or `stale` when `spec` no longer is the newest. */
  commit(fence: Fence, turn: Turn): Promise<void>;
  /** VSYS of the pool that differ from their spec and are not parked, for the sweep; at most `limit`, oldest first. */
  listUnsettled(pool: PoolId, limit: number): Promise<readonly VsysId[]>;
  /** Live VSYS of the pool in key order for the drift sweep; page by passing the last id. */
  listLive(pool: PoolId, after: VsysId | null, limit: number): Promise<readonly VsysId[]>;
}

export interface VsysWork {
  readonly organizationId: OrganizationId;
  readonly poolId: PoolId;
  readonly spec: VsysSpec;
  /** As last recorded. */
  readonly phase: VsysPhase;
  readonly observedGeneration: number;
  /** The last spec that was reached, the target of a roll-back; undefined before the first success. */
  readonly reachedSpec: VsysSpec | undefined;
  /** Set when the engine gave up until somebody resumes or changes something. */
  readonly parked: ErrorReport | null;
  /** Not yet ended, oldest first. */
  readonly operations: readonly ActiveOperation[];
  /** Intents without a recorded result: to be settled before their parts are touched. */
  readonly openActions: readonly OpenAction[];
  /** Last recorded state of every part, so that only changes are written. */
  readonly parts: readonly PartStatus[];
  /** Last numbers that were given out: parts with higher ones are not known and left alone. Absent: all are known. */
  readonly numbers?: PartNumbers;
}

export type FailurePolicy = 'rollback' | 'keep';

export interface ActiveOperation {
  readonly id: OperationId;
  /** What the caller asked for, e.g. `vsys.create`; for figures only. */
  readonly kind: string;
  readonly generation: number;
  readonly state: 'queued' | 'running' | 'rolling-back';
  readonly onFailure: FailurePolicy;
  readonly cancelRequested: boolean;
  /** As last recorded, so that counting goes on after a take-over. */
  readonly stepsDone: number;
}

export interface OpenAction {
  readonly id: ActionId;
  readonly action: Action;
  readonly attempt: number;
  readonly host: HostUuid | null;
  readonly epoch: number;
}

/** What is known about one part, as the user sees it; observed columns of its row. */
export interface PartStatus {
  readonly part: PartId;
  readonly state: PartState;
  readonly host: HostUuid | null;
  /** Why it is as it is, when that is not obvious. */
  readonly reason: string | null;
  /** Of a snapshot that is there: the space that it takes. Absent: not known (yet). */
  readonly sizeGiB?: number;
  /** Of a snapshot: how long its servers were held still for it, ms. */
  readonly pausedMs?: number;
}

/** The facts of one turn of the loop. Absent members: nothing to say. */
export interface Turn {
  readonly vsysId: VsysId;
  /** The generation that the loop worked on. */
  readonly generation: number;
  readonly at: Date;
  /** The instant for usage when metered time runs at another speed than real time; `at` when absent. */
  readonly meteredAt?: Date;
  readonly phase?: VsysPhase;
  readonly intents?: readonly Intent[];
  readonly results?: readonly ActionResult[];
  /** Only parts whose status changed. `gone` parts are closed: addresses, reservations and usage end with `at`. */
  readonly parts?: readonly PartStatus[];
  /** For parts in `parts`: all that each holds from `at` on. What is open and not listed is closed, what is listed and not open is opened. */
  readonly holdings?: readonly Holdings[];
  readonly operations?: readonly OperationUpdate[];
  /** The spec of `generation` is reached. */
  readonly converged?: true;
  readonly parked?: ErrorReport | null;
  /** A roll-back: becomes the newest spec with `generation + 1`. */
  readonly newSpec?: VsysSpec;
}

/** What is metered. Quantities are whole numbers: pieces for servers, addresses and EFMs, GiB for disks, MiB of memory, bytes. */
export const USAGE_DIMENSIONS = [
  'vserver-running',
  'vserver-stopped',
  'vcpu',
  'memory-mib',
  'system-disk-gib',
  'vdisk-gib',
  'snapshot-gib',
  'backup-gib',
  'image-gib',
  'efm-running',
  'public-ip',
  'licence',
  'network-out',
] as const;
export type UsageDimension = (typeof USAGE_DIMENSIONS)[number];

export interface Holdings {
  readonly resource: PartId;
  readonly items: readonly {
    readonly dimension: UsageDimension;
    readonly product: string;
    readonly quantity: number;
  }[];
}

export interface Intent {
  readonly id: ActionId;
  readonly operationId: OperationId | null;
  readonly action: Action;
  readonly key: ActionKey;
  readonly attempt: number;
  readonly host: HostUuid | null;
}

export interface ActionResult {
  readonly id: ActionId;
  /** `withdrawn`: the intent was given up before anything was done. */
  readonly outcome: 'done' | 'failed' | 'withdrawn';
  readonly error?: ErrorReport;
  readonly startedAt: Date | null;
  readonly finishedAt: Date;
}

export interface OperationUpdate {
  readonly id: OperationId;
  readonly state: 'running' | 'succeeded' | 'failed' | 'cancelled' | 'rolling-back';
  readonly stepsDone: number;
  readonly stepsTotal: number;
  readonly error?: ErrorReport;
  /** Set by a roll-back: the operation ends when this generation is reached. */
  readonly generation?: number;
}
