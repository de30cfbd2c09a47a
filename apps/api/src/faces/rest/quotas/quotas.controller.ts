import { Body, Controller, Get, Param, Put } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { DomainError, organizationId, vdcId } from '@openvsys/vsys';
import { Allow } from '../../../http/allow.decorator.js';
import { FromCaller } from '../../../http/call.js';
import { Describe, Repeatable } from '../../../http/describe.decorator.js';
import type { Call } from '../../../use-cases/call.js';
import { ManageQuotas, type QuotaTarget } from '../../../use-cases/tenancy/manage-quotas.js';
import { QuotasView, SetQuotasRequest } from './quotas.views.js';

@ApiTags('Quotas')
@Controller('v1')
export class QuotasController {
  constructor(private readonly quotas: ManageQuotas) {}

  @Get('quotas')
  @Allow('quota:read')
  @Describe({
    summary: 'Get limits and usage of the own organization',
    description: 'The same as for the organization by its id.',
    answers: [{ status: 200, description: 'Limits and usage.', type: QuotasView }],
    problems: ['not-found'],
  })
  async getQuotas(@FromCaller() call: Call): Promise<QuotasView> {
    const id = call.principal.organizationId;
    if (id === null) {
      throw new DomainError('not-found', 'The provider has no quotas.', { remedy: 'Name an organization.' });
    }
    return this.show(call, { scope: 'organization', id });
  }

  @Get('organizations/:organizationId/quotas')
  @Allow('quota:read')
  @Describe({
    summary: 'Get limits and usage of an organization',
    description: 'Used are things that exist and things that were admitted and are being made or removed.',
    answers: [{ status: 200, description: 'Limits and usage.', type: QuotasView }],
    problems: ['not-found'],
  })
  async getOrganizationQuotas(
    @FromCaller() call: Call,
    @Param('organizationId') id: string,
  ): Promise<QuotasView> {
    return this.show(call, { scope: 'organization', id: organizationId(id) });
  }

  @Put('organizations/:organizationId/quotas')
  @Allow('quota:set')
  @Repeatable()
  @Describe({
    summary: 'Set the limits of an organization',
    description: 'For the provider. Replaces all limits; a limit below what is used only stops growth.',
    answers: [{ status: 200, description: 'Limits and usage.', type: QuotasView }],
    problems: ['not-found'],
  })
  async setOrganizationQuotas(
    @FromCaller() call: Call,
    @Param('organizationId') id: string,
    @Body() body: SetQuotasRequest,
  ): Promise<QuotasView> {
    return {
      items: await this.quotas.set(call, { scope: 'organization', id: organizationId(id) }, body.limits),
    };
  }

  @Get('vdcs/:vdcId/quotas')
  @Allow('quota:read')
  @Describe({
    summary: 'Get limits and usage of a VDC',
    description: 'Limits of the organization hold beside these.',
    answers: [{ status: 200, description: 'Limits and usage.', type: QuotasView }],
    problems: ['not-found'],
  })
  async getVdcQuotas(@FromCaller() call: Call, @Param('vdcId') id: string): Promise<QuotasView> {
    return this.show(call, { scope: 'vdc', id: vdcId(id) });
  }

  @Put('vdcs/:vdcId/quotas')
  @Allow('quota:set')
  @Repeatable()
  @Describe({
    summary: 'Set the limits of a VDC',
    description: 'Replaces all limits; a limit below what is used only stops growth.',
    answers: [{ status: 200, description: 'Limits and usage.', type: QuotasView }],
    problems: ['not-found'],
  })
  async setVdcQuotas(
    @FromCaller() call: Call,
    @Param('vdcId') id: string,
    @Body() body: SetQuotasRequest,
  ): Promise<QuotasView> {
    return { items: await this.quotas.set(call, { scope: 'vdc', id: vdcId(id) }, body.limits) };
  }

  private async show(call: Call, target: QuotaTarget): Promise<QuotasView> {
    return { items: await this.quotas.get(call, target) };
  }
}
