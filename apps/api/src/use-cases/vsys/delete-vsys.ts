/** Deletes a VSYS: from now on nothing of it is wanted. */
import { Injectable } from '@nestjs/common';
import { insertGeneration, lockVsys, type LockedSystem, type Session } from '@openvsys/persistence';
import { absent, assertAllowed, type VsysId, type VsysPhase, type VsysSpec } from '@openvsys/vsys';
import type { Call } from '../call.js';
import { checkPrecondition, type Precondition } from '../precondition.js';
import { Transactor, type Change } from '../transactor.js';
import { WakeUp } from '../wake-up.js';
import { acceptedOf, type Accepted } from './accepted.js';
import { Admission } from './admission.js';

/** The spec of which nothing is wanted. Throws `conflict` when it is being deleted already. */
export function specAfterDelete(vsys: { id: VsysId; phase: VsysPhase; spec: VsysSpec }): VsysSpec {
  assertAllowed('vsys', vsys.id, 'delete', vsys.phase);
  return absent(vsys.spec);
}

export interface DeleteVsysCommand {
  readonly vsysId: VsysId;
  readonly precondition: Precondition | undefined;
}

@Injectable()
export class DeleteVsys {
  constructor(
    private readonly transactor: Transactor,
    private readonly admission: Admission,
    private readonly wakeUp: WakeUp,
  ) {}

  /** Throws `not-found`, `stale`, and `conflict` when it is being deleted already. */
  async execute(call: Call, command: DeleteVsysCommand): Promise<Accepted> {
    const { accepted, poolId } = await this.transactor.change(call, async (session, at) => {
      const vsys = await lockVsys(session, call.scope, command.vsysId);
      checkPrecondition(command.precondition, vsys.generation);
      const spec = specAfterDelete(vsys);
      return this.admit(session, call, vsys, spec, at);
    });
    this.wakeUp.wake(poolId, accepted.vsysId);
    return accepted;
  }

  private async admit(
    session: Session,
    call: Call,
    vsys: LockedSystem,
    spec: VsysSpec,
    at: Date,
  ): Promise<Change<{ accepted: Accepted; poolId: LockedSystem['poolId'] }>> {
    const about = { organizationId: vsys.organizationId, vsysId: vsys.id, generation: spec.generation };
    // A half-deleted system is never brought back: what fails is kept, so that deleting can be resumed.
    const request = { kind: 'vsys.delete', onFailure: 'keep', ...about } as const;
    const operation = this.admission.newOperation(call, request, at);
    const { design, descriptor, descriptorVersionId, parameters, numbers } = vsys;
    const source = { design, descriptor, descriptorVersionId, parameters, numbers };
    await insertGeneration(session, vsys, {
      ...source,
      spec,
      phase: 'deleting',
      operationId: operation.id,
      at,
    });
    await this.admission.complete(session, operation, { efmConfigs: [], agents: [] }, vsys, spec);
    return {
      answer: { accepted: acceptedOf(operation, spec), poolId: vsys.poolId },
      audit: {
        organizationId: vsys.organizationId,
        verb: 'vsys.delete',
        resource: vsys.id,
        detail: { operation: operation.id },
      },
    };
  }
}
