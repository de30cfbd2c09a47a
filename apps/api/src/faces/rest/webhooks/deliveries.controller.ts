/** What webhooks were told: list, get, try out, tell again. */
import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Allow } from '../../../http/allow.decorator.js';
import { FromCaller } from '../../../http/call.js';
import { Describe, Repeatable } from '../../../http/describe.decorator.js';
import { pageRequestOf } from '../../../http/paging.js';
import { requireUuid } from '../../../http/require-uuid.js';
import type { Call } from '../../../use-cases/call.js';
import { FollowDeliveries } from '../../../use-cases/webhooks/follow-deliveries.js';
import {
  DeliveryPage,
  DeliveryView,
  ListDeliveriesQuery,
  ReplayedView,
  ReplayRequest,
} from './webhooks.views.js';

@ApiTags('Webhooks')
@Controller('v1/webhooks/:webhookId')
export class WebhookDeliveriesController {
  constructor(private readonly deliveries: FollowDeliveries) {}

  @Get('deliveries')
  @Allow('webhook:read')
  @Describe({
    summary: 'List deliveries of a webhook',
    description: 'What it was told or is to be told; kept for 30 days after their end.',
    answers: [{ status: 200, description: 'A page of deliveries.', type: DeliveryPage }],
    problems: ['not-found'],
  })
  async listWebhookDeliveries(
    @FromCaller() call: Call,
    @Param('webhookId') webhook: string,
    @Query() query: ListDeliveriesQuery,
  ): Promise<DeliveryPage> {
    const { state, resource } = query;
    return this.deliveries.list(
      call,
      requireUuid('webhook', webhook),
      { state, resource },
      pageRequestOf(query),
    );
  }

  @Get('deliveries/:deliveryId')
  @Allow('webhook:read')
  @Describe({
    summary: 'Get a delivery',
    description: 'With status, latency and error of the last attempt.',
    answers: [{ status: 200, description: 'The delivery.', type: DeliveryView }],
    problems: ['not-found'],
  })
  async getWebhookDelivery(
    @FromCaller() call: Call,
    @Param('webhookId') webhook: string,
    @Param('deliveryId') id: string,
  ): Promise<DeliveryView> {
    return this.deliveries.get(call, requireUuid('webhook', webhook), id);
  }

  @Post('deliveries/:deliveryId/replay')
  @Allow('webhook:manage')
  @Repeatable()
  @Describe({
    summary: 'Send a delivery again',
    description: 'The same event with the same id, as a new delivery.',
    answers: [{ status: 202, description: 'The new delivery.', type: DeliveryView }],
    problems: ['not-found'],
  })
  async replayWebhookDelivery(
    @FromCaller() call: Call,
    @Param('webhookId') webhook: string,
    @Param('deliveryId') id: string,
  ): Promise<DeliveryView> {
    return this.deliveries.replay(call, requireUuid('webhook', webhook), id);
  }

  @Post('replay')
  @Allow('webhook:manage')
  @Repeatable()
  @Describe({
    summary: 'Send the deliveries of a time again',
    description: 'Each event once, in their order, 10,000 at most; what waits already is left alone.',
    answers: [{ status: 202, description: 'They are sent.', type: ReplayedView }],
    problems: ['not-found', 'too-large'],
  })
  async replayWebhook(
    @FromCaller() call: Call,
    @Param('webhookId') webhook: string,
    @Body() { from, to, state }: ReplayRequest,
  ): Promise<ReplayedView> {
    const range = { from: new Date(from), to: new Date(to), state };
    return this.deliveries.replayRange(call, requireUuid('webhook', webhook), range);
  }

  @Post('test')
  @Allow('webhook:manage')
  @Repeatable()
  @Describe({
    summary: 'Try a webhook out',
    description: 'Sends it an event `webhook.test`, whatever it is told of otherwise.',
    answers: [{ status: 202, description: 'The delivery.', type: DeliveryView }],
    problems: ['not-found', 'conflict'],
  })
  async testWebhook(@FromCaller() call: Call, @Param('webhookId') webhook: string): Promise<DeliveryView> {
    return this.deliveries.test(call, requireUuid('webhook', webhook));
  }
}
