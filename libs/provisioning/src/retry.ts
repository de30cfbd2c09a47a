/**
 * When a failed action is tried again, where, and when it is given up. The one place of this decision; pure.
 *
 *   failed ──► again after a pause (same place or elsewhere) ──► … ──► give up
 *
 * What a repeat can bring comes from the error alone (`retry`); how long we insist comes from the table below.
 */
import type { DomainError, ErrorCode, HostUuid } from '@openvsys/vsys';

/** What is remembered about an action between its attempts. */
export interface Trouble {
  readonly failures: number;
  /** ms since the epoch of the first failure in a row. */
  readonly since: number;
  /** Not to be tried before this instant, ms since the epoch. */
  readonly notBefore: number;
  readonly error: DomainError;
  /** Hosts that refused, not to be chosen again in this round. */
  readonly excluded: readonly HostUuid[];
}

export type Verdict =
  | { readonly is: 'again'; readonly trouble: Trouble }
  | { readonly is: 'give-up'; readonly error: DomainError };

/** First pause and longest pause between attempts, ms. Full jitter: the pause is uniform in [0, min(longest, first·2ⁿ)). */
export const FIRST_PAUSE_MS = 500;
export const LONGEST_PAUSE_MS = 20_000;

interface Patience {
  readonly attempts: number;
  readonly ms: number;
}

/** How long this worker insists, where that is not the same everywhere. */
export interface Insistence {
  /** With a pool that is away, ms; Infinity while something is rolled back. */
  readonly unreachablePoolMs: number;
}

/** An unreachable pool is no fault of the system: pools are restarted and coordinators moved within minutes. */
export const USUAL_INSISTENCE: Insistence = { unreachablePoolMs: 15 * 60_000 };

/** A defect of one call is cured by the second try or not at all. */
const FEW_TRIES: Patience = { attempts: 8, ms: 10 * 60_000 };
/** A busy pool is no fault of the system either, so this is bounded by time, not by count. */
const PATIENCE: Partial<Record<ErrorCode, Patience>> = {
  'pool-busy': { attempts: Infinity, ms: 30 * 60_000 },
  'rate-limited': { attempts: Infinity, ms: 30 * 60_000 },
  // A full pool is told to the user quickly; a few rounds let a server that is just stopping go.
  'no-capacity': { attempts: 8, ms: 2 * 60_000 },
};

export interface Failure {
  readonly error: DomainError;
  /** Where it was tried; null when the action has no host. */
  readonly host: HostUuid | null;
  /** ms since the epoch. */
  readonly at: number;
}

/** What to do after a failure, given what went before it. `random` is uniform in [0, 1). */
export function judgeFailure(
  before: Trouble | undefined,
  failure: Failure,
  random: () => number,
  insistence: Insistence = USUAL_INSISTENCE,
): Verdict {
  const { error } = failure;
  if (error.retry === 'never' || error.retry === 'after-change') return { is: 'give-up', error };

  const failures = (before?.failures ?? 0) + 1;
  const since = before?.since ?? failure.at;
  const patience = patienceWith(error.code, insistence);
  if (failures >= patience.attempts || failure.at - since >= patience.ms) return { is: 'give-up', error };

  const trouble = {
    failures,
    since,
    notBefore: failure.at + pauseMs(failures, random),
    error,
    excluded: excludedAfter(before?.excluded ?? [], failure),
  };
  return { is: 'again', trouble };
}

/** Has the pool refused to say what became of an action for too long? */
export function isOutOfPatience(error: DomainError, ms: number, insistence: Insistence): boolean {
  return ms >= patienceWith(error.code, insistence).ms;
}

function patienceWith(code: ErrorCode, { unreachablePoolMs }: Insistence): Patience {
  if (code === 'pool-unreachable') return { attempts: Infinity, ms: unreachablePoolMs };
  return PATIENCE[code] ?? FEW_TRIES;
}

/** Full jitter: callers that failed together do not come back together. */
export function pauseMs(failures: number, random: () => number): number {
  const bound = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(failures - 1, 16));
  return Math.ceil(random() * bound);
}

/**
 * A host that refused is left out from now on. When nothing is left (`no-capacity` before any host was tried) the
 * list is emptied: the next round may try all hosts again.
 */
function excludedAfter(excluded: readonly HostUuid[], failure: Failure): readonly HostUuid[] {
  if (failure.host === null) return failure.error.code === 'no-capacity' ? [] : excluded;
  if (failure.error.retry !== 'elsewhere' || excluded.includes(failure.host)) return excluded;
  return [...excluded, failure.host];
}
