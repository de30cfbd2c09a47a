/**
 * Brings the contents of a back-up back: in place, to another disk, or to a new one, in any system of the same pool that the caller
 * may change. A back-up of another tenant is copied with its key.
 */
import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import {
  Database,
  getBackup,
  getBackupByKey,
  getVsys,
  type BackupRecord,
  type LockedSystem,
  type Session,
} from '@openvsys/persistence';
import {
  assertAllowed,
  contractOf,
  diskFactsOf,
  DomainError,
  poolId,
  vsysOfPart,
  withOrigin,
  type BackupId,
  type DiskFacts,
  type DiskPart,
  type PoolId,
  type VServerId,
  type VsysId,
  type VsysSpec,
} from '@openvsys/vsys';
import type { Call } from '../call.js';
import { createdDisk } from '../parts/disk-edits.js';
import { EditParts, type PartEdit } from '../parts/edit-parts.js';
import type { Precondition } from '../precondition.js';
import type { Accepted } from '../vsys/accepted.js';
import { ChangeSpec } from '../vsys/change-spec.js';
import type { Plan } from '../vsys/plan.js';
import { PlanVsys } from '../vsys/plan-vsys.js';

export const hashOfKey = (key: string): string => createHash('sha256').update(key).digest('hex');

export interface RestoreSource {
  readonly backup: BackupId;
  /** Of one that belongs to another tenant. */
  readonly key?: string | undefined;
}

export interface RestoreToDisk extends RestoreSource {
  /** Absent: to the disk that it was taken of. */
  readonly disk?: DiskPart | undefined;
  /** `refuse`: throws when a server that uses the disk is to run · `stop`: that one is shut down for it and started again. */
  readonly running: 'refuse' | 'stop';
  readonly precondition?: Precondition | undefined;
}

export interface RestoreToNewDisk extends RestoreSource {
  /** Absent: in the system that it was taken of. */
  readonly vsysId?: VsysId | undefined;
  readonly name: string;
  /** Absent: as large as the one that it was taken of. */
  readonly sizeGiB?: number | undefined;
  readonly diskClass?: string | undefined;
  /** Absent: attached to nothing. */
  readonly vserverId?: VServerId | undefined;
  readonly precondition?: Precondition | undefined;
}

@Injectable()
export class RestoreBackup {
  constructor(
    private readonly database: Database,
    private readonly changes: ChangeSpec,
    private readonly plans: PlanVsys,
    private readonly edits: EditParts,
  ) {}

  /** Throws `not-found`, `stale`, `conflict` when it is not complete, elsewhere, or too large, or the disk is in use. */
  async toDisk(call: Call, command: RestoreToDisk): Promise<Accepted> {
    const disk = await this.targetOf(call, command);
    return this.changes.execute(call, {
      vsysId: vsysOfPart(disk),
      precondition: command.precondition,
      decide: async (vsys, session) => ({
        kind: 'backup.restore',
        onFailure: 'rollback',
        spec: await restored(session, call, vsys, { ...command, disk }),
      }),
    });
  }

  /** Throws as `toDisk`. */
  async planToDisk(call: Call, command: RestoreToDisk): Promise<Plan> {
    const disk = await this.targetOf(call, command);
    const { precondition } = command;
    return this.plans.ofNext(call, vsysOfPart(disk), precondition, async (vsys, session) =>
      restored(session, call, vsys, { ...command, disk }),
    );
  }

  /** Throws as `toDisk`, and what adding a disk throws. */
  async toNewDisk(call: Call, command: RestoreToNewDisk): Promise<Accepted> {
    const edit = await this.newDiskEdit(call, command);
    return this.edits.execute(call, edit, { precondition: command.precondition });
  }

  async planToNewDisk(call: Call, command: RestoreToNewDisk): Promise<Plan> {
    const edit = await this.newDiskEdit(call, command);
    return this.edits.preview(call, edit, { precondition: command.precondition });
  }

  private async targetOf(call: Call, { disk, ...source }: RestoreToDisk): Promise<DiskPart> {
    if (disk !== undefined) return disk;
    const { source: own } = await this.database.session(async (session) =>
      readable(session, call, source, vsysOfPart(source.backup)),
    );
    return own as DiskPart;
  }

  private async newDiskEdit(call: Call, command: RestoreToNewDisk): Promise<PartEdit> {
    const { name, diskClass, vserverId } = command;
    const { backup, vsysId } = await this.database.session(async (session) => {
      const found = await readable(session, call, command, command.vsysId ?? vsysOfPart(command.backup));
      const target = await getVsys(session, call.scope, command.vsysId ?? found.vsysId);
      requireUsable(found, poolId(target.poolId));
      return { backup: found, vsysId: target.id };
    });
    const sizeGiB = command.sizeGiB ?? backup.sizeGiB;
    requireRoom(backup, sizeGiB);
    const about = { kind: 'backup.restore', resource: vsysId };
    const disk = { vsysId, name, sizeGiB, ...(diskClass && { diskClass }), ...(vserverId && { vserverId }) };
    return { ...createdDisk(disk), about, shape: (next) => filledNewDisk(next, name, backup.id) };
  }
}

/** The new disk is filled before anybody uses it. */
function filledNewDisk(next: VsysSpec, name: string, backup: BackupId): VsysSpec {
  const origin = { from: { backup }, count: next.generation };
  return { ...next, disks: next.disks.map((disk) => (disk.name === name ? { ...disk, origin } : disk)) };
}

async function restored(
  session: Session,
  call: Call,
  vsys: Pick<LockedSystem, 'id' | 'phase' | 'spec' | 'poolId'>,
  command: RestoreToDisk & { readonly disk: DiskPart },
): Promise<VsysSpec> {
  assertAllowed('vsys', vsys.id, 'change', vsys.phase);
  const backup = await readable(session, call, command, vsys.id);
  requireUsable(backup, vsys.poolId);
  const facts = diskFactsOf(vsys.spec, command.disk);
  requireRoom(backup, facts.sizeGiB);
  if (command.running === 'refuse') requireUnused(facts);
  return withOrigin(vsys.spec, facts.id, { backup: backup.id });
}

/** One of the caller's own tenant, or one that the key opens for the tenant of the system `into`. Throws `not-found`. */
async function readable(
  session: Session,
  call: Call,
  { backup, key }: RestoreSource,
  into: VsysId,
): Promise<BackupRecord> {
  if (key === undefined) return getBackup(session, call.scope, backup);
  return getBackupByKey(session, backup, { keyHash: hashOfKey(key), contract: contractOf(into) });
}

function requireUsable({ id, takenAt, state, poolId: home }: BackupRecord, pool: PoolId): void {
  if (takenAt === null || state !== 'ready') {
    throw new DomainError('conflict', `The back-up ${id} is ${state}, so nothing can be restored from it.`, {
      retry: 'after-change',
      remedy: 'Wait until it is ready.',
      details: { state },
    });
  }
  if (home === pool) return;
  throw new DomainError('conflict', `The back-up ${id} is in another pool than the system.`, {
    pointer: '/vsysId',
    retry: 'after-change',
    remedy: 'Restore it to a system of the pool that it is in, e.g. a clone of its own system.',
  });
}

function requireRoom({ id, sizeGiB }: BackupRecord, available: number): void {
  if (sizeGiB <= available) return;
  throw new DomainError('conflict', `The back-up ${id} has ${sizeGiB} GiB, the disk only ${available}.`, {
    pointer: '/sizeGiB',
    retry: 'after-change',
    remedy: 'Grow the disk first, or restore to a new disk.',
    details: { needed: sizeGiB, available },
  });
}

function requireUnused({ server, name }: DiskFacts): void {
  if (server === null || server.power === 'stopped') return;
  throw new DomainError(
    'conflict',
    `The disk “${name}” is used by “${server.name}”, which is to be ${server.power}.`,
    {
      pointer: '/stopServer',
      retry: 'after-change',
      remedy:
        'Stop the server first, or repeat with `stopServer: true`: it is shut down for it and started again.',
      details: { server: server.id, power: server.power },
    },
  );
}
