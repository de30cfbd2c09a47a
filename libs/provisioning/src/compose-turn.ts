/** The facts of one turn as one commit. Pure. */
import {
  operationOutcome,
  reportOf,
  type ActionResult,
  type DomainError,
  type Turn,
  type VsysWork,
} from '@openvsys/vsys';
import type { Flight } from './flight.js';
import { intentOf } from './journal.js';
import { operationUpdates } from './operations.js';
import type { Progress } from './progress.js';
import type { FallPlan } from './rollback.js';
import { isNewlyReached, type StatusNews } from './statuses.js';

export interface TurnFacts {
  readonly work: VsysWork;
  readonly status: StatusNews;
  readonly fall: FallPlan | undefined;
  /** Whose intents are to be stored. */
  readonly starting: readonly Flight[];
  readonly results: readonly ActionResult[];
  /** Nothing is due and nothing is under way. */
  readonly converged: boolean;
  readonly progress: Progress;
}

/** The moment of the turn, in real and in metered time. */
export type TurnMoment = Required<Pick<Turn, 'at' | 'meteredAt'>>;

export function composeTurn(facts: TurnFacts, moment: TurnMoment): Turn {
  const { work, fall, converged, results, progress } = facts;
  const advanced = results.some((result) => result.outcome === 'done');
  return {
    vsysId: work.spec.vsysId,
    generation: work.spec.generation,
    ...moment,
    intents: facts.starting.map(intentOf),
    results,
    operations: operationUpdates({ work, fall, converged, advanced, progress }),
    ...facts.status,
    ...(converged && isNewlyReached(work) ? { converged: true } : {}),
    ...(fall?.parked === undefined ? {} : { parked: fall.parked }),
    ...(fall?.newSpec === undefined ? {} : { newSpec: fall.newSpec }),
  };
}

/** The shortest turn that ends all operations and waits for a person: for when the whole one cannot be stored. */
export function parkingTurn(
  work: VsysWork,
  error: DomainError,
  progress: Progress,
  moment: TurnMoment,
): Turn {
  const parked = reportOf(error);
  return {
    vsysId: work.spec.vsysId,
    generation: work.spec.generation,
    ...moment,
    phase: 'needs-attention',
    parked,
    operations: work.operations.map((operation) => ({
      id: operation.id,
      state: operationOutcome(operation, 'given-up'),
      error: parked,
      ...progress.of(operation.id),
    })),
  };
}
