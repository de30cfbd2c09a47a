/** Keys with which other tenants restore from a back-up. */
import { Body, Controller, Delete, Get, HttpCode, Param, Put } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { backupId, contractId } from '@openvsys/vsys';
import { Allow } from '../../../http/allow.decorator.js';
import { FromCaller } from '../../../http/call.js';
import { Describe } from '../../../http/describe.decorator.js';
import type { Call } from '../../../use-cases/call.js';
import { ManageCopyKeys } from '../../../use-cases/backups/manage-copy-keys.js';
import { CopyKeyRequest } from './backups.requests.js';
import { CopyKeyView } from './backups.views.js';

@ApiTags('Back-ups')
@Controller('v1/backups/:backupId/copy-key')
export class BackupCopyKeysController {
  constructor(private readonly keys: ManageCopyKeys) {}

  @Put()
  @Allow('vsys:change')
  @Describe({
    summary: 'Set a copy key',
    description: 'A new key each time; the one before is worth nothing any more.',
    answers: [{ status: 200, description: 'The key.', type: CopyKeyView }],
    problems: ['not-found'],
  })
  async setBackupCopyKey(
    @FromCaller() call: Call,
    @Param('backupId') id: string,
    @Body() { contracts = [] }: CopyKeyRequest,
  ): Promise<CopyKeyView> {
    return this.keys.set(call, backupId(id), contracts.map(contractId));
  }

  @Get()
  @Allow('vsys:change')
  @Describe({
    summary: 'Get the copy key',
    description: 'For who may set it.',
    answers: [{ status: 200, description: 'The key.', type: CopyKeyView }],
    problems: ['not-found'],
  })
  async getBackupCopyKey(@FromCaller() call: Call, @Param('backupId') id: string): Promise<CopyKeyView> {
    return this.keys.get(call, backupId(id));
  }

  @Delete()
  @HttpCode(204)
  @Allow('vsys:change')
  @Describe({
    summary: 'Withdraw the copy key',
    description: 'Copies that were begun with it go on.',
    answers: [{ status: 204, description: 'Withdrawn.' }],
    problems: ['not-found'],
  })
  async withdrawBackupCopyKey(@FromCaller() call: Call, @Param('backupId') id: string): Promise<void> {
    await this.keys.withdraw(call, backupId(id));
  }
}
