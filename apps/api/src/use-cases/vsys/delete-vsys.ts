/** Deletes a VSYS: from now on nothing of it is wanted. */
import { Injectable } from '@nestjs/common';
import { absent, assertAllowed, type VsysId, type VsysPhase, type VsysSpec } from '@openvsys/vsys';
import type { Call } from '../call.js';
import type { Precondition } from '../precondition.js';
import type { Accepted } from './accepted.js';
import { ChangeSpec } from './change-spec.js';

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
  constructor(private readonly changes: ChangeSpec) {}

  /** Throws `not-found`, `stale`, and `conflict` when it is being deleted already. */
  async execute(call: Call, command: DeleteVsysCommand): Promise<Accepted> {
    return this.changes.execute(call, {
      ...command,
      // A half-deleted system is never brought back: what fails is kept, so that deleting can be resumed.
      decide: (vsys) => ({ kind: 'vsys.delete', onFailure: 'keep', spec: specAfterDelete(vsys) }),
    });
  }
}
