import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { organizationId } from '@openvsys/vsys';
import { Allow, AllowAuthenticated } from '../../../http/allow.decorator.js';
import { FromCaller } from '../../../http/call.js';
import { Describe, Repeatable } from '../../../http/describe.decorator.js';
import { pageRequestOf } from '../../../http/paging.js';
import type { Call } from '../../../use-cases/call.js';
import { ManageOrganizations } from '../../../use-cases/tenancy/manage-organizations.js';
import { WhoAmI } from '../../../use-cases/tenancy/who-am-i.js';
import {
  CreateOrganizationRequest,
  ListOrganizationsQuery,
  OrganizationPage,
  OrganizationView,
  WhoAmIView,
} from './organizations.views.js';

@ApiTags('Organizations')
@Controller('v1')
export class OrganizationsController {
  constructor(
    private readonly organizations: ManageOrganizations,
    private readonly identity: WhoAmI,
  ) {}

  @Get('whoami')
  @AllowAuthenticated()
  @Describe({
    summary: 'Who am I',
    description: 'The principal behind the token, its organization and what it may do.',
    answers: [{ status: 200, description: 'The principal.', type: WhoAmIView }],
  })
  async whoAmI(@FromCaller() call: Call): Promise<WhoAmIView> {
    return this.identity.execute(call);
  }

  @Get('organizations')
  @Allow('organization:read')
  @Describe({
    summary: 'List organizations',
    description: 'All for the provider, the own one for everybody else.',
    answers: [{ status: 200, description: 'A page of organizations.', type: OrganizationPage }],
  })
  async listOrganizations(
    @FromCaller() call: Call,
    @Query() query: ListOrganizationsQuery,
  ): Promise<OrganizationPage> {
    return this.organizations.list(call, pageRequestOf(query));
  }

  @Get('organizations/:organizationId')
  @Allow('organization:read')
  @Describe({
    summary: 'Get an organization',
    description: 'Contract, name, time zone and currency.',
    answers: [{ status: 200, description: 'The organization.', type: OrganizationView }],
    problems: ['not-found'],
  })
  async getOrganization(
    @FromCaller() call: Call,
    @Param('organizationId') id: string,
  ): Promise<OrganizationView> {
    return this.organizations.get(call, organizationId(id));
  }

  @Post('organizations')
  @Allow('organization:manage')
  @Repeatable()
  @Describe({
    summary: 'Create an organization',
    description:
      'For the provider. It has no limits until quotas are set, and nobody can act for it until it has a token.',
    answers: [{ status: 201, description: 'The organization.', type: OrganizationView }],
    problems: ['conflict'],
  })
  async createOrganization(
    @FromCaller() call: Call,
    @Body() body: CreateOrganizationRequest,
  ): Promise<OrganizationView> {
    const { contract, name, timeZone = 'UTC', currency = 'EUR' } = body;
    return this.organizations.create(call, { contract, name, timeZone, currency });
  }
}
