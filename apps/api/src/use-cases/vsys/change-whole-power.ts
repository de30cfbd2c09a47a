/** Starts, stops and restarts a whole system with one operation. */
import { Injectable } from '@nestjs/common';
import type { VsysId } from '@openvsys/vsys';
import type { Call } from '../call.js';
import type { Precondition } from '../precondition.js';
import type { Accepted } from './accepted.js';
import { ChangeSpec } from './change-spec.js';
import { specAfterWholePower, type WholePowerVerb } from './whole-power.js';

export interface WholePowerCommand {
  readonly vsysId: VsysId;
  readonly precondition: Precondition | undefined;
  readonly verb: WholePowerVerb;
}

@Injectable()
export class ChangeWholePower {
  constructor(private readonly changes: ChangeSpec) {}

  /** Throws `not-found`, `stale`, `conflict` when it is wanted so already, `no-capacity` and `quota-exceeded` for a start. */
  async execute(call: Call, { verb, ...command }: WholePowerCommand): Promise<Accepted> {
    return this.changes.execute(call, {
      ...command,
      decide: (vsys) => ({
        kind: `vsys.${verb}`,
        onFailure: 'rollback',
        spec: specAfterWholePower(vsys, verb),
      }),
    });
  }
}
