/** Addresses of a VNet. */
import { Body, Controller, Delete, Get, HttpCode, Param, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { vnetId } from '@openvsys/vsys';
import { Allow } from '../../../http/allow.decorator.js';
import { FromCaller } from '../../../http/call.js';
import { Describe, Repeatable } from '../../../http/describe.decorator.js';
import { requireUuid } from '../../../http/require-uuid.js';
import type { Call } from '../../../use-cases/call.js';
import { ManageAddresses } from '../../../use-cases/networks/manage-addresses.js';
import { NetworkAddressesView, ReservationRequest, ReservationView } from './networks.views.js';

@ApiTags('VNets')
@Controller('v1/vnets/:vnetId')
export class AddressesController {
  constructor(private readonly addresses: ManageAddresses) {}

  @Get('addresses')
  @Allow('vsys:read')
  @Describe({
    summary: 'List the addresses of a VNet',
    description: 'Who has which, which are reserved or rest, and how many are free.',
    answers: [{ status: 200, description: 'The addresses.', type: NetworkAddressesView }],
    problems: ['not-found'],
  })
  async listAddresses(@FromCaller() call: Call, @Param('vnetId') id: string): Promise<NetworkAddressesView> {
    return this.addresses.list(call, vnetId(id));
  }

  @Post('reservations')
  @Allow('vsys:change')
  @Repeatable()
  @Describe({
    summary: 'Reserve addresses of a VNet',
    description:
      'No server gets them by itself; a descriptor that names one of them as a fixed address gets it.',
    answers: [{ status: 201, description: 'The reservation.', type: ReservationView }],
    problems: ['not-found', 'conflict'],
  })
  async reserveAddresses(
    @FromCaller() call: Call,
    @Param('vnetId') id: string,
    @Body() { first, last, note = '' }: ReservationRequest,
  ): Promise<ReservationView> {
    return this.addresses.reserve(call, vnetId(id), { first, last, note });
  }

  @Delete('reservations/:reservationId')
  @Allow('vsys:change')
  @Repeatable()
  @HttpCode(204)
  @Describe({
    summary: 'Free reserved addresses',
    description: 'Servers may get them again.',
    answers: [{ status: 204, description: 'Freed.' }],
    problems: ['not-found', 'conflict'],
  })
  async freeAddresses(
    @FromCaller() call: Call,
    @Param('vnetId') id: string,
    @Param('reservationId') reservation: string,
  ): Promise<void> {
    await this.addresses.free(call, vnetId(id), requireUuid('reservation', reservation));
  }
}
