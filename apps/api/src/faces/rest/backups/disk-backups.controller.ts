/** Back-ups of one disk: taken and listed where the disk is. */
import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { vdiskId, vserverId, type DiskPart } from '@openvsys/vsys';
import { Allow } from '../../../http/allow.decorator.js';
import { FromCaller } from '../../../http/call.js';
import { Describe, MatchOptional, Repeatable } from '../../../http/describe.decorator.js';
import { preconditionOf } from '../../../http/etag.js';
import { Exchange, type HttpExchange } from '../../../http/exchange.js';
import { PageQuery, pageRequestOf } from '../../../http/paging.js';
import type { Call } from '../../../use-cases/call.js';
import { ChangeBackups } from '../../../use-cases/backups/change-backups.js';
import { ReadBackups } from '../../../use-cases/backups/read-backups.js';
import { acceptedView } from '../operations/accepted.js';
import type { AcceptedView } from '../operations/operations.views.js';
import { ACCEPTED_OR_PLAN } from '../vsys/admission.doc.js';
import type { PlanView } from '../vsys/plan.views.js';
import { DryRunQuery } from '../vsys/vsys.requests.js';
import { TakeBackupRequest } from './backups.requests.js';
import { BackupPage } from './backups.views.js';

const TAKE = {
  description:
    'A full copy as the disk is now, of one in use too: what the guest has not written yet is not in it. It is complete or not there. It goes to storage for back-ups where there is some, else to another storage than the disk’s, else beside the disk; `placed` says which. Among `added` of the answer is its id.',
  answers: ACCEPTED_OR_PLAN,
  problems: ['not-found', 'conflict', 'quota-exceeded', 'no-capacity', 'address-exhausted'],
} as const;
const LIST = {
  description: 'Those that are being taken or deleted among them.',
  answers: [{ status: 200, description: 'A page of back-ups.', type: BackupPage }],
  problems: ['not-found'],
} as const;

@ApiTags('Back-ups')
@Controller('v1')
export class DiskBackupsController {
  constructor(
    private readonly changes: ChangeBackups,
    private readonly backups: ReadBackups,
  ) {}

  @Post('vdisks/:vdiskId/backups')
  @Allow('vsys:change')
  @Repeatable()
  @MatchOptional()
  @Describe({ summary: 'Back a disk up', ...TAKE })
  async backUpVDisk(
    @FromCaller() call: Call,
    @Param('vdiskId') id: string,
    @Query() query: DryRunQuery,
    @Body() body: TakeBackupRequest,
    @Exchange() exchange: HttpExchange,
  ): Promise<AcceptedView | PlanView> {
    return this.take(call, vdiskId(id), body, { query, exchange });
  }

  @Post('vservers/:vserverId/backups')
  @Allow('vsys:change')
  @Repeatable()
  @MatchOptional()
  @Describe({ summary: 'Back a system disk up', ...TAKE })
  async backUpVServer(
    @FromCaller() call: Call,
    @Param('vserverId') id: string,
    @Query() query: DryRunQuery,
    @Body() body: TakeBackupRequest,
    @Exchange() exchange: HttpExchange,
  ): Promise<AcceptedView | PlanView> {
    return this.take(call, vserverId(id), body, { query, exchange });
  }

  @Get('vdisks/:vdiskId/backups')
  @Allow('vsys:read')
  @Describe({ summary: 'List back-ups of a disk', ...LIST })
  async listVDiskBackups(
    @FromCaller() call: Call,
    @Param('vdiskId') id: string,
    @Query() query: PageQuery,
  ): Promise<BackupPage> {
    return this.backups.listOf(call, vdiskId(id), pageRequestOf(query));
  }

  @Get('vservers/:vserverId/backups')
  @Allow('vsys:read')
  @Describe({ summary: 'List back-ups of a system disk', ...LIST })
  async listVServerBackups(
    @FromCaller() call: Call,
    @Param('vserverId') id: string,
    @Query() query: PageQuery,
  ): Promise<BackupPage> {
    return this.backups.listOf(call, vserverId(id), pageRequestOf(query));
  }

  private async take(
    call: Call,
    source: DiskPart,
    { name, outlives }: TakeBackupRequest,
    { query, exchange }: { readonly query: DryRunQuery; readonly exchange: HttpExchange },
  ): Promise<AcceptedView | PlanView> {
    const onDeletion = outlives === true ? 'stay' : 'go';
    const wish = { source, name, onDeletion, precondition: preconditionOf(exchange.ifMatch) } as const;
    if (query.dryRun !== true)
      return acceptedView(exchange.response, (await this.changes.take(call, wish)).accepted);
    exchange.response.status(200);
    return this.changes.planTake(call, wish);
  }
}
