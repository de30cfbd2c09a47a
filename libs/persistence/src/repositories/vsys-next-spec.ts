/**
 * Admits a next spec that takes nothing new from a pool or a zone: power of servers, the recycle bin, deletion. For use
 * cases and for periodic jobs alike.
 */
import type { VsysId, VsysPhase, VsysSpec } from '@openvsys/vsys';
import type { Session } from '../session.js';
import { releaseConnectionsOf } from './connections.js';
import { insertOperation, type NewOperation } from './operations.js';
import { enforceGrowthLimits } from './growth-limits.js';
import { insertGeneration, type LockedSystem } from './vsys-admission.js';

export interface AdmittedSpec {
  readonly spec: VsysSpec;
  readonly operation: NewOperation;
  /** Of the event that tells of the operation. */
  readonly eventId: string;
}

/** The system must be locked by `lockVsys`. Throws `stale`, and what stands in the way of growth. */
export async function admitNextSpec(
  session: Session,
  vsys: LockedSystem,
  { spec, operation, eventId }: AdmittedSpec,
): Promise<VsysId> {
  const { design, descriptor, descriptorVersionId, parameters, numbers } = vsys;
  await insertGeneration(session, vsys, {
    design,
    descriptor,
    descriptorVersionId,
    parameters,
    numbers,
    spec,
    phase: phaseOf(vsys, spec),
    operationId: operation.id,
    at: operation.createdAt,
  });
  await insertOperation(session, operation, { id: eventId, vsysName: spec.name });
  if (spec.presence === 'absent') await releaseConnectionsOf(session, vsys.id, operation.createdAt);
  await enforceGrowthLimits(session, vsys, spec, operation.createdAt);
  return vsys.id;
}

function phaseOf({ observedGeneration }: LockedSystem, { presence }: VsysSpec): VsysPhase {
  if (presence === 'absent') return 'deleting';
  return observedGeneration === 0 ? 'provisioning' : 'changing';
}
