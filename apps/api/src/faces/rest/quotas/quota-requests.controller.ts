/** Wishes for higher limits: ask, see, approve, deny, withdraw. */
import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { DomainError } from '@openvsys/vsys';
import { Allow } from '../../../http/allow.decorator.js';
import { FromCaller } from '../../../http/call.js';
import { Describe, Repeatable } from '../../../http/describe.decorator.js';
import { pageRequestOf } from '../../../http/paging.js';
import type { Call } from '../../../use-cases/call.js';
import { ManageQuotaRequests } from '../../../use-cases/quotas/manage-quota-requests.js';
import {
  ApproveQuotaRequestRequest,
  CreateQuotaRequestRequest,
  DecideQuotaRequestRequest,
  ListQuotaRequestsQuery,
  QuotaRequestPage,
  QuotaRequestView,
} from './quota-requests.views.js';

const ANSWERS = [{ status: 200, description: 'The request.', type: QuotaRequestView }] as const;

@ApiTags('Quotas')
@Controller('v1/quota-requests')
export class QuotaRequestsController {
  constructor(private readonly requests: ManageQuotaRequests) {}

  @Get()
  @Allow('quota:read')
  @Describe({
    summary: 'List requests for limits',
    description: 'Open ones and, as history, those that were decided; newest first.',
    answers: [{ status: 200, description: 'A page of requests.', type: QuotaRequestPage }],
  })
  async listQuotaRequests(
    @FromCaller() call: Call,
    @Query() query: ListQuotaRequestsQuery,
  ): Promise<QuotaRequestPage> {
    const { items, nextCursor } = await this.requests.list(call, query.state, pageRequestOf(query));
    return { items: items.map(viewOf), nextCursor };
  }

  @Get(':quotaRequestId')
  @Allow('quota:read')
  @Describe({
    summary: 'Get a request for limits',
    description: 'What was asked, why, and what became of it.',
    answers: ANSWERS,
    problems: ['not-found'],
  })
  async getQuotaRequest(
    @FromCaller() call: Call,
    @Param('quotaRequestId') id: string,
  ): Promise<QuotaRequestView> {
    return viewOf(await this.requests.get(call, id));
  }

  @Post()
  @Allow('quota:request')
  @Repeatable()
  @Describe({
    summary: 'Ask for other limits',
    description:
      'Changes nothing yet. Limits of organizations are decided by the provider, others by the organization.',
    answers: [{ status: 201, description: 'The request.', type: QuotaRequestView }],
    problems: ['not-found'],
  })
  async createQuotaRequest(
    @FromCaller() call: Call,
    @Body() { scope, scopeId, limits, reason }: CreateQuotaRequestRequest,
  ): Promise<QuotaRequestView> {
    const id = scopeId ?? (scope === 'organization' ? call.principal.organizationId : null);
    if (id === null) {
      throw new DomainError('invalid-request', 'The request does not say whose limits it is about.', {
        pointer: '/scopeId',
        remedy: 'Send scopeId.',
      });
    }
    return viewOf(await this.requests.create(call, { target: { scope, id }, limits, reason }));
  }

  @Post(':quotaRequestId/approve')
  @Allow('quota:set')
  @Repeatable()
  @Describe({
    summary: 'Approve a request for limits',
    description: 'Sets the limits that are wished for, or those of the body; all others stay.',
    answers: ANSWERS,
    problems: ['not-found', 'conflict'],
  })
  async approveQuotaRequest(
    @FromCaller() call: Call,
    @Param('quotaRequestId') id: string,
    @Body() { reason, limits }: ApproveQuotaRequestRequest,
  ): Promise<QuotaRequestView> {
    return viewOf(await this.requests.approve(call, { id, reason }, limits));
  }

  @Post(':quotaRequestId/deny')
  @Allow('quota:set')
  @Repeatable()
  @Describe({
    summary: 'Deny a request for limits',
    description: 'Changes no limit; the reason is kept for who asked.',
    answers: ANSWERS,
    problems: ['not-found', 'conflict'],
  })
  async denyQuotaRequest(
    @FromCaller() call: Call,
    @Param('quotaRequestId') id: string,
    @Body() { reason }: DecideQuotaRequestRequest,
  ): Promise<QuotaRequestView> {
    return viewOf(await this.requests.deny(call, { id, reason }));
  }

  @Post(':quotaRequestId/withdraw')
  @Allow('quota:request')
  @Repeatable()
  @Describe({
    summary: 'Withdraw a request for limits',
    description: 'It stays in the history.',
    answers: ANSWERS,
    problems: ['not-found', 'conflict'],
  })
  async withdrawQuotaRequest(
    @FromCaller() call: Call,
    @Param('quotaRequestId') id: string,
    @Body() { reason }: DecideQuotaRequestRequest,
  ): Promise<QuotaRequestView> {
    return viewOf(await this.requests.withdraw(call, { id, reason }));
  }
}

function viewOf(record: Awaited<ReturnType<ManageQuotaRequests['get']>>): QuotaRequestView {
  const { replaced: _replaced, limits, ...facts } = record;
  return {
    ...facts,
    limits: limits.flatMap(({ resource, limit }) => (limit === null ? [] : [{ resource, limit }])),
  };
}
