/** Where tenants want to be told of events, and what was told there. */
import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn, PrimaryGeneratedColumn } from 'typeorm';
import { OrganizationEntity } from './tenancy.entities.js';

@Entity('webhook')
@Index(['organizationId', 'id'])
@Check('webhook_state_known', `state IN ('enabled', 'disabled')`)
export class WebhookEntity {
  @PrimaryColumn('uuid') id: string;
  /** Null: the provider's, told of the events of every organization. */
  @ForeignKey(() => OrganizationEntity)
  @Column('uuid', { nullable: true })
  organizationId: string | null;
  @Column('text') name: string;
  @Column('text') url: string;
  /** Kinds of events, `*` at the end for all that begin so; empty: all. */
  @Column('text', { array: true }) types: string[];
  /** Empty: all. */
  @Column('text', { array: true }) vsysIds: string[];
  /** Null: all, and what belongs to no VDC. */
  @Column('uuid', { array: true, nullable: true }) vdcIds: string[] | null;
  @Column('text') state: string;
  /** Sealed. */
  @Column('text') secret: string;
  /** Sealed; signs too until its time is over. */
  @Column('text', { nullable: true }) previousSecret: string | null;
  @Column('timestamptz', { nullable: true }) previousSecretUntil: Date | null;
  /** Grows by one with each change. */
  @Column('integer', { default: 1 }) version: number;
  /** Attempts that failed since the last success. */
  @Column('integer', { default: 0 }) failures: number;
  /** Nothing is sent until then. */
  @Column('timestamptz', { nullable: true }) pausedUntil: Date | null;
  @Column('timestamptz', { nullable: true }) lastSuccessAt: Date | null;
  @Column('timestamptz') createdAt: Date;
  @Column('timestamptz') changedAt: Date;
}

/** One event for one webhook; a replay is a row of its own. No foreign key to the event: what was told outlives it. */
@Entity('webhook_delivery')
@Index('webhook_delivery_once', ['webhookId', 'eventId'], { unique: true, where: 'NOT replay' })
@Index(['webhookId', 'id'])
@Index('webhook_delivery_due_index', ['webhookId', 'nextAt', 'id'], { where: `state = 'pending'` })
@Index('webhook_delivery_order_index', ['webhookId', 'resource', 'position', 'id'], {
  where: `state = 'pending'`,
})
@Check('webhook_delivery_state_known', `state IN ('pending', 'delivered', 'dead')`)
export class WebhookDeliveryEntity {
  @PrimaryGeneratedColumn('identity', { type: 'bigint', generatedIdentity: 'ALWAYS' }) id: number;
  @ForeignKey(() => WebhookEntity, { onDelete: 'CASCADE' })
  @Column('uuid')
  webhookId: string;
  @Column('uuid') eventId: string;
  /** Deliveries of one resource go one after the other. */
  @Column('text') resource: string;
  /** Of the event. */
  @Column('bigint') position: number;
  @Column('text', { default: 'pending' }) state: string;
  @Column('boolean', { default: false }) replay: boolean;
  @Column('integer', { default: 0 }) attempts: number;
  @Column('timestamptz') createdAt: Date;
  /** Not tried before. */
  @Column('timestamptz') nextAt: Date;
  /** Of the attempt under way; a result with another claim is too late. */
  @Column('uuid', { nullable: true }) claim: string | null;
  @Column('timestamptz', { nullable: true }) claimedUntil: Date | null;
  @Column('timestamptz', { nullable: true }) lastAttemptAt: Date | null;
  @Column('integer', { nullable: true }) lastStatus: number | null;
  @Column('integer', { nullable: true }) lastLatencyMs: number | null;
  @Column('text', { nullable: true }) lastError: string | null;
  @Column('timestamptz', { nullable: true }) endedAt: Date | null;
}

export const WEBHOOK_ENTITIES = [WebhookEntity, WebhookDeliveryEntity];
