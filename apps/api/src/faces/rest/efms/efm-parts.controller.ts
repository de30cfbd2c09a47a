/** What a load balancer is changed by piece by piece: members and certificates. */
import { Body, Controller, Delete, Get, Param, Put, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { vserverId } from '@openvsys/vsys';
import type { Response } from 'express';
import { Allow } from '../../../http/allow.decorator.js';
import { FromCaller } from '../../../http/call.js';
import { Describe, Repeatable } from '../../../http/describe.decorator.js';
import type { Call } from '../../../use-cases/call.js';
import { ConfigureEfm } from '../../../use-cases/efms/configure-efm.js';
import { changedMember, removedCertificate, uploadedCertificate } from '../../../use-cases/efms/efm-edits.js';
import { ReadEfm } from '../../../use-cases/efms/read-efm.js';
import type { AcceptedView } from '../operations/operations.views.js';
import { answerChange } from './efm-changes.js';
import { EfmExchange, type EfmHttpExchange } from './efm-exchange.js';
import { EFM_ACCEPTED_OR_PREVIEW, EFM_PROBLEMS, MatchConfig } from './efm-config.doc.js';
import { EfmCertificateRequest, EfmMemberRequest } from './efm-config.requests.js';
import { EfmCertificatesView, type EfmPreviewView } from './efm-config.views.js';
import { efmEtag } from './efm-tags.js';

@ApiTags('EFMs')
@Controller('v1/efms')
export class EfmPartsController {
  constructor(
    private readonly configure: ConfigureEfm,
    private readonly read: ReadEfm,
  ) {}

  @Put(':vserverId/members/:memberName')
  @Allow('vsys:change')
  @Repeatable()
  @MatchConfig('optional')
  @Describe({
    summary: 'Drain a member of a load balancer, take it out, bring it back, or change its share',
    description: 'Of a server or of all servers of a role; on one listener or on all.',
    answers: EFM_ACCEPTED_OR_PREVIEW,
    problems: EFM_PROBLEMS,
  })
  async changeEfmMember(
    @FromCaller() call: Call,
    @Param('vserverId') id: string,
    @Param('memberName') member: string,
    @Body() { state, weight, listener }: EfmMemberRequest,
    @EfmExchange() exchange: EfmHttpExchange,
  ): Promise<AcceptedView | EfmPreviewView> {
    const edit = changedMember({ member, state, weight, listener });
    return answerChange(this.configure, call, { efm: vserverId(id), edit, exchange });
  }

  @Get(':vserverId/certificates')
  @Allow('vsys:read')
  @Describe({
    summary: 'List the certificates of a load balancer',
    description: 'What they say, how long they last, and which listeners show them. Keys are never shown.',
    answers: [
      {
        status: 200,
        description: 'The certificates.',
        type: EfmCertificatesView,
        headers: { ETag: 'Of the configuration.' },
      },
    ],
    problems: ['not-found', 'conflict'],
  })
  async listEfmCertificates(
    @FromCaller() call: Call,
    @Param('vserverId') id: string,
    @Res({ passthrough: true }) response: Response,
  ): Promise<EfmCertificatesView> {
    const { items, tag } = await this.read.certificates(call, vserverId(id));
    response.setHeader('ETag', efmEtag(tag));
    return { items };
  }

  @Put(':vserverId/certificates/:certificateName')
  @Allow('vsys:change')
  @Repeatable()
  @MatchConfig('optional')
  @Describe({
    summary: 'Upload or renew a certificate of a load balancer',
    description:
      'The chain is put in order, the key must belong to the certificate, and it must be valid now. The key is stored sealed and never shown.',
    answers: EFM_ACCEPTED_OR_PREVIEW,
    problems: EFM_PROBLEMS,
  })
  async putEfmCertificate(
    @FromCaller() call: Call,
    @Param('vserverId') id: string,
    @Param('certificateName') name: string,
    @Body() { certificate, privateKey }: EfmCertificateRequest,
    @EfmExchange() exchange: EfmHttpExchange,
  ): Promise<AcceptedView | EfmPreviewView> {
    const edit = uploadedCertificate(name, { certificate, privateKey });
    return answerChange(this.configure, call, { efm: vserverId(id), edit, exchange });
  }

  @Delete(':vserverId/certificates/:certificateName')
  @Allow('vsys:change')
  @Repeatable()
  @MatchConfig('optional')
  @Describe({
    summary: 'Remove a certificate of a load balancer',
    description: 'With its key. Refused while a listener shows it.',
    answers: EFM_ACCEPTED_OR_PREVIEW,
    problems: EFM_PROBLEMS,
  })
  async removeEfmCertificate(
    @FromCaller() call: Call,
    @Param('vserverId') id: string,
    @Param('certificateName') name: string,
    @EfmExchange() exchange: EfmHttpExchange,
  ): Promise<AcceptedView | EfmPreviewView> {
    const edit = removedCertificate(name);
    return answerChange(this.configure, call, { efm: vserverId(id), edit, exchange });
  }
}
