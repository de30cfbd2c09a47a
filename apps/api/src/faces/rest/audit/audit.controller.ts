import { Controller, Get, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Allow } from '../../../http/allow.decorator.js';
import { FromCaller } from '../../../http/call.js';
import { Describe } from '../../../http/describe.decorator.js';
import { pageRequestOf } from '../../../http/paging.js';
import { ReadAudit } from '../../../use-cases/audit/read-audit.js';
import type { Call } from '../../../use-cases/call.js';
import { AuditPage, AuditVerificationView, ListAuditQuery, VerifyAuditQuery } from './audit.views.js';

@ApiTags('Audit')
@Controller('v1/audit')
export class AuditController {
  constructor(private readonly audit: ReadAudit) {}

  @Get()
  @Allow('audit:read')
  @Describe({
    summary: 'List the audit',
    description: 'Who changed what, when and why, newest first. Entries never change and are never deleted.',
    answers: [{ status: 200, description: 'A page of entries.', type: AuditPage }],
    problems: ['not-found'],
  })
  async listAudit(@FromCaller() call: Call, @Query() query: ListAuditQuery): Promise<AuditPage> {
    const { organization, actor, verb, resource, from, to } = query;
    const range = { from: instantOf(from), to: instantOf(to) };
    const filter = { organizationId: organization, actor, verb, resource, ...range };
    return this.audit.list(call, filter, pageRequestOf(query));
  }

  @Get('verification')
  @Allow('audit:read')
  @Describe({
    summary: 'Verify the audit',
    description:
      'Each entry carries a hash over itself and the hash before it, in a chain for each organization and one for the provider. This computes all of them again. Whoever can write to the database could write a whole chain anew; that shows when the hash of an older entry, kept elsewhere, is given as `anchor`.',
    answers: [
      { status: 200, description: 'What was found; broken chains too.', type: AuditVerificationView },
    ],
  })
  async verifyAudit(
    @FromCaller() call: Call,
    @Query() { anchor }: VerifyAuditQuery,
  ): Promise<AuditVerificationView> {
    const chains = await this.audit.check(call, anchor);
    const isWhole = chains.every(({ broken }) => broken === null);
    const isAnchored = anchor === undefined || chains.some(({ anchorPosition }) => anchorPosition !== null);
    return { isIntact: isWhole && isAnchored, chains };
  }
}

function instantOf(text: string | undefined): Date | undefined {
  return text === undefined ? undefined : new Date(text);
}
