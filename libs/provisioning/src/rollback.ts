/**
 * What a failure or a cancellation does to the operations of a VSYS. Pure; the one place of this decision.
 *
 *   failure ──policy rollback──► rolling-back (newest spec = the last one reached) ──reached──► failed | cancelled
 *           ──policy keep──────► failed, VSYS parked until somebody resumes or changes something
 *
 * A failure ends all active operations; the newest one's policy decides for all, since its spec holds them all.
 */
import {
  operationOutcome,
  reportOf,
  type DomainError,
  type ErrorReport,
  type OperationUpdate,
  type VsysSpec,
  type VsysWork,
} from '@openvsys/vsys';

export interface Fall {
  readonly error: DomainError;
  readonly because: 'failed' | 'cancelled';
}

export interface FallPlan {
  readonly operations: readonly Omit<OperationUpdate, 'stepsDone' | 'stepsTotal'>[];
  readonly parked?: ErrorReport;
  readonly newSpec?: VsysSpec;
}

/** What to commit after a failure. Without operations (drift repair) nobody is told, so only conflicts park. */
export function planFall(work: VsysWork, fall: Fall): FallPlan {
  const error = reportOf(fall.error);
  if (canRollBack(work, fall)) {
    const newSpec = rollbackSpec(work);
    return {
      newSpec,
      operations: work.operations.map((operation) => ({
        id: operation.id,
        state: 'rolling-back',
        generation: newSpec.generation,
        ...(operation.state === 'rolling-back' ? {} : { error }),
      })),
    };
  }
  if (work.operations.length === 0 && fall.error.code !== 'conflict') return { operations: [] };
  return {
    parked: error,
    operations: work.operations.map((operation) => ({
      id: operation.id,
      state: operationOutcome(operation, 'given-up'),
      error,
    })),
  };
}

/**
 * A deletion is never rolled back: what is destroyed would come back empty. A roll-back that fails is not rolled back
 * either, and a conflict needs a person before anything else is destroyed.
 */
function canRollBack(work: VsysWork, fall: Fall): boolean {
  const newest = work.operations.at(-1);
  if (newest === undefined || newest.state === 'rolling-back') return false;
  if (work.spec.presence === 'absent' || fall.error.code === 'conflict') return false;
  return fall.because === 'cancelled' || newest.onFailure === 'rollback';
}

/**
 * The last reached spec as the newest generation; without one, nothing shall be left. Back-ups that were deleted since do not come
 * back: they would be taken anew, of what the disk holds now.
 */
function rollbackSpec({ spec, reachedSpec }: VsysWork): VsysSpec {
  const generation = spec.generation + 1;
  if (reachedSpec === undefined) return { ...spec, generation, presence: 'absent' };
  const { backups, ...reached } = reachedSpec;
  const wanted = new Set((spec.backups ?? []).map(({ id }) => id));
  const kept = (backups ?? []).filter(({ id }) => wanted.has(id));
  return { ...reached, generation, ...(kept.length === 0 ? {} : { backups: kept }) };
}
