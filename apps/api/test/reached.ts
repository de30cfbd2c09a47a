/** Stands in for a worker: what is wanted is there at once, as the planner predicts it. */
import { holdingsOfParts } from '@openvsys/metering';
import {
  EMPTY_OBSERVED,
  partStatuses,
  predict,
  preview,
  vsysPhase,
  type ObservedVsys,
  type PartStatus,
  type VsysId,
} from '@openvsys/vsys';
import type { ApiWorld } from './api-fixture.js';

export class PredictedPool {
  private readonly seen = new Map<VsysId, ObservedVsys>();

  constructor(private readonly world: () => ApiWorld) {}

  /** Brings a system to its spec and says so; false: there is nothing to work on. */
  async reach(id: VsysId): Promise<boolean> {
    const { store, fence } = this.world();
    const work = await store.findWork(id);
    if (work === undefined) return false;
    const { spec, operations } = work;
    const before = this.seen.get(id) ?? EMPTY_OBSERVED;
    const observed = preview(spec, before).steps.reduce((now, { action }) => predict(now, action), before);
    this.seen.set(id, observed);
    const there = partStatuses(spec, observed);
    const known = new Set(there.map(({ part }) => part));
    const gone = work.parts
      .filter(({ part }) => !known.has(part))
      .map(({ part }): PartStatus => ({ part, state: 'gone', host: null, reason: null }));
    const parts = [...there, ...gone];
    const { observedGeneration } = work;
    await store.commit(fence, {
      vsysId: id,
      generation: spec.generation,
      at: new Date(),
      phase: vsysPhase({ spec, observedGeneration, converged: true, parked: false }),
      parts,
      holdings: holdingsOfParts([spec], parts),
      operations: operations.map((operation) => ({
        id: operation.id,
        state: 'succeeded',
        stepsDone: 1,
        stepsTotal: 1,
      })),
      converged: true,
    });
    return true;
  }

  observed(id: VsysId): ObservedVsys {
    return this.seen.get(id) ?? EMPTY_OBSERVED;
  }
}
