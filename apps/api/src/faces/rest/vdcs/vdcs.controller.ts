import { Body, Controller, Delete, Get, Param, Patch, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { vdcId } from '@openvsys/vsys';
import { Allow } from '../../../http/allow.decorator.js';
import { FromCaller } from '../../../http/call.js';
import { Describe, Repeatable } from '../../../http/describe.decorator.js';
import type { Call } from '../../../use-cases/call.js';
import { ManageVdcs } from '../../../use-cases/tenancy/manage-vdcs.js';
import { CreateVdcRequest, RenameVdcRequest, VdcPage, VdcView } from './vdcs.views.js';

@ApiTags('VDCs')
@Controller('v1/vdcs')
export class VdcsController {
  constructor(private readonly vdcs: ManageVdcs) {}

  @Get()
  @Allow('vdc:read')
  @Describe({
    summary: 'List VDCs',
    description: 'By name.',
    answers: [{ status: 200, description: 'All VDCs that the caller sees.', type: VdcPage }],
  })
  async listVdcs(@FromCaller() call: Call): Promise<VdcPage> {
    return { items: await this.vdcs.list(call), nextCursor: null };
  }

  @Get(':vdcId')
  @Allow('vdc:read')
  @Describe({
    summary: 'Get a VDC',
    description: 'Its name, organization and zone.',
    answers: [{ status: 200, description: 'The VDC.', type: VdcView }],
    problems: ['not-found'],
  })
  async getVdc(@FromCaller() call: Call, @Param('vdcId') id: string): Promise<VdcView> {
    return this.vdcs.get(call, vdcId(id));
  }

  @Post()
  @Allow('vdc:manage')
  @Repeatable()
  @Describe({
    summary: 'Create a VDC',
    description: 'A space for systems, bound to a zone, with limits of its own.',
    answers: [{ status: 201, description: 'The VDC.', type: VdcView }],
    problems: ['not-found', 'conflict'],
  })
  async createVdc(@FromCaller() call: Call, @Body() body: CreateVdcRequest): Promise<VdcView> {
    const { name, zoneId, organizationId } = body;
    return this.vdcs.create(call, { name, zoneId, organizationId });
  }

  @Patch(':vdcId')
  @Allow('vdc:manage')
  @Repeatable()
  @Describe({
    summary: 'Rename a VDC',
    description: 'Ids stay as they are.',
    answers: [{ status: 200, description: 'The VDC.', type: VdcView }],
    problems: ['not-found', 'conflict'],
  })
  async renameVdc(
    @FromCaller() call: Call,
    @Param('vdcId') id: string,
    @Body() body: RenameVdcRequest,
  ): Promise<VdcView> {
    return this.vdcs.rename(call, vdcId(id), body.name);
  }

  @Delete(':vdcId')
  @Allow('vdc:manage')
  @Repeatable()
  @Describe({
    summary: 'Delete a VDC',
    description: 'Only a VDC in which there never was a system: bills refer to all others.',
    answers: [{ status: 204, description: 'It is gone.' }],
    problems: ['not-found', 'conflict'],
  })
  async deleteVdc(@FromCaller() call: Call, @Param('vdcId') id: string): Promise<void> {
    await this.vdcs.remove(call, vdcId(id));
  }
}
