/**
 * Exit codes by outcome, so that a script can decide without reading text. They are part of the public interface.
 *
 *   0 done · 1 the operation ran and failed, or a check found something wrong · 2 wrong use of the command · 3 not logged in or not allowed
 *   4 no such thing · 5 refused: quota, capacity, conflict, stale, invalid input · 6 server not reached or overloaded:
 *   a repeat can help · 7 the operation was cancelled · 8 the time to wait is over · 70 a defect of vsysctl itself
 *   130 interrupted
 */
import type { OperationState } from '@openvsys/api-client';

export const EXIT = {
  done: 0,
  operationFailed: 1,
  usage: 2,
  notAllowed: 3,
  notFound: 4,
  refused: 5,
  unavailable: 6,
  cancelled: 7,
  timeOver: 8,
  /** EX_SOFTWARE of sysexits.h. */
  defect: 70,
  interrupted: 130,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** The table for `vsysctl help` and the man-like texts. */
export const EXIT_CODE_HELP = `
Exit codes:
  0    done
  1    the operation ran and failed, or a check found something wrong
  2    wrong use of the command
  3    not logged in, or not allowed
  4    no such thing
  5    refused: invalid input, quota, capacity, conflict, changed meanwhile
  6    the server was not reached or is overloaded: a repeat can help
  7    the operation was cancelled
  8    the time to wait is over and the operation still goes on
  70   a defect of vsysctl itself
  130  interrupted; operations go on at the server`;

/** Every status that is not listed is a refusal of what was asked. */
export function exitCodeOfStatus(status: number): ExitCode {
  if (status === 401 || status === 403) return EXIT.notAllowed;
  if (status === 404) return EXIT.notFound;
  if (status === 429 || status >= 500) return EXIT.unavailable;
  return EXIT.refused;
}

const BY_STATE = {
  queued: EXIT.timeOver,
  running: EXIT.timeOver,
  'rolling-back': EXIT.timeOver,
  succeeded: EXIT.done,
  failed: EXIT.operationFailed,
  cancelled: EXIT.cancelled,
} as const satisfies Record<OperationState, ExitCode>;

/** The exit code of a command that waited for an operation and saw it last in this state. */
export function exitCodeOfOperation(state: OperationState): ExitCode {
  return BY_STATE[state];
}
