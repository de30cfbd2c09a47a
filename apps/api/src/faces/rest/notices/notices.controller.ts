/** Notices of the provider: list, get; publish, replace, withdraw. */
import { Body, Controller, Delete, Get, Param, Post, Put, Query, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { NoticeRecord } from '@openvsys/persistence';
import type { Response } from 'express';
import { Allow } from '../../../http/allow.decorator.js';
import { FromCaller } from '../../../http/call.js';
import { Describe, MatchRequired, Repeatable } from '../../../http/describe.decorator.js';
import { etagOf, requiredPreconditionOf } from '../../../http/etag.js';
import { Exchange, type HttpExchange } from '../../../http/exchange.js';
import { pageRequestOf } from '../../../http/paging.js';
import { requireUuid } from '../../../http/require-uuid.js';
import type { Call } from '../../../use-cases/call.js';
import { ManageNotices, type NoticeTerms } from '../../../use-cases/notices/manage-notices.js';
import { ListNoticesQuery, NoticePage, NoticeRequest, NoticeView } from './notices.views.js';

const ETAG = { ETag: 'The version in quotes; for If-Match.' };

@ApiTags('Notices')
@Controller('v1/notices')
export class NoticesController {
  constructor(private readonly notices: ManageNotices) {}

  @Get()
  @Allow('notice:read')
  @Describe({
    summary: 'List notices of the provider',
    description: 'Tenants see those that are for them and valid now; the provider sees all.',
    answers: [{ status: 200, description: 'A page of notices.', type: NoticePage }],
  })
  async listNotices(@FromCaller() call: Call, @Query() query: ListNoticesQuery): Promise<NoticePage> {
    return this.notices.list(call, query.severity, pageRequestOf(query));
  }

  @Get(':noticeId')
  @Allow('notice:read')
  @Describe({
    summary: 'Get a notice',
    description: 'All of it.',
    answers: [{ status: 200, description: 'The notice.', type: NoticeView, headers: ETAG }],
    problems: ['not-found'],
  })
  async getNotice(
    @FromCaller() call: Call,
    @Param('noticeId') id: string,
    @Res({ passthrough: true }) response: Response,
  ): Promise<NoticeView> {
    return tagged(response, await this.notices.get(call, requireUuid('notice', id)));
  }

  @Post()
  @Allow('notice:manage')
  @Repeatable()
  @Describe({
    summary: 'Publish a notice',
    description: 'Those it is for are told by an event `notice.published` at once.',
    answers: [{ status: 201, description: 'The notice.', type: NoticeView, headers: ETAG }],
    problems: ['not-found'],
  })
  async publishNotice(
    @FromCaller() call: Call,
    @Body() body: NoticeRequest,
    @Res({ passthrough: true }) response: Response,
  ): Promise<NoticeView> {
    return tagged(response, await this.notices.publish(call, termsOf(body)));
  }

  @Put(':noticeId')
  @Allow('notice:manage')
  @Repeatable()
  @MatchRequired()
  @Describe({
    summary: 'Replace a notice',
    description: 'Those it is for are told by an event `notice.changed`.',
    answers: [{ status: 200, description: 'The notice.', type: NoticeView, headers: ETAG }],
    problems: ['not-found'],
  })
  async replaceNotice(
    @FromCaller() call: Call,
    @Param('noticeId') id: string,
    @Body() body: NoticeRequest,
    @Exchange() { ifMatch, response }: HttpExchange,
  ): Promise<NoticeView> {
    const precondition = requiredPreconditionOf(ifMatch);
    return tagged(
      response,
      await this.notices.replace(call, requireUuid('notice', id), precondition, termsOf(body)),
    );
  }

  @Delete(':noticeId')
  @Allow('notice:manage')
  @Repeatable()
  @MatchRequired()
  @Describe({
    summary: 'Withdraw a notice',
    description: 'Nobody sees it any more; those it was for are told by an event `notice.withdrawn`.',
    answers: [{ status: 204, description: 'It is gone.' }],
    problems: ['not-found'],
  })
  async withdrawNotice(
    @FromCaller() call: Call,
    @Param('noticeId') id: string,
    @Exchange() { ifMatch }: HttpExchange,
  ): Promise<void> {
    await this.notices.withdraw(call, requireUuid('notice', id), requiredPreconditionOf(ifMatch));
  }
}

function termsOf({
  title,
  text,
  severity,
  organizationIds,
  validFrom,
  validUntil,
}: NoticeRequest): NoticeTerms {
  return {
    title,
    text,
    severity,
    organizationIds,
    validFrom: validFrom === undefined ? undefined : new Date(validFrom),
    validUntil: validUntil === undefined ? null : new Date(validUntil),
  };
}

function tagged(response: Response, notice: NoticeRecord): NoticeRecord {
  response.setHeader('ETag', etagOf(notice.version));
  return notice;
}
