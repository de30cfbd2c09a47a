/** Policies of a system: when its disks are backed up by themselves, and which of the back-ups stay. */
import { Injectable } from '@nestjs/common';
import {
  Database,
  deleteBackupPolicy,
  getVsys,
  insertBackupPolicy,
  listBackupPolicies,
  lockVsys,
  type BackupPolicyRecord,
} from '@openvsys/persistence';
import {
  DomainError,
  MAX_BACKUP_POLICIES,
  nextRun,
  policySources,
  requireKeeping,
  type CronTime,
  type KeepRules,
  type VsysId,
  type VsysSpec,
} from '@openvsys/vsys';
import type { Call } from '../call.js';
import { BusinessTime, FreshIds } from '../clock.js';
import { Transactor } from '../transactor.js';

export interface NewPolicyCommand extends CronTime {
  readonly name: string;
  /** Names of data disks and servers; none: all. */
  readonly sources: readonly string[];
  readonly keep: KeepRules;
}

@Injectable()
export class ManageBackupPolicies {
  constructor(
    private readonly database: Database,
    private readonly transactor: Transactor,
    private readonly time: BusinessTime,
    private readonly ids: FreshIds,
  ) {}

  /** Throws `not-found`. */
  async list(call: Call, id: VsysId): Promise<readonly BackupPolicyRecord[]> {
    return this.database.session(async (session) => {
      await getVsys(session, call.scope, id);
      return listBackupPolicies(session, id);
    });
  }

  /** Throws `not-found` for unknown disks too, `invalid-request` for a wrong expression, zone or rule, `conflict` when there are too many. */
  async add(call: Call, id: VsysId, command: NewPolicyCommand): Promise<BackupPolicyRecord> {
    const nextAt = nextRun(command, this.time.now());
    if (nextAt === undefined) throw neverDue(command.cron);
    requireKeeping(command.keep);
    return this.transactor.change(call, async (session, at) => {
      const vsys = await lockVsys(session, call.scope, id);
      requireSources(vsys.spec, command.sources);
      if ((await listBackupPolicies(session, id)).length >= MAX_BACKUP_POLICIES) throw tooMany(id);
      const { actor: createdBy } = call.principal;
      const policy = { ...command, id: this.ids.uuid(), vsysId: id, nextAt, createdBy, createdAt: at };
      await insertBackupPolicy(session, policy);
      const { organizationId } = vsys;
      const detail = { policy: policy.id, ...command };
      return {
        answer: { ...policy, lastRun: null },
        audit: { organizationId, verb: 'backup.policy.add', resource: id, detail },
      };
    });
  }

  /** Its back-ups stay. Throws `not-found`. */
  async remove(call: Call, id: VsysId, policy: string): Promise<void> {
    await this.transactor.change(call, async (session) => {
      const { organizationId } = await lockVsys(session, call.scope, id, 'either');
      await deleteBackupPolicy(session, id, policy);
      const audit = { organizationId, verb: 'backup.policy.remove', resource: id, detail: { policy } };
      return { answer: {}, audit };
    });
  }
}

function requireSources(spec: VsysSpec, names: readonly string[]): void {
  const unknown = names.find((name) => policySources(spec, [name]).length === 0);
  if (unknown === undefined) return;
  throw new DomainError('not-found', `The VSYS has no disk or server “${unknown}”.`, {
    pointer: '/sources',
    remedy: 'Take names of its VDisks, or of VServers for their system disks.',
  });
}

function neverDue(cron: string): DomainError {
  return new DomainError('invalid-request', `“${cron}” is never due.`, {
    pointer: '/cron',
    remedy: 'Choose days that exist.',
  });
}

function tooMany(id: VsysId): DomainError {
  return new DomainError('conflict', `${id} has ${MAX_BACKUP_POLICIES} back-up policies already.`, {
    retry: 'after-change',
    remedy: 'Delete one first, or let one be about several disks.',
  });
}
