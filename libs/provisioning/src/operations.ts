/** What one turn says about the operations of a VSYS. */
import {
  isEnded,
  operationOutcome,
  type ActiveOperation,
  type OperationUpdate,
  type VsysSpec,
  type VsysWork,
} from '@openvsys/vsys';
import type { Progress } from './progress.js';
import type { FallPlan } from './rollback.js';

export interface OperationNews {
  readonly work: VsysWork;
  readonly fall: FallPlan | undefined;
  /** The spec is reached with this turn. */
  readonly converged: boolean;
  /** Steps were finished since the last commit. */
  readonly advanced: boolean;
  readonly progress: Progress;
}

export function operationUpdates(news: OperationNews): readonly OperationUpdate[] {
  const { work, fall, progress } = news;
  if (fall !== undefined) return fall.operations.map((update) => ({ ...update, ...progress.of(update.id) }));
  return work.operations.flatMap((operation) => {
    if (news.converged && operation.generation <= work.spec.generation)
      return [ended(operation, work, progress)];
    if (operation.state === 'queued')
      return [{ id: operation.id, state: 'running', ...progress.of(operation.id) }];
    return news.advanced ? [{ id: operation.id, state: operation.state, ...progress.of(operation.id) }] : [];
  });
}

function ended(operation: ActiveOperation, { spec }: VsysWork, progress: Progress): OperationUpdate {
  const { stepsDone } = progress.of(operation.id);
  const state = operationOutcome(operation, endingOf(operation, spec));
  // What was foreseen and turned out not to be needed is no longer missing.
  return { id: operation.id, state, stepsDone, stepsTotal: stepsDone };
}

function endingOf({ generation }: ActiveOperation, spec: VsysSpec): 'reached' | 'overtaken' | 'deleted' {
  if (generation === spec.generation) return 'reached';
  return spec.presence === 'absent' ? 'deleted' : 'overtaken';
}

/** The operations still active after the updates were stored. */
export function operationsAfter(
  operations: readonly ActiveOperation[],
  updates: readonly OperationUpdate[],
): readonly ActiveOperation[] {
  const byId = new Map(updates.map((update) => [update.id, update]));
  return operations.flatMap((operation) => {
    const update = byId.get(operation.id);
    if (update === undefined) return [operation];
    const { state, stepsDone } = update;
    if (isEnded(state)) return [];
    return [{ ...operation, state, stepsDone, generation: update.generation ?? operation.generation }];
  });
}
