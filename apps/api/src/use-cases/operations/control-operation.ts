/** Cancels and resumes operations. */
import { Injectable } from '@nestjs/common';
import {
  announceVsys,
  getOperation,
  lockVsys,
  reopenOperation,
  requestCancel,
  unparkVsys,
  type LockedSystem,
  type OperationRecord,
  type Session,
} from '@openvsys/persistence';
import { assertAllowed, DomainError, type OperationId } from '@openvsys/vsys';
import type { Call } from '../call.js';
import { Transactor, type Change } from '../transactor.js';
import { WakeUp } from '../wake-up.js';

interface Steered {
  readonly operation: OperationRecord;
  readonly poolId: LockedSystem['poolId'];
}

@Injectable()
export class ControlOperation {
  constructor(
    private readonly transactor: Transactor,
    private readonly wakeUp: WakeUp,
  ) {}

  /** Throws `not-found`, and `conflict` when it has ended. */
  async cancel(call: Call, id: OperationId): Promise<OperationRecord> {
    return this.steer(call, id, 'operation.cancel', async (session, operation) => {
      assertAllowed('operation', id, 'cancel', operation.state);
      await requestCancel(session, id);
    });
  }

  /** Throws `not-found`, and `conflict` when it did not fail or its VSYS was changed since. */
  async resume(call: Call, id: OperationId): Promise<OperationRecord> {
    return this.steer(call, id, 'operation.resume', async (session, operation) => {
      assertAllowed('operation', id, 'resume', operation.state);
      if (!(await reopenOperation(session, id))) throw overtaken(operation);
      await unparkVsys(session, operation.vsysId);
    });
  }

  private async steer(
    call: Call,
    id: OperationId,
    verb: string,
    work: (session: Session, operation: OperationRecord) => Promise<void>,
  ): Promise<OperationRecord> {
    const { operation, poolId } = await this.transactor.change(call, async (session) => {
      const before = await getOperation(session, call.scope, id);
      const vsys = await lockVsys(session, call.scope, before.vsysId, 'either').catch((error: unknown) => {
        // The operation is there but its VSYS is gone: there is nothing left to steer.
        throw error instanceof DomainError && error.code === 'not-found' ? overtaken(before) : error;
      });
      await work(session, await getOperation(session, call.scope, id));
      await announceVsys(session, vsys.id);
      await session.notify('openvsys_operation', id);
      const answer: Steered = { operation: await getOperation(session, call.scope, id), poolId: vsys.poolId };
      const audit = { organizationId: vsys.organizationId, verb, resource: id };
      return { answer, audit } satisfies Change<Steered>;
    });
    this.wakeUp.wake(poolId, operation.vsysId);
    return operation;
  }
}

function overtaken(operation: OperationRecord): DomainError {
  return new DomainError(
    'conflict',
    'The VSYS was changed since, so this operation cannot be steered any more.',
    {
      retry: 'never',
      remedy: 'Look at the newer operations of the VSYS.',
      details: { state: operation.state, vsysId: operation.vsysId },
    },
  );
}
