/** Policies: disks that are backed up by themselves. */
import { Body, Controller, Delete, Get, Param, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { vsysId } from '@openvsys/vsys';
import { Allow } from '../../../http/allow.decorator.js';
import { FromCaller } from '../../../http/call.js';
import { Describe, Repeatable } from '../../../http/describe.decorator.js';
import { requireUuid } from '../../../http/require-uuid.js';
import type { Call } from '../../../use-cases/call.js';
import { ManageBackupPolicies } from '../../../use-cases/backups/manage-backup-policies.js';
import { BackupPolicyPage, BackupPolicyRequest, BackupPolicyView } from './policies.views.js';

@ApiTags('Back-ups')
@Controller('v1/vsys/:vsysId/backup-policies')
export class BackupPoliciesController {
  constructor(private readonly policies: ManageBackupPolicies) {}

  @Get()
  @Allow('vsys:read')
  @Describe({
    summary: 'List back-up policies',
    description: 'With the next due time and what became of the last one.',
    answers: [{ status: 200, description: 'All policies.', type: BackupPolicyPage }],
    problems: ['not-found'],
  })
  async listBackupPolicies(@FromCaller() call: Call, @Param('vsysId') id: string): Promise<BackupPolicyPage> {
    return { items: await this.policies.list(call, vsysId(id)), nextCursor: null };
  }

  @Post()
  @Allow('vsys:change')
  @Repeatable()
  @Describe({
    summary: 'Add a back-up policy',
    description:
      'At each due time all its disks are backed up, exactly once, whichever worker is there. Due times that were missed while no worker ran are not made up for one by one: the last of them counts. Of each disk as many complete back-ups stay as its rules want; the others are deleted. One that cannot be taken is given up and noted.',
    answers: [{ status: 201, description: 'The policy with its first due time.', type: BackupPolicyView }],
    problems: ['not-found', 'conflict'],
  })
  async addBackupPolicy(
    @FromCaller() call: Call,
    @Param('vsysId') id: string,
    @Body() { sources = [], ...body }: BackupPolicyRequest,
  ): Promise<BackupPolicyView> {
    return this.policies.add(call, vsysId(id), { ...body, sources });
  }

  @Delete(':policyId')
  @Allow('vsys:change')
  @Repeatable()
  @Describe({
    summary: 'Remove a back-up policy',
    description: 'Nothing is due from it any more. Its back-ups stay.',
    answers: [{ status: 204, description: 'It is gone.' }],
    problems: ['not-found'],
  })
  async removeBackupPolicy(
    @FromCaller() call: Call,
    @Param('vsysId') id: string,
    @Param('policyId') policyId: string,
  ): Promise<void> {
    await this.policies.remove(call, vsysId(id), requireUuid('policy', policyId));
  }
}
