/** Back-ups by their own ids: list, show, restore, delete. They may outlive the system that they are of. */
import { Body, Controller, Delete, Get, Param, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { backupId, vdiskId, vserverId, vsysId, type DiskPart } from '@openvsys/vsys';
import { Allow } from '../../../http/allow.decorator.js';
import { FromCaller } from '../../../http/call.js';
import { Describe, MatchOptional, Repeatable } from '../../../http/describe.decorator.js';
import { preconditionOf } from '../../../http/etag.js';
import { Exchange, type HttpExchange } from '../../../http/exchange.js';
import { pageRequestOf } from '../../../http/paging.js';
import type { Call } from '../../../use-cases/call.js';
import { ChangeBackups } from '../../../use-cases/backups/change-backups.js';
import { ReadBackups } from '../../../use-cases/backups/read-backups.js';
import { RestoreBackup } from '../../../use-cases/backups/restore-backup.js';
import { acceptedView } from '../operations/accepted.js';
import { AcceptedView } from '../operations/operations.views.js';
import { ACCEPTED_OR_PLAN, ADMISSION_PROBLEMS } from '../vsys/admission.doc.js';
import type { PlanView } from '../vsys/plan.views.js';
import { DryRunQuery } from '../vsys/vsys.requests.js';
import { BackupQuery, RestoreRequest, RestoreToNewDiskRequest } from './backups.requests.js';
import { BackupPage, BackupView } from './backups.views.js';

/** Throws `not-found` for what is neither. */
const diskPartOf = (id: string): DiskPart => (id.includes('-S-') ? vserverId(id) : vdiskId(id));

@ApiTags('Back-ups')
@Controller('v1/backups')
export class BackupsController {
  constructor(
    private readonly changes: ChangeBackups,
    private readonly backups: ReadBackups,
    private readonly restores: RestoreBackup,
  ) {}

  @Get()
  @Allow('vsys:read')
  @Describe({
    summary: 'List back-ups',
    description: 'Of all systems, deleted ones too, that the caller may see.',
    answers: [{ status: 200, description: 'A page of back-ups.', type: BackupPage }],
    problems: [],
  })
  async listBackups(@FromCaller() call: Call, @Query() query: BackupQuery): Promise<BackupPage> {
    const { source, policyId, state } = query;
    const of = query.vsysId === undefined ? undefined : vsysId(query.vsysId);
    return this.backups.list(call, { vsysId: of, source, policyId, state }, pageRequestOf(query));
  }

  @Get(':backupId')
  @Allow('vsys:read')
  @Describe({
    summary: 'Get a back-up',
    description: 'Its state, what it is of, and where it is kept.',
    answers: [{ status: 200, description: 'The back-up.', type: BackupView }],
    problems: ['not-found'],
  })
  async getBackup(@FromCaller() call: Call, @Param('backupId') id: string): Promise<BackupView> {
    return this.backups.get(call, backupId(id));
  }

  @Delete(':backupId')
  @Allow('vsys:change')
  @Repeatable()
  @MatchOptional()
  @Describe({
    summary: 'Delete a back-up',
    description:
      'In any state, of a deleted system too. Metering of it ends when it is gone from the pool. What was restored from it stays.',
    answers: [
      { status: 202, description: 'Accepted; the operation tells how far it is.', type: AcceptedView },
    ],
    problems: ['not-found'],
  })
  async deleteBackup(
    @FromCaller() call: Call,
    @Param('backupId') id: string,
    @Exchange() { ifMatch, response }: HttpExchange,
  ): Promise<AcceptedView> {
    return acceptedView(response, await this.changes.remove(call, backupId(id), preconditionOf(ifMatch)));
  }

  @Post(':backupId/restore')
  @Allow('vsys:change')
  @Repeatable()
  @MatchOptional()
  @Describe({
    summary: 'Restore a disk',
    description:
      'The disk gets the contents of the back-up; what is on it now is lost. In place, or any disk of a system in the same pool; of a back-up of another tenant with its key.',
    answers: ACCEPTED_OR_PLAN,
    problems: ['not-found', 'conflict', 'quota-exceeded'],
  })
  async restoreBackup(
    @FromCaller() call: Call,
    @Param('backupId') id: string,
    @Query() { dryRun }: DryRunQuery,
    @Body() { disk, stopServer, key }: RestoreRequest,
    @Exchange() { ifMatch, response }: HttpExchange,
  ): Promise<AcceptedView | PlanView> {
    const running = stopServer === true ? 'stop' : 'refuse';
    const target = disk === undefined ? undefined : diskPartOf(disk);
    const precondition = preconditionOf(ifMatch);
    const command = { backup: backupId(id), key, disk: target, running, precondition } as const;
    if (dryRun !== true) return acceptedView(response, await this.restores.toDisk(call, command));
    response.status(200);
    return this.restores.planToDisk(call, command);
  }

  @Post(':backupId/restore-to-new-disk')
  @Allow('vsys:change')
  @Repeatable()
  @MatchOptional()
  @Describe({
    summary: 'Restore to a new disk',
    description:
      'A new VDisk with the contents of the back-up, in its own system or another one of the same pool; of a back-up of another tenant with its key.',
    answers: ACCEPTED_OR_PLAN,
    problems: ADMISSION_PROBLEMS,
  })
  async restoreBackupToNewDisk(
    @FromCaller() call: Call,
    @Param('backupId') id: string,
    @Query() { dryRun }: DryRunQuery,
    @Body() { vsysId: system, vserverId: server, ...disk }: RestoreToNewDiskRequest,
    @Exchange() { ifMatch, response }: HttpExchange,
  ): Promise<AcceptedView | PlanView> {
    const command = {
      ...disk,
      backup: backupId(id),
      vsysId: system === undefined ? undefined : vsysId(system),
      vserverId: server === undefined ? undefined : vserverId(server),
      precondition: preconditionOf(ifMatch),
    };
    if (dryRun !== true) return acceptedView(response, await this.restores.toNewDisk(call, command));
    response.status(200);
    return this.restores.planToNewDisk(call, command);
  }
}
