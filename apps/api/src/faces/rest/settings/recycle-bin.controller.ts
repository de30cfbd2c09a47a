/** The recycle bin of a VDC. */
import { Body, Controller, Get, Param, Put } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { vdcId } from '@openvsys/vsys';
import { Allow } from '../../../http/allow.decorator.js';
import { FromCaller } from '../../../http/call.js';
import { Describe, Repeatable } from '../../../http/describe.decorator.js';
import type { Call } from '../../../use-cases/call.js';
import { ManageRecycleBin } from '../../../use-cases/settings/recycle-bin.js';
import { RecycleBinRequest, RecycleBinView } from './settings.views.js';

@ApiTags('VDCs')
@Controller('v1/vdcs/:vdcId/recycle-bin')
export class RecycleBinController {
  constructor(private readonly bin: ManageRecycleBin) {}

  @Get()
  @Allow('vdc:read')
  @Describe({
    summary: 'Get the recycle bin of a VDC',
    description: 'How long deleted systems can be restored. What is in it: `GET /v1/vsys?binned=true`.',
    answers: [{ status: 200, description: 'The recycle bin.', type: RecycleBinView }],
    problems: ['not-found'],
  })
  async getRecycleBin(@FromCaller() call: Call, @Param('vdcId') id: string): Promise<RecycleBinView> {
    return this.bin.get(call, vdcId(id));
  }

  @Put()
  @Allow('vdc:manage')
  @Repeatable()
  @Describe({
    summary: 'Set the recycle bin of a VDC',
    description:
      'For systems that are deleted from now on. In the bin a system is stopped; its disks and addresses are kept, charged, and count against quotas, and its name stays taken.',
    answers: [{ status: 200, description: 'The recycle bin.', type: RecycleBinView }],
    problems: ['not-found'],
  })
  async setRecycleBin(
    @FromCaller() call: Call,
    @Param('vdcId') id: string,
    @Body() { retentionHours }: RecycleBinRequest,
  ): Promise<RecycleBinView> {
    return this.bin.set(call, vdcId(id), retentionHours);
  }
}
