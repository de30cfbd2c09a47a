/** Single networks, public addresses and EFMs of a VSYS: made, changed, removed. */
import { Body, Controller, Delete, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { publicIpId, vnetId, vserverId, vsysId } from '@openvsys/vsys';
import { Allow } from '../../../http/allow.decorator.js';
import { FromCaller } from '../../../http/call.js';
import { Describe, MatchOptional, Repeatable } from '../../../http/describe.decorator.js';
import { Exchange, type HttpExchange } from '../../../http/exchange.js';
import type { Call } from '../../../use-cases/call.js';
import { EditParts } from '../../../use-cases/parts/edit-parts.js';
import {
  changedEfm,
  createdEfm,
  createdNet,
  createdPublicIp,
  deletedEfm,
  deletedNet,
  deletedPublicIp,
} from '../../../use-cases/parts/network-edits.js';
import type { AcceptedView } from '../operations/operations.views.js';
import { ACCEPTED_OR_PLAN, ADMISSION_PROBLEMS } from '../vsys/admission.doc.js';
import type { PlanView } from '../vsys/plan.views.js';
import { DryRunQuery } from '../vsys/vsys.requests.js';
import {
  ChangeEfmRequest,
  CreateEfmRequest,
  CreatePublicIpRequest,
  CreateVNetRequest,
} from './network-parts.requests.js';
import { answerEdit, given } from './part-changes.js';
import { newNicOf } from './parts.mapping.js';

@ApiTags('VNets')
@Controller('v1/vnets')
export class NetPartsController {
  constructor(private readonly parts: EditParts) {}

  @Post()
  @Allow('vsys:change')
  @Repeatable()
  @MatchOptional()
  @Describe({
    summary: 'Create a network',
    description: 'The firewall, when there is one, becomes its gateway unless asked otherwise.',
    answers: ACCEPTED_OR_PLAN,
    problems: ADMISSION_PROBLEMS,
  })
  async createVNet(
    @FromCaller() call: Call,
    @Query() query: DryRunQuery,
    @Body()
    { onFailure, vsysId: vsys, name, cidr, gateway = 'firewall', range6, kind, mtu }: CreateVNetRequest,
    @Exchange() exchange: HttpExchange,
  ): Promise<AcceptedView | PlanView> {
    const edit = createdNet(vsysId(vsys), { name, cidr, gateway, ...given({ range6, kind, mtu }) });
    return answerEdit(this.parts, call, edit, { query, exchange, onFailure });
  }

  @Delete(':vnetId')
  @Allow('vsys:change')
  @Repeatable()
  @MatchOptional()
  @Describe({
    summary: 'Delete a network',
    description: 'Refused while servers have network cards in it or an EFM names it.',
    answers: ACCEPTED_OR_PLAN,
    problems: ADMISSION_PROBLEMS,
  })
  async deleteVNet(
    @FromCaller() call: Call,
    @Param('vnetId') id: string,
    @Query() query: DryRunQuery,
    @Exchange() exchange: HttpExchange,
  ): Promise<AcceptedView | PlanView> {
    return answerEdit(this.parts, call, deletedNet(vnetId(id)), { query, exchange });
  }
}

@ApiTags('Public addresses')
@Controller('v1/public-ips')
export class PublicIpPartsController {
  constructor(private readonly parts: EditParts) {}

  @Post()
  @Allow('vsys:change')
  @Repeatable()
  @MatchOptional()
  @Describe({
    summary: 'Add a public address to a VSYS',
    description: 'An EFM answers for it once its configuration names it.',
    answers: ACCEPTED_OR_PLAN,
    problems: ADMISSION_PROBLEMS,
  })
  async createPublicIp(
    @FromCaller() call: Call,
    @Query() query: DryRunQuery,
    @Body() { onFailure, vsysId: vsys, name }: CreatePublicIpRequest,
    @Exchange() exchange: HttpExchange,
  ): Promise<AcceptedView | PlanView> {
    const edit = createdPublicIp(vsysId(vsys), name);
    return answerEdit(this.parts, call, edit, { query, exchange, onFailure });
  }

  @Delete(':publicIpId')
  @Allow('vsys:change')
  @Repeatable()
  @MatchOptional()
  @Describe({
    summary: 'Remove a public address from a VSYS',
    description: 'Refused while an EFM uses it.',
    answers: ACCEPTED_OR_PLAN,
    problems: ADMISSION_PROBLEMS,
  })
  async deletePublicIp(
    @FromCaller() call: Call,
    @Param('publicIpId') id: string,
    @Query() query: DryRunQuery,
    @Exchange() exchange: HttpExchange,
  ): Promise<AcceptedView | PlanView> {
    return answerEdit(this.parts, call, deletedPublicIp(publicIpId(id)), { query, exchange });
  }
}

@ApiTags('EFMs')
@Controller('v1/efms')
export class EfmSeatsController {
  constructor(private readonly parts: EditParts) {}

  @Post()
  @Allow('vsys:change')
  @Repeatable()
  @MatchOptional()
  @Describe({
    summary: 'Add an EFM to a VSYS',
    description: 'Its configuration can come with it or later.',
    answers: ACCEPTED_OR_PLAN,
    problems: ADMISSION_PROBLEMS,
  })
  async createEfm(
    @FromCaller() call: Call,
    @Query() query: DryRunQuery,
    @Body() { onFailure, vsysId: vsys, nics, vnetIds, name, kind, ...efm }: CreateEfmRequest,
    @Exchange() exchange: HttpExchange,
  ): Promise<AcceptedView | PlanView> {
    const edit = createdEfm(vsysId(vsys), {
      name,
      kind,
      ...given(efm),
      ...(nics === undefined ? {} : { nics: nics.map(newNicOf) }),
      ...(vnetIds === undefined ? {} : { vnetIds: vnetIds.map(vnetId) }),
    });
    return answerEdit(this.parts, call, edit, { query, exchange, onFailure });
  }

  @Patch(':vserverId')
  @Allow('vsys:change')
  @Repeatable()
  @MatchOptional()
  @Describe({
    summary: 'Make an EFM larger, smaller, or a pair',
    description: 'Its configuration is changed at `/configuration` and below.',
    answers: ACCEPTED_OR_PLAN,
    problems: ADMISSION_PROBLEMS,
  })
  async changeEfm(
    @FromCaller() call: Call,
    @Param('vserverId') id: string,
    @Query() query: DryRunQuery,
    @Body() { onFailure, ...change }: ChangeEfmRequest,
    @Exchange() exchange: HttpExchange,
  ): Promise<AcceptedView | PlanView> {
    const edit = changedEfm(vserverId(id), given(change));
    return answerEdit(this.parts, call, edit, { query, exchange, onFailure });
  }

  @Delete(':vserverId')
  @Allow('vsys:change')
  @Repeatable()
  @MatchOptional()
  @Describe({
    summary: 'Delete an EFM',
    description: 'Both appliances of a pair. Public addresses that it answered for stay with the VSYS.',
    answers: ACCEPTED_OR_PLAN,
    problems: ADMISSION_PROBLEMS,
  })
  async deleteEfm(
    @FromCaller() call: Call,
    @Param('vserverId') id: string,
    @Query() query: DryRunQuery,
    @Exchange() exchange: HttpExchange,
  ): Promise<AcceptedView | PlanView> {
    return answerEdit(this.parts, call, deletedEfm(vserverId(id)), { query, exchange });
  }
}
