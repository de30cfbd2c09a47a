import { Body, Controller, Get, Param, Put, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { DomainError } from '@openvsys/vsys';
import { Allow } from '../../../http/allow.decorator.js';
import { FromCaller } from '../../../http/call.js';
import { Describe, Repeatable } from '../../../http/describe.decorator.js';
import type { Call } from '../../../use-cases/call.js';
import { ManageQuotas } from '../../../use-cases/quotas/manage-quotas.js';
import type { QuotaTarget } from '../../../use-cases/quotas/quota-target.js';
import { QuotasView, SetQuotasQuery, SetQuotasRequest } from './quotas.views.js';

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
    return this.show(call, { scope: 'organization', id });
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
    @Query() query: SetQuotasQuery,
    @Body() body: SetQuotasRequest,
  ): Promise<QuotasView> {
    return this.change(call, { scope: 'organization', id }, query, body);
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
    return this.show(call, { scope: 'vdc', id });
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
    @Query() query: SetQuotasQuery,
    @Body() body: SetQuotasRequest,
  ): Promise<QuotasView> {
    return this.change(call, { scope: 'vdc', id }, query, body);
  }

  @Get('vsys/:vsysId/quotas')
  @Allow('quota:read')
  @Describe({
    summary: 'Get limits and usage of a VSYS',
    description: 'Limits of its VDC and its organization hold beside these.',
    answers: [{ status: 200, description: 'Limits and usage.', type: QuotasView }],
    problems: ['not-found'],
  })
  async getVsysQuotas(@FromCaller() call: Call, @Param('vsysId') id: string): Promise<QuotasView> {
    return this.show(call, { scope: 'vsys', id });
  }

  @Put('vsys/:vsysId/quotas')
  @Allow('quota:set')
  @Repeatable()
  @Describe({
    summary: 'Set the limits of a VSYS',
    description: 'Replaces all limits; a limit below what is used only stops growth.',
    answers: [{ status: 200, description: 'Limits and usage.', type: QuotasView }],
    problems: ['not-found'],
  })
  async setVsysQuotas(
    @FromCaller() call: Call,
    @Param('vsysId') id: string,
    @Query() query: SetQuotasQuery,
    @Body() body: SetQuotasRequest,
  ): Promise<QuotasView> {
    return this.change(call, { scope: 'vsys', id }, query, body);
  }

  private async show(call: Call, target: QuotaTarget): Promise<QuotasView> {
    return { items: await this.quotas.get(call, target) };
  }

  private async change(
    call: Call,
    target: QuotaTarget,
    { dryRun }: SetQuotasQuery,
    { limits }: SetQuotasRequest,
  ): Promise<QuotasView> {
    if (dryRun !== true) return { items: await this.quotas.set(call, target, limits) };
    const effects = await this.quotas.preview(call, target, limits);
    return { items: await this.quotas.get(call, target), effects };
  }
}
