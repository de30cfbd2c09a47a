/**
 * One action on its way: from its committed intent to its result.
 *
 *   waiting ──slots──► performing ──answer──► done | failed
 *      │                   └──outcome unknown, or overtaken──► settling ──► done | failed | withdrawn
 *      └──withdraw──► withdrawn                      ▲
 *   (adopted from an earlier process) ───────────────┘
 *
 * `abandoned`: the right to act was lost on the way; the intent stays open and the next owner settles it.
 */
import {
  DomainError,
  asDomainError,
  type Action,
  type ActionId,
  type ActionKey,
  type ActionLocks,
  type HostUuid,
  type OperationId,
} from '@openvsys/vsys';

export interface FlightPlan {
  readonly id: ActionId;
  readonly action: Action;
  readonly key: ActionKey;
  readonly attempt: number;
  /** Of the spec that wanted it; what fails for an older spec does not fail the newer one. */
  readonly generation: number;
  readonly operationId: OperationId | null;
  readonly locks: ActionLocks;
}

export type FlightStage = 'waiting' | 'performing' | 'settling';

export interface FlightEnd {
  readonly outcome: 'done' | 'failed' | 'withdrawn' | 'abandoned';
  readonly error?: DomainError;
}

export class Flight {
  stage: FlightStage;
  host: HostUuid | null = null;
  startedAt: Date | null = null;
  /** Told each time that the pool cannot be asked what became of it. */
  onHindered: (error: DomainError) => void = () => {};
  readonly #withdrawal = new AbortController();
  readonly #overtaking = new AbortController();

  constructor(
    readonly plan: FlightPlan,
    readonly bornAt: Date,
    stage: 'waiting' | 'settling',
  ) {
    this.stage = stage;
  }

  /** Aborted when the flight is to be given up before anything was done. */
  get withdrawn(): AbortSignal {
    return this.#withdrawal.signal;
  }

  /** Aborted when a newer wish about the same part cannot wait: what the pool has done until then is looked at. */
  get overtaken(): AbortSignal {
    return this.#overtaking.signal;
  }

  overtake(): void {
    this.#overtaking.abort(new DomainError('uncertain', 'A newer wish does not wait for this step.'));
  }

  /** Only a waiting flight can be withdrawn; what already goes on in the pool runs to its end. */
  withdraw(): void {
    if (this.stage !== 'waiting') return;
    this.#withdrawal.abort(new DomainError('cancelled', 'The step is no longer wanted.'));
  }
}

/** The error of an attempt that did not answer in time: nothing is known about its effect. */
export function deadlineError(key: ActionKey, ms: number): DomainError {
  return new DomainError('uncertain', `The pool did not finish ${key} within ${Math.round(ms / 1000)} s.`, {
    details: { action: key, deadlineMs: ms },
  });
}

/** What a rejected `perform` means for the flight. */
export function endOfFailure(
  thrown: unknown,
  authority: AbortSignal,
): FlightEnd | { readonly outcome: 'unknown'; readonly error: DomainError } {
  const error = asDomainError(thrown);
  if (authority.aborted || error.code === 'lease-lost') return { outcome: 'abandoned', error };
  if (error.code === 'uncertain') return { outcome: 'unknown', error };
  return { outcome: 'failed', error };
}
