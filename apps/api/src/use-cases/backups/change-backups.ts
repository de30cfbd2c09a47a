/** Takes back-ups of disks and gives them up: each is a change of the wanted state of the system that they are of. */
import { Injectable } from '@nestjs/common';
import { nextBackups, type BackupWish } from '@openvsys/persistence';
import { assertAllowed, DomainError, vsysOfPart, withoutBackups, type BackupId } from '@openvsys/vsys';
import type { Call } from '../call.js';
import type { Precondition } from '../precondition.js';
import type { Accepted } from '../vsys/accepted.js';
import { ChangeSpec } from '../vsys/change-spec.js';
import type { Plan } from '../vsys/plan.js';
import { PlanVsys } from '../vsys/plan-vsys.js';

export interface TakeBackup extends BackupWish {
  readonly precondition?: Precondition | undefined;
}

export interface AcceptedBackup {
  readonly accepted: Accepted;
  readonly backup: BackupId;
}

@Injectable()
export class ChangeBackups {
  constructor(
    private readonly changes: ChangeSpec,
    private readonly plans: PlanVsys,
  ) {}

  /**
   * Of a disk in use too. Throws `not-found`, `stale`, `conflict`, `quota-exceeded`, `no-capacity`. When it cannot be taken nothing of
   * it stays.
   */
  async take(call: Call, { precondition, ...wish }: TakeBackup): Promise<AcceptedBackup> {
    const vsysId = vsysOfPart(wish.source);
    const accepted = await this.changes.execute(call, {
      vsysId,
      precondition,
      decide: async (vsys, session) => {
        assertAllowed('vsys', vsys.id, 'change', vsys.phase);
        const { spec, numbers } = await nextBackups(session, vsys, [wish]);
        return { kind: 'backup.create', onFailure: 'rollback', spec, numbers };
      },
    });
    const backup = accepted.added.find(({ kind }) => kind === 'backup');
    if (backup === undefined)
      throw new DomainError('internal', 'A back-up was admitted that is not in its spec.');
    return { accepted, backup: backup.id as BackupId };
  }

  /** Throws as `take`, but for `quota-exceeded` and `no-capacity`, which it says. */
  async planTake(call: Call, { precondition, ...wish }: TakeBackup): Promise<Plan> {
    const vsysId = vsysOfPart(wish.source);
    return this.plans.ofNext(call, vsysId, precondition, async (vsys, session) => {
      assertAllowed('vsys', vsys.id, 'change', vsys.phase);
      return (await nextBackups(session, vsys, [wish])).spec;
    });
  }

  /** From any state, of a deleted system too. Throws `not-found`, `stale`. One that is partly gone is never wanted again. */
  async remove(call: Call, id: BackupId, precondition?: Precondition): Promise<Accepted> {
    return this.changes.execute(call, {
      vsysId: vsysOfPart(id),
      precondition,
      side: 'deleted-too',
      decide: (vsys) => ({
        kind: 'backup.delete',
        onFailure: 'keep',
        spec: withoutBackups(vsys.spec, [id]),
      }),
    });
  }
}
