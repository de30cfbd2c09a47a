/** Takes back-ups of disks and gives them up: each is a change of the wanted state of the system that they are of. */
import { Injectable } from '@nestjs/common';
import { getVdc, type LockedSystem, type Session } from '@openvsys/persistence';
import {
  assertAllowed,
  backupIdOf,
  diskFactsOf,
  DomainError,
  vsysOfPart,
  withBackup,
  withoutBackups,
  type BackupId,
  type BackupSpec,
  type DiskPart,
  type PartNumbers,
  type VsysSpec,
} from '@openvsys/vsys';
import type { Call } from '../call.js';
import { Placing } from '../placing/placing.js';
import type { Precondition } from '../precondition.js';
import type { Accepted } from '../vsys/accepted.js';
import { ChangeSpec } from '../vsys/change-spec.js';
import { numbersOf } from '../vsys/present-system.js';
import type { Plan } from '../vsys/plan.js';
import { PlanVsys } from '../vsys/plan-vsys.js';

export interface BackupWish {
  readonly name: string;
  /** A data disk, or a server for its system disk. */
  readonly source: DiskPart;
  /** Whether it stays when its system is deleted. */
  readonly onDeletion: 'stay' | 'go';
}

export interface TakeBackup extends BackupWish {
  readonly precondition?: Precondition | undefined;
}

export interface AcceptedBackup {
  readonly accepted: Accepted;
  readonly backup: BackupId;
}

/** Ids have four digits, and a number is never used again. */
const LAST_NUMBER = 9999;

@Injectable()
export class ChangeBackups {
  constructor(
    private readonly changes: ChangeSpec,
    private readonly plans: PlanVsys,
    private readonly placing: Placing,
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
        const { spec, numbers } = await this.next(session, call, vsys, [wish]);
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
    return this.plans.ofNext(
      call,
      vsysId,
      precondition,
      async (vsys, session) => (await this.next(session, call, vsys, [wish])).spec,
    );
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

  /** The spec with back-ups of several disks, all by one change. Throws as `take`. */
  async next(
    session: Session,
    call: Pick<Call, 'scope'>,
    vsys: Pick<LockedSystem, 'id' | 'phase' | 'spec' | 'numbers' | 'vdcId' | 'poolId'>,
    wishes: readonly BackupWish[],
  ): Promise<{ readonly spec: VsysSpec; readonly numbers: PartNumbers; readonly ids: readonly BackupId[] }> {
    assertAllowed('vsys', vsys.id, 'change', vsys.phase);
    const numbers = numbersOf(vsys);
    const { zoneId } = await getVdc(session, call.scope, vsys.vdcId);
    await this.placing.reserve(session, zoneId);
    let last = numbers.backup ?? 0;
    let { spec } = vsys;
    const ids: BackupId[] = [];
    for (const wish of wishes) {
      last = numberAfter(last);
      const backup = await this.specOf(session, vsys, zoneId, { ...wish, number: last });
      ids.push(backup.id);
      spec = withBackup(spec, backup);
    }
    return {
      spec: { ...spec, generation: vsys.spec.generation + 1 },
      numbers: { ...numbers, backup: last },
      ids,
    };
  }

  private async specOf(
    session: Session,
    vsys: Pick<LockedSystem, 'id' | 'spec' | 'poolId'>,
    zoneId: string,
    { name, source, onDeletion, number }: BackupWish & { readonly number: number },
  ): Promise<BackupSpec> {
    const { id, sizeGiB, sr, server } = diskFactsOf(vsys.spec, source);
    const image = server?.id === id ? server.image : undefined;
    const place = await this.placing.placeBackup(session, vsys.poolId, zoneId, { sizeGiB, sr, image });
    const stays = onDeletion === 'stay' ? { outlives: true as const } : {};
    return { id: backupIdOf(vsys.id, number), name, source: id, sizeGiB, ...place, ...stays };
  }
}

function numberAfter(last: number): number {
  if (last < LAST_NUMBER) return last + 1;
  throw new DomainError(
    'address-exhausted',
    `The VSYS has used up its ${LAST_NUMBER} numbers for back-ups.`,
    {
      remedy: 'Make a new VSYS from the same descriptor.',
    },
  );
}
