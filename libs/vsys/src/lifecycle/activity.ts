/** What the engine is doing about a VSYS, and how trouble shows in the status of a part. */
import type { Retry } from '../errors.js';
import type { PartId } from '../ids.js';
import type { ActionKey } from '../plan/action.js';
import type { PartStatus } from '../ports/provisioning-store.port.js';
import type { PartState } from './states.js';

export interface Activity {
  readonly inFlight: ReadonlySet<ActionKey>;
  /** The last error of each part that has trouble, also while it is tried again. */
  readonly errors: ReadonlyMap<PartId, PartTrouble>;
}

export interface PartTrouble {
  readonly message: string;
  readonly retry: Retry;
}

export const NO_ACTIVITY: Activity = { inFlight: new Set(), errors: new Map() };

/** The status with the part's trouble: a hopeless one turns "not there yet" into `error`. */
export function statusOf(part: PartId, state: PartState, activity: Activity): PartStatus {
  const trouble = activity.errors.get(part);
  if (trouble === undefined) return { part, state, host: null, reason: null };
  const hopeless = trouble.retry === 'never' || trouble.retry === 'after-change';
  const missing = state === 'planned' || state === 'creating';
  return { part, state: hopeless && missing ? 'error' : state, host: null, reason: trouble.message };
}
