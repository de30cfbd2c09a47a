/**
 * Deletes a VSYS: into the recycle bin where its VDC has one, else for good. What is protected is not deleted; what is in the
 * bin can be restored or purged.
 */
import { Injectable } from '@nestjs/common';
import {
  getBinHours,
  getVsysSettings,
  listConnections,
  listUnfinishedBackups,
  setBinned,
  type PresentSystem,
  type Session,
} from '@openvsys/persistence';
import {
  absent,
  assertAllowed,
  DomainError,
  farewellOf,
  withBackupsOutliving,
  type Farewell,
  type VsysId,
  type VsysSpec,
} from '@openvsys/vsys';
import type { Call } from '../call.js';
import type { Precondition } from '../precondition.js';
import type { Accepted } from './accepted.js';
import { DropConnections } from '../connections/drop-connections.js';
import { ChangeSpec } from './change-spec.js';
import { withoutPlan } from './same-plan.js';

export interface DeleteVsysCommand {
  readonly vsysId: VsysId;
  readonly precondition: Precondition | undefined;
  /** `bin`: as its VDC has it · `purge`: for good, out of the bin too. */
  readonly way: 'bin' | 'purge';
  /** `keep`: all of them stay · absent: those that were taken to stay. */
  readonly backups?: 'keep' | undefined;
}

type Leaving = Pick<PresentSystem, 'id' | 'vdcId' | 'phase' | 'spec' | 'purgeAt'>;

@Injectable()
export class DeleteVsys {
  constructor(
    private readonly changes: ChangeSpec,
    private readonly connections: DropConnections,
  ) {}

  /** Throws `not-found`, `stale`, and `conflict` when it is protected, in the bin, or being deleted already. */
  async execute(call: Call, { way, backups, ...command }: DeleteVsysCommand): Promise<Accepted> {
    const ending: string[] = [];
    const accepted = await this.changes.execute(call, {
      ...command,
      side: 'either',
      decide: async (vsys, session, at) => {
        requireUnprotected(vsys.id, (await getVsysSettings(session, vsys.id)).protected);
        const { kind, spec, bin } = await farewell(session, vsys, { way, backups }, at);
        if (spec.presence === 'absent')
          ending.push(...(await listConnections(session, vsys.id)).map(({ id }) => id));
        return {
          kind,
          spec,
          // A half-deleted system is never brought back: what fails is kept, so that deleting can be resumed.
          onFailure: 'keep',
          also: async (own) => setBinned(own, vsys.id, bin ?? null),
        };
      },
    });
    for (const id of ending) await this.connections.drop(withoutPlan(call), id);
    return accepted;
  }
}

/**
 * What deleting it now would mean. Throws `conflict` when it is in the bin or being deleted already, or a back-up that shall be kept is
 * not complete yet.
 */
export async function farewell(
  session: Session,
  vsys: Leaving,
  { way, backups }: Pick<DeleteVsysCommand, 'way' | 'backups'>,
  at: Date,
): Promise<Farewell> {
  assertAllowed('vsys', vsys.id, 'delete', vsys.phase);
  const spec = backups === 'keep' ? withBackupsOutliving(vsys.spec) : vsys.spec;
  await requireComplete(session, spec);
  if (way === 'purge') return { kind: 'vsys.delete', spec: absent(spec), bin: undefined };
  if (vsys.purgeAt === null) return farewellOf(spec, await getBinHours(session, vsys.vdcId), at);
  throw new DomainError('conflict', `${vsys.id} is in the recycle bin already.`, {
    remedy: 'Restore it (POST …/restore), or delete it for good (DELETE …?purge=true).',
    details: { purgeAt: vsys.purgeAt.toISOString(), allowed: ['restore', 'purge'] },
  });
}

/** Nothing can be copied from a disk that goes. */
async function requireComplete(session: Session, { vsysId, backups = [] }: VsysSpec): Promise<void> {
  const staying = new Set(backups.filter(({ outlives }) => outlives === true).map(({ id }) => id));
  if (staying.size === 0) return;
  const unfinished = (await listUnfinishedBackups(session, vsysId)).filter((id) => staying.has(id));
  if (unfinished.length === 0) return;
  throw new DomainError('conflict', `${unfinished.join(', ')} shall be kept and is not complete yet.`, {
    retry: 'after-change',
    remedy: 'Wait until it is ready, or delete it first.',
    details: { backups: unfinished },
  });
}

function requireUnprotected(id: VsysId, isProtected: boolean): void {
  if (!isProtected) return;
  throw new DomainError('conflict', `${id} is protected against deletion.`, {
    retry: 'after-change',
    remedy: 'Take the protection away (PATCH …/settings with `{"protected": false}`) and repeat.',
    details: { protected: true },
  });
}
