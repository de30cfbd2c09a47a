/** What the launcher asks of the public API. Everything goes through HTTP, as it does for every other user. */
import type { ProgressSteps, ProgressView } from '../screen/progress-view.js';

export interface Money {
  readonly currency: string;
  /** Exact decimal. */
  readonly perHour: string;
  readonly perMonth: string;
}

export interface Plan {
  readonly steps: readonly { readonly kind: string }[];
  readonly estimateMs: number;
  readonly price: Money;
  readonly fits: boolean;
  readonly reason: string | null;
}

export interface Accepted {
  readonly vsysId: string;
  readonly operationId: string;
  readonly parts: readonly { readonly id: string; readonly kind: string; readonly name: string }[];
}

export interface OperationStatus extends ProgressSteps {
  readonly id: string;
  readonly state: 'queued' | 'running' | 'rolling-back' | 'succeeded' | 'failed' | 'cancelled';
  readonly error: { readonly code: string; readonly message: string; readonly remedy?: string } | null;
}

export interface VsysDetail extends ProgressView {
  readonly price: Money;
}

export interface UsageLine {
  readonly hour: string;
  readonly resource: string;
  readonly dimension: string;
  readonly product: string;
  readonly seconds: number;
  readonly amount: string;
}

export interface Usage {
  readonly lines: readonly UsageLine[];
  /** Exact decimal, as the API adds it up. */
  readonly total: string;
  readonly currency: string;
}

export interface VsysRequest {
  readonly name: string;
  /** Of the provider's library, `name` or `name:version`. */
  readonly descriptor: string;
  readonly parameters: Readonly<Record<string, unknown>>;
}

export interface PoolStatus {
  readonly name: string;
  /** The worker that serves it. */
  readonly owner: string | null;
  /** Hosts that a worker has seen; 0 until one has looked. */
  readonly hosts: number;
  /** Why it is not served. */
  readonly reason: string | null;
}

export interface Cloud {
  planVsys(request: VsysRequest): Promise<Plan>;
  createVsys(request: VsysRequest): Promise<Accepted>;
  getVsys(id: string): Promise<VsysDetail>;
  /** Undefined when no live VSYS has the name. */
  findVsysByName(name: string): Promise<VsysDetail | undefined>;
  getOperation(id: string): Promise<OperationStatus>;
  deleteVsys(id: string): Promise<Accepted>;
  getUsage(vsysId: string, from: Date, to: Date): Promise<Usage>;
  /** Resource → used, of the tenant's organization. */
  getQuotaUse(): Promise<Readonly<Record<string, number>>>;
  /** Asked with the provider's token. */
  listPools(): Promise<readonly PoolStatus[]>;
}

/** An answer of the API that is not a success, in its own words (RFC 9457). */
export class CloudError extends Error {
  override readonly name = 'CloudError';

  constructor(
    message: string,
    readonly status: number,
  ) {
    super(message);
  }
}
