/** Settings of a system beside its spec, and the way out of the recycle bin. */
import { Body, Controller, Get, Param, Patch, Post, Query, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { vsysId } from '@openvsys/vsys';
import type { Response } from 'express';
import { Allow } from '../../../http/allow.decorator.js';
import { FromCaller } from '../../../http/call.js';
import { Describe, MatchOptional, Repeatable } from '../../../http/describe.decorator.js';
import { etagOf, preconditionOf } from '../../../http/etag.js';
import { Exchange, type HttpExchange } from '../../../http/exchange.js';
import type { Call } from '../../../use-cases/call.js';
import { ManageSettings } from '../../../use-cases/settings/vsys-settings.js';
import { PlanVsys } from '../../../use-cases/vsys/plan-vsys.js';
import { RestoreVsys, specAfterRestore } from '../../../use-cases/vsys/restore-vsys.js';
import { acceptedView } from '../operations/accepted.js';
import type { AcceptedView } from '../operations/operations.views.js';
import { ACCEPTED_OR_PLAN } from '../vsys/admission.doc.js';
import type { PlanView } from '../vsys/plan.views.js';
import { DryRunQuery } from '../vsys/vsys.requests.js';
import { ChangeSettingsRequest, VsysSettingsView } from './settings.views.js';

@ApiTags('VSYS')
@Controller('v1/vsys/:vsysId')
export class SettingsController {
  constructor(
    private readonly settings: ManageSettings,
    private readonly restore: RestoreVsys,
    private readonly plan: PlanVsys,
  ) {}

  @Get('settings')
  @Allow('vsys:read')
  @Describe({
    summary: 'Get the settings of a VSYS',
    description: 'Protection, notes, tags, the external id and the lease.',
    answers: [
      {
        status: 200,
        description: 'The settings.',
        type: VsysSettingsView,
        headers: { ETag: 'The version of the settings in quotes; not the generation of the VSYS.' },
      },
    ],
    problems: ['not-found'],
  })
  async getVsysSettings(
    @FromCaller() call: Call,
    @Param('vsysId') id: string,
    @Res({ passthrough: true }) response: Response,
  ): Promise<VsysSettingsView> {
    const settings = await this.settings.get(call, vsysId(id));
    response.setHeader('ETag', etagOf(settings.version));
    return settings;
  }

  @Patch('settings')
  @Allow('vsys:change')
  @Repeatable()
  @MatchOptional()
  @Describe({
    summary: 'Change the settings of a VSYS',
    description:
      'What is not sent stays. Nothing of the system itself changes, so there is no operation. If-Match is compared with the ETag of the settings.',
    answers: [{ status: 200, description: 'The settings as they are now.', type: VsysSettingsView }],
    problems: ['not-found', 'conflict'],
  })
  async changeVsysSettings(
    @FromCaller() call: Call,
    @Param('vsysId') id: string,
    @Body() { lease, ...body }: ChangeSettingsRequest,
    @Exchange() { ifMatch, response }: HttpExchange,
  ): Promise<VsysSettingsView> {
    const settings = await this.settings.change(call, vsysId(id), preconditionOf(ifMatch), {
      ...body,
      lease: lease && { expiresAt: new Date(lease.expiresAt), action: lease.action },
    });
    response.setHeader('ETag', etagOf(settings.version));
    return settings;
  }

  @Post('restore')
  @Allow('vsys:delete')
  @Repeatable()
  @MatchOptional()
  @Describe({
    summary: 'Restore a VSYS from the recycle bin',
    description: 'It comes back with all its parts; servers that ran before are started again.',
    answers: ACCEPTED_OR_PLAN,
    problems: ['not-found', 'conflict', 'no-capacity', 'quota-exceeded'],
  })
  async restoreVsys(
    @FromCaller() call: Call,
    @Param('vsysId') id: string,
    @Query() query: DryRunQuery,
    @Exchange() { ifMatch, response }: HttpExchange,
  ): Promise<AcceptedView | PlanView> {
    const command = { vsysId: vsysId(id), precondition: preconditionOf(ifMatch) };
    if (query.dryRun !== true) return acceptedView(response, await this.restore.execute(call, command));
    response.status(200);
    return this.plan.ofNext(
      call,
      command.vsysId,
      command.precondition,
      async (vsys, session) => specAfterRestore(session, vsys),
      'either',
    );
  }
}
