/** Whether an organization may order: show, suspend, close, activate. */
import { Body, Controller, Get, Param, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { organizationId } from '@openvsys/vsys';
import { Allow } from '../../../http/allow.decorator.js';
import { FromCaller } from '../../../http/call.js';
import { Describe, Repeatable } from '../../../http/describe.decorator.js';
import type { Call } from '../../../use-cases/call.js';
import { ManageStanding } from '../../../use-cases/tenancy/manage-standing.js';
import {
  ActivateRequest,
  CloseRequest,
  retentionOf,
  StandingView,
  SuspendRequest,
} from './organization-standing.views.js';

const ANSWERS = [{ status: 200, description: 'The standing.', type: StandingView }] as const;

@ApiTags('Organizations')
@Controller('v1/organizations/:organizationId')
export class OrganizationStandingController {
  constructor(private readonly standing: ManageStanding) {}

  @Get('standing')
  @Allow('organization:read')
  @Describe({
    summary: 'Get the standing of an organization',
    description: 'Whether it may order, why not, and what is left of its systems.',
    answers: ANSWERS,
    problems: ['not-found'],
  })
  async getOrganizationStanding(
    @FromCaller() call: Call,
    @Param('organizationId') id: string,
  ): Promise<StandingView> {
    return this.standing.get(call, organizationId(id));
  }

  @Post('suspend')
  @Allow('organization:manage')
  @Repeatable()
  @Describe({
    summary: 'Suspend an organization',
    description:
      'It makes and starts nothing new; stopping and deleting stay possible. Running servers go on or are kept stopped.',
    answers: ANSWERS,
    problems: ['not-found', 'conflict'],
  })
  async suspendOrganization(
    @FromCaller() call: Call,
    @Param('organizationId') id: string,
    @Body() { reason, running }: SuspendRequest,
  ): Promise<StandingView> {
    return this.standing.suspend(call, organizationId(id), { reason, running: running ?? 'keep' });
  }

  @Post('close')
  @Allow('organization:manage')
  @Repeatable()
  @Describe({
    summary: 'Close an organization',
    description:
      'Its servers are stopped, and all its systems are deleted after the retention. Until then it can be activated again.',
    answers: ANSWERS,
    problems: ['not-found', 'conflict'],
  })
  async closeOrganization(
    @FromCaller() call: Call,
    @Param('organizationId') id: string,
    @Body() body: CloseRequest,
  ): Promise<StandingView> {
    const { reason } = body;
    return this.standing.close(call, organizationId(id), { reason, retentionDays: retentionOf(body) });
  }

  @Post('activate')
  @Allow('organization:manage')
  @Repeatable()
  @Describe({
    summary: 'Activate an organization',
    description: 'It may order again. Servers that were stopped stay stopped until somebody starts them.',
    answers: ANSWERS,
    problems: ['not-found', 'conflict'],
  })
  async activateOrganization(
    @FromCaller() call: Call,
    @Param('organizationId') id: string,
    @Body() { reason }: ActivateRequest,
  ): Promise<StandingView> {
    return this.standing.activate(call, organizationId(id), reason);
  }
}
