import {
  DELIVERY_STATES,
  WEBHOOK_STATES,
  type DeliveryState,
  type WebhookState,
} from '@openvsys/persistence';
import { Choice, Flag, Instant, ListOf, Text, Texts, Uuid, Whole } from '../../../http/fields.js';
import { MayBeEmpty } from '../../../http/may-be-empty.decorator.js';
import { PageQuery, PageView } from '../../../http/paging.js';

const MOST_FILTERS = 100;
/** Longer overlaps would make the old secret the usual one. */
const LONGEST_OVERLAP_SECONDS = 7 * 24 * 3600;
export const DEFAULT_OVERLAP_SECONDS = 24 * 3600;

/** What a caller decides. */
export class WebhookRequest {
  @Text({ description: 'Name.', example: 'billing', minLength: 1, maxLength: 100 })
  name!: string;

  @Text({
    description:
      'Where events are sent by POST: https, reachable from the internet, without user name and password.',
    example: 'https://billing.example.com/hooks/openvsys',
    minLength: 1,
    maxLength: 2_048,
  })
  url!: string;

  @Texts({
    description: 'Kinds of events, with `.*` at the end all that begin so; absent or empty: all.',
    example: ['vserver.*', 'statement.closed'],
    optional: true,
    maxItems: MOST_FILTERS,
  })
  types?: readonly string[];

  @Texts({
    description: 'Only events of these VSYS; absent or empty: of all.',
    example: ['DEMO0001-7K2M9QXPA'],
    optional: true,
    maxItems: MOST_FILTERS,
  })
  vsysIds?: readonly string[];

  @Texts({
    description: 'Only events of systems in these VDCs; absent: of all, and what belongs to no VDC.',
    example: ['019399d2-5d5a-7cc8-9d6e-0a2f6d3b1c33'],
    optional: true,
    minItems: 1,
    maxItems: MOST_FILTERS,
  })
  vdcIds?: readonly string[];

  @Choice({
    description: 'Disabled: nothing is sent, and events of that time are not sent later either.',
    example: 'enabled',
    of: WEBHOOK_STATES,
    name: 'WebhookState',
    optional: true,
  })
  state?: WebhookState;
}

export class WebhookView {
  @Uuid({ description: 'Id.' })
  id!: string;

  @Uuid({ description: 'Organization; null: the provider’s, told of every organization.', nullable: true })
  organizationId!: string | null;

  @Text({ description: 'Name.', example: 'billing' })
  name!: string;

  @Text({
    description: 'Where events are sent.',
    example: 'https://billing.example.com/hooks/openvsys',
    maxLength: 2_048,
  })
  url!: string;

  @Texts({ description: 'Kinds of events; empty: all.', example: ['vserver.*', 'statement.closed'] })
  types!: readonly string[];

  @Texts({ description: 'Only events of these VSYS; empty: of all.', example: [] })
  vsysIds!: readonly string[];

  @Texts({
    description: 'Only events of systems in these VDCs; null: of all.',
    example: null,
    nullable: true,
  })
  vdcIds!: readonly string[] | null;

  @Choice({ description: 'Is anything sent?', example: 'enabled', of: WEBHOOK_STATES, name: 'WebhookState' })
  state!: WebhookState;

  @Instant({ description: 'Until then the former secret signs too.', example: null, nullable: true })
  previousSecretUntil!: Date | null;

  @Whole({ description: 'Grows with each change; the ETag.', example: 1, minimum: 1 })
  version!: number;

  @Whole({ description: 'Attempts that failed since the last success.', example: 0 })
  failures!: number;

  @Instant({ description: 'Nothing is tried before.', example: null, nullable: true })
  pausedUntil!: Date | null;

  @Instant({ description: 'When something arrived last.', nullable: true })
  lastSuccessAt!: Date | null;

  @Instant({ description: 'When it was made.' })
  createdAt!: Date;

  @Instant({ description: 'When it was changed last.' })
  changedAt!: Date;
}

export class CreatedWebhookView extends WebhookView {
  @Text({
    description: 'What deliveries are signed with; shown here and never again.',
    example: 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD',
  })
  secret!: string;
}

export class WebhookPage extends PageView {
  @ListOf({ description: 'Newest first.' }, () => WebhookView)
  items!: readonly WebhookView[];
}

export class ListWebhooksQuery extends PageQuery {}

@MayBeEmpty()
export class RotateSecretRequest {
  @Whole({
    description: 'How long the former secret signs too; a day when absent, 0: not at all.',
    example: 3_600,
    minimum: 0,
    maximum: LONGEST_OVERLAP_SECONDS,
    optional: true,
  })
  overlapSeconds?: number;
}

export class DeliveryView {
  @Text({ description: 'Id.', example: '4711' })
  id!: string;

  @Uuid({ description: 'The event; sent as `webhook-id`.' })
  eventId!: string;

  @Text({
    description: 'Kind of the event; null when it is no longer kept.',
    example: 'vserver.state',
    nullable: true,
  })
  type!: string | null;

  @Text({ description: 'What the event is about.', example: 'DEMO0001-7K2M9QXPA-S-0003' })
  resource!: string;

  @Choice({
    description: 'Dead: it was tried for a day.',
    example: 'delivered',
    of: DELIVERY_STATES,
    name: 'DeliveryState',
  })
  state!: DeliveryState;

  @Flag({ description: 'Was it asked for again?', example: false })
  replay!: boolean;

  @Whole({ description: 'Times it was tried.', example: 1 })
  attempts!: number;

  @Instant({ description: 'Since when it is to be told.' })
  createdAt!: Date;

  @Instant({ description: 'Not tried before; null when it has ended.', example: null, nullable: true })
  nextAt!: Date | null;

  @Instant({ description: 'When it was tried last.', nullable: true })
  lastAttemptAt!: Date | null;

  @Whole({ description: 'HTTP status of the last attempt; null: no answer.', example: 204, nullable: true })
  lastStatus!: number | null;

  @Whole({ description: 'How long the last attempt took, ms.', example: 83, nullable: true })
  lastLatencyMs!: number | null;

  @Text({ description: 'Why the last attempt failed.', example: null, nullable: true })
  lastError!: string | null;

  @Instant({ description: 'When it was delivered or given up.', nullable: true })
  endedAt!: Date | null;
}

export class DeliveryPage extends PageView {
  @ListOf({ description: 'Newest first.' }, () => DeliveryView)
  items!: readonly DeliveryView[];
}

export class ListDeliveriesQuery extends PageQuery {
  @Choice({
    description: 'Only these.',
    example: 'dead',
    of: DELIVERY_STATES,
    name: 'DeliveryState',
    optional: true,
  })
  state?: DeliveryState;

  @Text({ description: 'Only those about this.', example: 'DEMO0001-7K2M9QXPA-S-0003', optional: true })
  resource?: string;
}

const ENDED_STATES = ['delivered', 'dead'] as const;

export class ReplayRequest {
  @Instant({ description: 'Deliveries that were made from then on.' })
  from!: string;

  @Instant({ description: 'And before then.', example: '2026-11-23T16:00:00.000Z' })
  to!: string;

  @Choice({
    description: 'Only what ended so; absent: both.',
    example: 'dead',
    of: ENDED_STATES,
    name: 'EndedDeliveryState',
    optional: true,
  })
  state?: (typeof ENDED_STATES)[number];
}

export class ReplayedView {
  @Whole({ description: 'Events that are sent again.', example: 12 })
  replayed!: number;
}
