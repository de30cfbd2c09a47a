// Purpose: asks the fault rules about a call and notes the answer in its log entry.
import type { CallEntry } from '../log/call-log.js';
import type { CallRequest } from './call-request.js';
import type { FaultEffect } from '../faults/fault-rules.js';
import type { SimPool } from '../core/sim-pool.js';

export function hitFault(sim: SimPool, entry: CallEntry, request: CallRequest): FaultEffect | undefined {
  const effect = sim.faults.hit({ method: request.method, objects: entry.objects });
  if (effect !== undefined) entry.fault = effect.kind;
  return effect;
}
