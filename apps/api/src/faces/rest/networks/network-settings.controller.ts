/** The address space of a VDC. */
import { Body, Controller, Get, Param, Put } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { vdcId } from '@openvsys/vsys';
import { Allow } from '../../../http/allow.decorator.js';
import { FromCaller } from '../../../http/call.js';
import { Describe, Repeatable } from '../../../http/describe.decorator.js';
import type { Call } from '../../../use-cases/call.js';
import { ManageNetworkSettings } from '../../../use-cases/networks/network-settings.js';
import { NetworkSettingsRequest, NetworkSettingsView } from './networks.views.js';

@ApiTags('VDCs')
@Controller('v1/vdcs/:vdcId/network-settings')
export class NetworkSettingsController {
  constructor(private readonly settings: ManageNetworkSettings) {}

  @Get()
  @Allow('vdc:read')
  @Describe({
    summary: 'Get the address space of a VDC',
    description: 'From where the ranges of VNets with `cidr: auto` are chosen, and how long addresses rest.',
    answers: [{ status: 200, description: 'The settings.', type: NetworkSettingsView }],
    problems: ['not-found'],
  })
  async getNetworkSettings(
    @FromCaller() call: Call,
    @Param('vdcId') id: string,
  ): Promise<NetworkSettingsView> {
    return this.settings.get(call, vdcId(id));
  }

  @Put()
  @Allow('vdc:manage')
  @Repeatable()
  @Describe({
    summary: 'Set the address space of a VDC',
    description: 'For ranges and addresses that are given from now on; those that are there stay.',
    answers: [{ status: 200, description: 'The settings.', type: NetworkSettingsView }],
    problems: ['not-found'],
  })
  async setNetworkSettings(
    @FromCaller() call: Call,
    @Param('vdcId') id: string,
    @Body() request: NetworkSettingsRequest,
  ): Promise<NetworkSettingsView> {
    return this.settings.set(call, vdcId(id), request);
  }
}
