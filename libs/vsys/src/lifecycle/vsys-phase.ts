/**
 * The phase of a whole VSYS.
 *
 *   provisioning ──► ready ⇄ changing        deleting ──► deleted
 *   each of them ── the engine gave up ──► needs-attention ── resume or a newer spec ──► back
 */
import type { VsysSpec } from '../spec/vsys-spec.js';
import type { VsysPhase } from './states.js';

export interface VsysSituation {
  readonly spec: Pick<VsysSpec, 'presence'>;
  /** The newest generation that was reached; 0: none yet. */
  readonly observedGeneration: number;
  /** Nothing is due and nothing is under way. */
  readonly converged: boolean;
  /** The engine waits for a person. */
  readonly parked: boolean;
}

export function vsysPhase({ spec, observedGeneration, converged, parked }: VsysSituation): VsysPhase {
  if (parked) return 'needs-attention';
  if (spec.presence === 'absent') return converged ? 'deleted' : 'deleting';
  if (converged) return 'ready';
  return observedGeneration === 0 ? 'provisioning' : 'changing';
}
