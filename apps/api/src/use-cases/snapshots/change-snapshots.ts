/** Takes snapshots, gives them up, and brings servers back to them: each is a change of the wanted state. */
import { Injectable } from '@nestjs/common';
import { listSnapshots, type Session } from '@openvsys/persistence';
import { DomainError, type Scope, type SnapshotId, type VServerId, type VsysId } from '@openvsys/vsys';
import type { Call } from '../call.js';
import type { Precondition } from '../precondition.js';
import type { Accepted } from '../vsys/accepted.js';
import { ChangeSpec } from '../vsys/change-spec.js';
import type { Plan } from '../vsys/plan.js';
import { PlanVsys } from '../vsys/plan-vsys.js';
import {
  specAfterRevert,
  specAfterSnapshot,
  specWithoutSnapshot,
  type SnapshotWish,
} from './snapshot-specs.js';

interface OnSystem {
  readonly vsysId: VsysId;
  readonly precondition: Precondition | undefined;
}
export interface TakeCommand extends OnSystem {
  readonly wish: SnapshotWish;
}
export interface SnapshotCommand extends OnSystem {
  readonly snapshot: SnapshotId;
}
export interface RevertCommand extends SnapshotCommand {
  /** None: all servers of the snapshot. */
  readonly servers: readonly VServerId[];
}

@Injectable()
export class ChangeSnapshots {
  constructor(
    private readonly changes: ChangeSpec,
    private readonly plans: PlanVsys,
  ) {}

  /** Throws `not-found`, `stale`, `conflict`, `quota-exceeded`. When it cannot be taken nothing of it stays. */
  async take(call: Call, { wish, ...command }: TakeCommand): Promise<Accepted> {
    return this.changes.execute(call, {
      ...command,
      decide: (vsys) => ({
        kind: 'snapshot.create',
        onFailure: 'rollback',
        ...specAfterSnapshot(vsys, wish),
      }),
    });
  }

  /** Throws `not-found`, `stale`, `conflict`. One that is partly gone is never wanted again. */
  async remove(call: Call, { snapshot, ...command }: SnapshotCommand): Promise<Accepted> {
    return this.changes.execute(call, {
      ...command,
      decide: (vsys) => ({
        kind: 'snapshot.delete',
        onFailure: 'keep',
        spec: specWithoutSnapshot(vsys, snapshot),
      }),
    });
  }

  /** Throws `not-found`, `stale`, `conflict`. */
  async revert(call: Call, { snapshot, servers, ...command }: RevertCommand): Promise<Accepted> {
    return this.changes.execute(call, {
      ...command,
      decide: async (vsys, session) => {
        const spec = specAfterRevert(vsys, snapshot, servers);
        await requireTaken(session, call.scope, snapshot);
        return { kind: 'snapshot.revert', onFailure: 'rollback', spec };
      },
    });
  }

  async planTake(call: Call, { vsysId, precondition, wish }: TakeCommand): Promise<Plan> {
    return this.plans.ofNext(call, vsysId, precondition, (vsys) => specAfterSnapshot(vsys, wish).spec);
  }

  async planRemove(call: Call, { vsysId, precondition, snapshot }: SnapshotCommand): Promise<Plan> {
    return this.plans.ofNext(call, vsysId, precondition, (vsys) => specWithoutSnapshot(vsys, snapshot));
  }

  async planRevert(call: Call, { vsysId, precondition, snapshot, servers }: RevertCommand): Promise<Plan> {
    return this.plans.ofNext(call, vsysId, precondition, (vsys) => specAfterRevert(vsys, snapshot, servers));
  }
}

/** One that was asked for and is not there yet is nothing to go back to. */
async function requireTaken(session: Session, scope: Scope, id: SnapshotId): Promise<void> {
  const { items } = await listSnapshots(session, scope, { id }, { limit: 1 });
  if (items[0]?.state === 'ready') return;
  throw new DomainError('conflict', `The snapshot ${id} is not taken yet.`, {
    retry: 'after-change',
    remedy: 'Wait for the operation that takes it.',
    details: { state: items[0]?.state ?? 'gone' },
  });
}
