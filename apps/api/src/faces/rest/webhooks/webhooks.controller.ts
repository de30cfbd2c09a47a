/** Webhooks: create, list, get, replace, delete, change the secret. */
import { Body, Controller, Delete, Get, Param, Post, Put, Query, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { WebhookRecord } from '@openvsys/persistence';
import type { Response } from 'express';
import { Allow } from '../../../http/allow.decorator.js';
import { FromCaller } from '../../../http/call.js';
import { Describe, MatchRequired, Repeatable } from '../../../http/describe.decorator.js';
import { etagOf, requiredPreconditionOf } from '../../../http/etag.js';
import { Exchange, type HttpExchange } from '../../../http/exchange.js';
import { pageRequestOf } from '../../../http/paging.js';
import { requireUuid } from '../../../http/require-uuid.js';
import type { Call } from '../../../use-cases/call.js';
import { ManageWebhooks, type WebhookTerms } from '../../../use-cases/webhooks/manage-webhooks.js';
import {
  CreatedWebhookView,
  DEFAULT_OVERLAP_SECONDS,
  ListWebhooksQuery,
  RotateSecretRequest,
  WebhookPage,
  WebhookRequest,
  WebhookView,
} from './webhooks.views.js';
import { requireKinds } from '../events/event-kinds.js';

const ETAG = { ETag: 'The version in quotes; for If-Match.' };

@ApiTags('Webhooks')
@Controller('v1/webhooks')
export class WebhooksController {
  constructor(private readonly webhooks: ManageWebhooks) {}

  @Get()
  @Allow('webhook:read')
  @Describe({
    summary: 'List webhooks',
    description: 'Where events are sent, and how that goes.',
    answers: [{ status: 200, description: 'A page of webhooks.', type: WebhookPage }],
  })
  async listWebhooks(@FromCaller() call: Call, @Query() query: ListWebhooksQuery): Promise<WebhookPage> {
    return this.webhooks.list(call, pageRequestOf(query));
  }

  @Get(':webhookId')
  @Allow('webhook:read')
  @Describe({
    summary: 'Get a webhook',
    description: 'Its terms and how it goes; never its secret.',
    answers: [{ status: 200, description: 'The webhook.', type: WebhookView, headers: ETAG }],
    problems: ['not-found'],
  })
  async getWebhook(
    @FromCaller() call: Call,
    @Param('webhookId') id: string,
    @Res({ passthrough: true }) response: Response,
  ): Promise<WebhookView> {
    return tagged(response, await this.webhooks.get(call, requireUuid('webhook', id)));
  }

  @Post()
  @Allow('webhook:manage')
  @Describe({
    summary: 'Create a webhook',
    description:
      'It is told of what happens from now on: by POST, as JSON, at least once, in order for each resource, for a day until it answers 2xx. The answer is the only place where the secret of the signatures is shown; because of that this call cannot be repeated with an Idempotency-Key.',
    answers: [{ status: 201, description: 'The webhook.', type: CreatedWebhookView, headers: ETAG }],
    problems: ['not-found', 'quota-exceeded'],
  })
  async createWebhook(
    @FromCaller() call: Call,
    @Body() body: WebhookRequest,
    @Res({ passthrough: true }) response: Response,
  ): Promise<CreatedWebhookView> {
    return tagged(response, await this.webhooks.create(call, termsOf(body)));
  }

  @Put(':webhookId')
  @Allow('webhook:manage')
  @Repeatable()
  @MatchRequired()
  @Describe({
    summary: 'Replace the terms of a webhook',
    description: 'The secret stays. What waits is tried at once.',
    answers: [{ status: 200, description: 'The webhook.', type: WebhookView, headers: ETAG }],
    problems: ['not-found'],
  })
  async replaceWebhook(
    @FromCaller() call: Call,
    @Param('webhookId') id: string,
    @Body() body: WebhookRequest,
    @Exchange() { ifMatch, response }: HttpExchange,
  ): Promise<WebhookView> {
    const precondition = requiredPreconditionOf(ifMatch);
    return tagged(
      response,
      await this.webhooks.replace(call, requireUuid('webhook', id), precondition, termsOf(body)),
    );
  }

  @Delete(':webhookId')
  @Allow('webhook:manage')
  @Repeatable()
  @MatchRequired()
  @Describe({
    summary: 'Delete a webhook',
    description: 'What waits for it is dropped, and its deliveries are forgotten.',
    answers: [{ status: 204, description: 'It is gone.' }],
    problems: ['not-found'],
  })
  async deleteWebhook(
    @FromCaller() call: Call,
    @Param('webhookId') id: string,
    @Exchange() { ifMatch }: HttpExchange,
  ): Promise<void> {
    await this.webhooks.remove(call, requireUuid('webhook', id), requiredPreconditionOf(ifMatch));
  }

  @Post(':webhookId/rotate-secret')
  @Allow('webhook:manage')
  @Describe({
    summary: 'Give a webhook a new secret',
    description:
      'The former one signs beside it for a time, so that receivers can be changed without losing anything. The new secret is shown here only; this call cannot be repeated with an Idempotency-Key.',
    answers: [{ status: 200, description: 'The webhook.', type: CreatedWebhookView, headers: ETAG }],
    problems: ['not-found'],
  })
  async rotateWebhookSecret(
    @FromCaller() call: Call,
    @Param('webhookId') id: string,
    @Body() { overlapSeconds }: RotateSecretRequest,
    @Res({ passthrough: true }) response: Response,
  ): Promise<CreatedWebhookView> {
    const overlap = overlapSeconds ?? DEFAULT_OVERLAP_SECONDS;
    return tagged(response, await this.webhooks.rotateSecret(call, requireUuid('webhook', id), overlap));
  }
}

function termsOf(body: WebhookRequest): WebhookTerms {
  const { name, url, types = [], vsysIds = [], vdcIds, state = 'enabled' } = body;
  requireKinds(types, '/types');
  return { name, url, types, vsysIds, vdcIds, state };
}

function tagged<Webhook extends WebhookRecord>(response: Response, webhook: Webhook): Webhook {
  response.setHeader('ETag', etagOf(webhook.version));
  return webhook;
}
