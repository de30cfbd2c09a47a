/** Configurations of an EFM over time: every one is kept, and each can be had back. */
import { Controller, Get, Param, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { DomainError, vserverId } from '@openvsys/vsys';
import { Allow } from '../../../http/allow.decorator.js';
import { FromCaller } from '../../../http/call.js';
import { Describe, Repeatable } from '../../../http/describe.decorator.js';
import { PageQuery, pageRequestOf } from '../../../http/paging.js';
import type { Call } from '../../../use-cases/call.js';
import { ConfigureEfm } from '../../../use-cases/efms/configure-efm.js';
import { ReadEfm } from '../../../use-cases/efms/read-efm.js';
import { RestoreEfm } from '../../../use-cases/efms/restore-efm.js';
import type { AcceptedView } from '../operations/operations.views.js';
import { answerChange } from './efm-changes.js';
import { EfmExchange, type EfmHttpExchange } from './efm-exchange.js';
import { EFM_ACCEPTED_OR_PREVIEW, EFM_PROBLEMS, MatchConfig } from './efm-config.doc.js';
import { EfmVersionDetailView, EfmVersionPage, type EfmPreviewView } from './efm-config.views.js';

@ApiTags('EFMs')
@Controller('v1/efms')
export class EfmVersionsController {
  constructor(
    private readonly configure: ConfigureEfm,
    private readonly read: ReadEfm,
    private readonly restore: RestoreEfm,
  ) {}

  @Get(':vserverId/versions')
  @Allow('vsys:read')
  @Describe({
    summary: 'List the configurations that an EFM had',
    description: 'Newest first, with who wanted them and which one is wanted now. They never change.',
    answers: [{ status: 200, description: 'A page of versions.', type: EfmVersionPage }],
    problems: ['not-found'],
  })
  async listEfmVersions(
    @FromCaller() call: Call,
    @Param('vserverId') id: string,
    @Query() query: PageQuery,
  ): Promise<EfmVersionPage> {
    return this.read.versions(call, vserverId(id), pageRequestOf(query));
  }

  @Get(':vserverId/versions/:configVersion')
  @Allow('vsys:read')
  @Describe({
    summary: 'Get a configuration that an EFM had',
    description:
      'As it was written, which is what a back-up needs, and as the appliance’s own tools read it.',
    answers: [{ status: 200, description: 'The version.', type: EfmVersionDetailView }],
    problems: ['not-found'],
  })
  async getEfmVersion(
    @FromCaller() call: Call,
    @Param('vserverId') id: string,
    @Param('configVersion') version: string,
  ): Promise<EfmVersionDetailView> {
    return this.read.version(call, vserverId(id), versionOf(version));
  }

  @Post(':vserverId/versions/:configVersion/restore')
  @Allow('vsys:change')
  @Repeatable()
  @MatchConfig('optional')
  @Describe({
    summary: 'Go back to a configuration that an EFM had',
    description:
      'With the keys it had. It becomes a new version: nothing of the history is lost, and going forward again is the same request.',
    answers: EFM_ACCEPTED_OR_PREVIEW,
    problems: EFM_PROBLEMS,
  })
  async restoreEfmVersion(
    @FromCaller() call: Call,
    @Param('vserverId') id: string,
    @Param('configVersion') version: string,
    @EfmExchange() exchange: EfmHttpExchange,
  ): Promise<AcceptedView | EfmPreviewView> {
    const edit = await this.restore.edit(call, vserverId(id), versionOf(version));
    return answerChange(this.configure, call, { efm: vserverId(id), edit, exchange });
  }
}

/** Throws `not-found` for what is no version. */
function versionOf(text: string): number {
  if (/^[1-9][0-9]{0,8}$/.test(text)) return Number(text);
  throw new DomainError('not-found', 'Versions of configurations are whole numbers.');
}
