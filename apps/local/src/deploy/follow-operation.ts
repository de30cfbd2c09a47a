/** Watches an operation to its end and draws it. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Screen } from '../screen/screen.js';
import type { Cloud, OperationStatus, VsysDetail } from './cloud.js';

export interface FollowOptions {
  readonly cloud: Cloud;
  readonly screen: Screen;
  readonly vsysId: string;
  readonly operationId: string;
  readonly signal: AbortSignal;
  /** Called with every look, for example to do something in the middle. */
  readonly onLook?: (operation: OperationStatus) => void;
  /** Rejects when the operation is not over by then. */
  readonly limitMs: number;
}

export interface Outcome {
  readonly operation: OperationStatus;
  readonly vsys: VsysDetail;
  readonly elapsedMs: number;
}

/** Often enough to look alive, seldom enough not to matter. */
const LOOK_EVERY_MS = 300;

/** Resolves when the operation is over, whatever its outcome; rejects when interrupted or late. */
export async function followOperation(options: FollowOptions): Promise<Outcome> {
  const { cloud, screen, signal } = options;
  const start = Date.now();
  for (;;) {
    const [operation, vsys] = await Promise.all([
      cloud.getOperation(options.operationId),
      cloud.getVsys(options.vsysId),
    ]);
    const elapsedMs = Date.now() - start;
    screen.progress(vsys, operation, elapsedMs);
    options.onLook?.(operation);
    if (isOver(operation)) {
      screen.settle();
      // The parts may have been read just before their last change.
      return { operation, vsys: await cloud.getVsys(options.vsysId), elapsedMs };
    }
    if (elapsedMs > options.limitMs) throw new Error(lateMessage(operation, options.limitMs));
    await delay(LOOK_EVERY_MS, undefined, { signal });
  }
}

function lateMessage({ id, state, stepsDone, stepsTotal }: OperationStatus, limitMs: number): string {
  return `operation ${id} is still ${state} (${stepsDone}/${stepsTotal} steps) after ${limitMs / 1000} s`;
}

function isOver({ state }: OperationStatus): boolean {
  return state === 'succeeded' || state === 'failed' || state === 'cancelled';
}

/** Rejects with the API's reason unless the operation succeeded. */
export function requireSuccess({ operation }: Outcome): void {
  if (operation.state === 'succeeded') return;
  const { error } = operation;
  const reason = error
    ? `${error.message} (${error.code})${error.remedy ? ` ${error.remedy}` : ''}`
    : 'no reason given';
  throw new Error(`operation ${operation.id} ${operation.state}: ${reason}`);
}
