/** Public addresses of a zone, for the provider. */
import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Allow } from '../../../http/allow.decorator.js';
import { FromCaller } from '../../../http/call.js';
import { Describe, Repeatable } from '../../../http/describe.decorator.js';
import { requireUuid } from '../../../http/require-uuid.js';
import type { Call } from '../../../use-cases/call.js';
import { ManageAddressRanges } from '../../../use-cases/networks/manage-address-ranges.js';
import { AddressRangeList, AddressRangeRequest } from './public-addresses.views.js';

const zoneOf = (text: string): string => requireUuid('zone', text);

@ApiTags('Zones')
@Controller('v1/zones/:zoneId/address-ranges')
export class AddressRangesController {
  constructor(private readonly ranges: ManageAddressRanges) {}

  @Get()
  @Allow('pool:read')
  @Describe({
    summary: 'List the public addresses of a zone',
    description: 'As runs of addresses that follow each other, with how many are used how.',
    answers: [{ status: 200, description: 'The ranges.', type: AddressRangeList }],
    problems: ['not-found'],
  })
  async listAddressRanges(@Param('zoneId') id: string): Promise<AddressRangeList> {
    return { items: await this.ranges.list(zoneOf(id)) };
  }

  @Post()
  @Allow('pool:manage')
  @Repeatable()
  @HttpCode(200)
  @Describe({
    summary: 'Add public addresses to a zone',
    description:
      'Up to 4,096 at once; those that are there stay as they are. Answers all ranges of the zone.',
    answers: [{ status: 200, description: 'The ranges.', type: AddressRangeList }],
    problems: ['not-found', 'conflict'],
  })
  async addAddressRange(
    @FromCaller() call: Call,
    @Param('zoneId') id: string,
    @Body() { first, last }: AddressRangeRequest,
  ): Promise<AddressRangeList> {
    const zoneId = zoneOf(id);
    await this.ranges.add(call, { zoneId, first, last });
    return { items: await this.ranges.list(zoneId) };
  }

  @Delete()
  @Allow('pool:manage')
  @Repeatable()
  @Describe({
    summary: 'Remove public addresses from a zone',
    description: 'All from the first to the last, or none: refused while somebody has one of them.',
    answers: [{ status: 200, description: 'The ranges that are left.', type: AddressRangeList }],
    problems: ['not-found', 'conflict'],
  })
  async removeAddressRange(
    @FromCaller() call: Call,
    @Param('zoneId') id: string,
    @Query() { first, last }: AddressRangeRequest,
  ): Promise<AddressRangeList> {
    const zoneId = zoneOf(id);
    await this.ranges.remove(call, { zoneId, first, last });
    return { items: await this.ranges.list(zoneId) };
  }
}
