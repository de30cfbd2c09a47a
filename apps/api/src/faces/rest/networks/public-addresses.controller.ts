/** Public addresses of a VDC: allocated, attached, detached, freed. */
import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { vdcId, vsysId } from '@openvsys/vsys';
import { Allow } from '../../../http/allow.decorator.js';
import { FromCaller } from '../../../http/call.js';
import { Describe, MatchOptional, Repeatable } from '../../../http/describe.decorator.js';
import { Exchange, type HttpExchange } from '../../../http/exchange.js';
import { requireUuid } from '../../../http/require-uuid.js';
import type { Call } from '../../../use-cases/call.js';
import { attachedAddress, detachedAddress } from '../../../use-cases/networks/attach-address.js';
import { ManagePublicAddresses } from '../../../use-cases/networks/manage-public-addresses.js';
import { EditParts } from '../../../use-cases/parts/edit-parts.js';
import type { AcceptedView } from '../operations/operations.views.js';
import { answerEdit } from '../parts/part-changes.js';
import { ACCEPTED_OR_PLAN, ADMISSION_PROBLEMS } from '../vsys/admission.doc.js';
import type { PlanView } from '../vsys/plan.views.js';
import { DryRunQuery } from '../vsys/vsys.requests.js';
import {
  AllocateAddressRequest,
  AllocatedAddressList,
  AllocatedAddressView,
  AttachAddressRequest,
  DetachAddressRequest,
} from './public-addresses.views.js';

const addressId = (text: string): string => requireUuid('allocated address', text);

@ApiTags('Public addresses')
@Controller('v1/vdcs/:vdcId/public-addresses')
export class VdcAddressesController {
  constructor(private readonly addresses: ManagePublicAddresses) {}

  @Get()
  @Allow('vsys:read')
  @Describe({
    summary: 'List the public addresses of a VDC',
    description:
      'Those that were allocated and outlive systems. Those that go with a system: `GET /v1/public-ips`.',
    answers: [{ status: 200, description: 'All of them.', type: AllocatedAddressList }],
    problems: ['not-found'],
  })
  async listPublicAddresses(
    @FromCaller() call: Call,
    @Param('vdcId') id: string,
  ): Promise<AllocatedAddressList> {
    return { items: await this.addresses.list(call, vdcId(id)) };
  }

  @Post()
  @Allow('vsys:change')
  @Repeatable()
  @Describe({
    summary: 'Allocate a public address',
    description: 'Held, metered and counted against quotas from now until it is freed.',
    answers: [{ status: 201, description: 'The address.', type: AllocatedAddressView }],
    problems: ['not-found', 'conflict', 'quota-exceeded', 'address-exhausted'],
  })
  async allocatePublicAddress(
    @FromCaller() call: Call,
    @Param('vdcId') id: string,
    @Body() { name }: AllocateAddressRequest,
  ): Promise<AllocatedAddressView> {
    return this.addresses.allocate(call, vdcId(id), name);
  }
}

@ApiTags('Public addresses')
@Controller('v1/public-addresses/:allocationId')
export class PublicAddressesController {
  constructor(
    private readonly addresses: ManagePublicAddresses,
    private readonly parts: EditParts,
  ) {}

  @Get()
  @Allow('vsys:read')
  @Describe({
    summary: 'Get a public address of a VDC',
    description: 'And which system uses it.',
    answers: [{ status: 200, description: 'The address.', type: AllocatedAddressView }],
    problems: ['not-found'],
  })
  async getPublicAddress(
    @FromCaller() call: Call,
    @Param('allocationId') id: string,
  ): Promise<AllocatedAddressView> {
    return this.addresses.get(call, addressId(id));
  }

  @Delete()
  @Allow('vsys:change')
  @Repeatable()
  @HttpCode(204)
  @Describe({
    summary: 'Free a public address',
    description: 'Refused while a system uses it. Somebody else may get it at once.',
    answers: [{ status: 204, description: 'Freed.' }],
    problems: ['not-found', 'conflict'],
  })
  async freePublicAddress(@FromCaller() call: Call, @Param('allocationId') id: string): Promise<void> {
    await this.addresses.free(call, addressId(id));
  }

  @Post('attach')
  @Allow('vsys:change')
  @Repeatable()
  @MatchOptional()
  @HttpCode(202)
  @Describe({
    summary: 'Attach a public address to a VSYS',
    description: 'A change of the system like any other. Refused while another system uses it.',
    answers: ACCEPTED_OR_PLAN,
    problems: ADMISSION_PROBLEMS,
  })
  async attachPublicAddress(
    @FromCaller() call: Call,
    @Param('allocationId') id: string,
    @Query() query: DryRunQuery,
    @Body() { vsysId: vsys, name, onFailure }: AttachAddressRequest,
    @Exchange() exchange: HttpExchange,
  ): Promise<AcceptedView | PlanView> {
    const allocated = await this.addresses.get(call, addressId(id));
    const edit = attachedAddress(allocated, vsysId(vsys), name);
    return answerEdit(this.parts, call, edit, { query, exchange, onFailure });
  }

  @Post('detach')
  @Allow('vsys:change')
  @Repeatable()
  @MatchOptional()
  @HttpCode(202)
  @Describe({
    summary: 'Detach a public address from its VSYS',
    description: 'It stays with the VDC; another system can have it once the change is reached.',
    answers: ACCEPTED_OR_PLAN,
    problems: ADMISSION_PROBLEMS,
  })
  async detachPublicAddress(
    @FromCaller() call: Call,
    @Param('allocationId') id: string,
    @Query() query: DryRunQuery,
    @Body() { replacement = 'none', onFailure }: DetachAddressRequest,
    @Exchange() exchange: HttpExchange,
  ): Promise<AcceptedView | PlanView> {
    const allocated = await this.addresses.get(call, addressId(id));
    return answerEdit(this.parts, call, detachedAddress(allocated, replacement), {
      query,
      exchange,
      onFailure,
    });
  }
}
