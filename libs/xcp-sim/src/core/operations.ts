// Purpose: marks operations on objects while a call works on them, and makes conflicting calls wait.
//
//   check ──fails──► error
//     │
//     ▼   busy
//   free? ──────► sleep (growing, random) ──► check again … up to two hours, at most 100 sleepers
//     │
//     ▼
//   marked in current_operations ──► body ──► unmarked, allowed_operations recomputed
import { conflicts, preempts, queueNameOf } from './conflict-rules.js';
import { XenFailure } from './failure.js';
import type { Call } from './call.js';
import type { Row } from '../database/row.js';

export interface Claim {
  row: Row;
  op: string;
  /** Evaluated before each attempt; throws the error that makes waiting pointless. */
  check?: () => void;
}

/** XenAPI: more than 100 sleeping calls are refused with TOO_MANY_PENDING_TASKS. */
const MOST_WAITERS = 100;
/** A conflicting call gives up after two hours. */
const LONGEST_WAIT_MS = 2 * 3_600_000;

/** Runs `body` with all claims marked. Errors: those of the checks, TOO_MANY_PENDING_TASKS, OTHER_OPERATION_IN_PROGRESS. */
export async function withOperations<T>(
  call: Call,
  claims: readonly Claim[],
  body: () => Promise<T>,
): Promise<T> {
  await claimAll(call, claims);
  const from = call.sim.clock.now();
  try {
    return await body();
  } finally {
    for (const claim of claims) unmark(call, claim, from);
    call.sim.wakeConflictWaiters();
  }
}

// Checking and marking happen in one go: nothing else may run in between.
async function claimAll(call: Call, claims: readonly Claim[]): Promise<void> {
  const started = call.sim.clock.now();
  for (let attempt = 0; ; attempt += 1) {
    call.signal.throwIfAborted();
    for (const claim of claims) {
      if (!claim.row.alive) throw new XenFailure('HANDLE_INVALID', claim.row.cls, claim.row.ref);
      claim.check?.();
    }
    const busy = claims.find((claim) => conflicts(claim.row, claim.op));
    if (busy === undefined) {
      for (const claim of claims) mark(call, claim);
      return;
    }
    await waitOnce(call, busy, attempt, call.sim.clock.now() - started);
  }
}

async function waitOnce(call: Call, busy: Claim, attempt: number, waitedMs: number): Promise<void> {
  const { sim } = call;
  if (waitedMs > LONGEST_WAIT_MS) throw otherOperation(busy);
  if (sim.conflictWaiters >= MOST_WAITERS) throw new XenFailure('TOO_MANY_PENDING_TASKS');
  const before = sim.clock.now();
  await sim.waitForConflict(call, attempt);
  call.logWait(queueNameOf(busy.row, busy.op), sim.clock.now() - before);
}

function otherOperation({ row, op }: Claim): XenFailure {
  const task = Object.keys(row.map('current_operations'))[0] ?? '';
  return new XenFailure('OTHER_OPERATION_IN_PROGRESS', row.cls, row.ref, op, task);
}

function mark(call: Call, { row, op }: Claim): void {
  if (row.cls === 'VM' && preempts(op)) {
    for (const task of Object.keys(row.map('current_operations'))) call.sim.tasks.runningCall(task)?.cancel();
  }
  call.sim.db.update(row, { current_operations: { ...row.map('current_operations'), [call.taskRef]: op } });
  call.sim.refreshAllowed(row);
}

function unmark(call: Call, { row, op }: Claim, from: number): void {
  call.logHold(queueNameOf(row, op), from);
  if (!row.alive) return;
  const { [call.taskRef]: _done, ...others } = row.map('current_operations');
  call.sim.db.update(row, { current_operations: others });
  call.sim.refreshAllowed(row);
}
