/**
 * How an operation ends.
 *
 *   queued ──► running ── generation reached ──► succeeded
 *                 ├── failed, policy keep ──► failed ── resume ──► running
 *                 └── failed or cancelled, policy rollback ──► rolling-back ── reached ──► failed | cancelled
 */
import type { OperationState } from './states.js';

export const ENDED_OPERATION_STATES = [
  'succeeded',
  'failed',
  'cancelled',
] as const satisfies readonly OperationState[];
export type EndedOperationState = (typeof ENDED_OPERATION_STATES)[number];

/** Nothing more will happen to the operation unless somebody resumes it. */
export function isEnded(state: OperationState): state is EndedOperationState {
  return ENDED_OPERATION_STATES.some((ended) => ended === state);
}

/**
 * The state in which an active operation ends: its generation was `reached`; a newer one was, which holds its wish too
 * (`overtaken`); the VSYS was deleted before it was reached (`deleted`); or it was `given-up`. Who cancels too late gets what was
 * asked for first: a reached generation is a success.
 */
export function operationOutcome(
  operation: { readonly state: OperationState; readonly cancelRequested: boolean },
  ending: 'reached' | 'overtaken' | 'deleted' | 'given-up',
): EndedOperationState {
  if (isEnded(operation.state)) return operation.state;
  if (ending === 'overtaken' && operation.cancelRequested) return 'cancelled';
  if (ending === 'deleted' && operation.state !== 'rolling-back') return 'cancelled';
  if (ending !== 'given-up' && operation.state !== 'rolling-back') return 'succeeded';
  return operation.cancelRequested ? 'cancelled' : 'failed';
}
