/** What was asked for and what was done: operations, the action journal, events, audit, idempotency keys. */
import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn, Unique } from 'typeorm';
import { OrganizationEntity } from './tenancy.entities.js';
import { VsysEntity } from './vsys.entities.js';

@Entity('operation')
@Index('operation_active_index', ['vsysId'], { where: `state IN ('queued', 'running', 'rolling-back')` })
@Index('operation_active_of_organization_index', ['organizationId'], {
  where: `state IN ('queued', 'running', 'rolling-back')`,
})
@Index(['vsysId', 'id'])
@Index(['organizationId', 'id'])
@Check('operation_steps', 'steps_done >= 0 AND steps_total >= 0')
export class OperationEntity {
  @PrimaryColumn('uuid') id: string;
  @ForeignKey(() => OrganizationEntity)
  @Column('uuid')
  organizationId: string;
  @ForeignKey(() => VsysEntity)
  @Column('text')
  vsysId: string;
  @Column('text') kind: string;
  @Column('text') state: string;
  @Column('text') onFailure: string;
  /** The operation ends when this generation is reached. */
  @Column('integer') generation: number;
  @Column('boolean', { default: false }) cancelRequested: boolean;
  @Column('text', { nullable: true }) requestId: string | null;
  @Column('text', { nullable: true }) requestedBy: string | null;
  @Column('integer', { default: 0 }) stepsDone: number;
  @Column('integer', { default: 0 }) stepsTotal: number;
  @Column('jsonb', { nullable: true }) error: object | null;
  @Column('timestamptz') createdAt: Date;
  @Column('timestamptz', { nullable: true }) startedAt: Date | null;
  @Column('timestamptz', { nullable: true }) finishedAt: Date | null;
}

/** The journal: an intent is a row without outcome. */
@Entity('action')
@Index('action_open_index', ['vsysId'], { where: 'outcome IS NULL' })
@Index(['operationId', 'id'])
@Check('action_outcome_known', `outcome IN ('done', 'failed', 'withdrawn')`)
export class ActionEntity {
  @PrimaryColumn('uuid') id: string;
  @Column('uuid', { nullable: true }) operationId: string | null;
  @ForeignKey(() => VsysEntity)
  @Column('text')
  vsysId: string;
  @Column('text') part: string;
  @Column('text') kind: string;
  @Column('text') key: string;
  @Column('integer') attempt: number;
  @Column('jsonb') action: object;
  @Column('uuid', { nullable: true }) host: string | null;
  /** Lease epoch of the worker that meant to do it. */
  @Column('bigint') epoch: number;
  @Column('text', { nullable: true }) outcome: string | null;
  @Column('jsonb', { nullable: true }) error: object | null;
  @Column('timestamptz') createdAt: Date;
  @Column('timestamptz', { nullable: true }) startedAt: Date | null;
  @Column('timestamptz', { nullable: true }) finishedAt: Date | null;
}

/** One row a change of state. No foreign keys: events outlive what they tell of. */
@Entity('event')
@Index(['vsysId', 'id'])
@Index(['organizationId', 'id'])
@Index('event_position_index', ['position'], { unique: true, where: 'position IS NOT NULL' })
@Index('event_without_position_index', ['id'], { where: 'position IS NULL' })
export class EventEntity {
  @PrimaryColumn('uuid') id: string;
  @Column('uuid') organizationId: string;
  @Column('text', { nullable: true }) vsysId: string | null;
  /** Id of the part, VSYS or operation that changed. */
  @Column('text') resource: string;
  @Column('text') type: string;
  @Column('jsonb') data: object;
  @Column('timestamptz') at: Date;
  /** In the order of telling; null until it is taken into the feed. */
  @Column('bigint', { nullable: true }) position: number | null;
}

/** Append-only (a trigger refuses changes) and chained (another one fills in `chain` to `hash`). */
@Entity('audit')
@Unique('audit_chain_position', ['chain', 'position'])
@Index('audit_request_id_index', ['requestId'], { where: 'reason IS NOT NULL' })
@Index(['organizationId', 'id'])
export class AuditEntity {
  @PrimaryColumn('uuid') id: string;
  @Column('uuid', { nullable: true }) organizationId: string | null;
  @Column('text') actor: string;
  @Column('text') verb: string;
  @Column('text') resource: string;
  @Column('text', { nullable: true }) requestId: string | null;
  @Column('timestamptz') at: Date;
  @Column('jsonb') detail: object;
  /** In the words of who asked for it. */
  @Column('text', { nullable: true }) reason: string | null;
  /** The organization, or the nil uuid for the provider. */
  @Column('uuid') chain: string;
  /** From 1 on, without gaps. */
  @Column('bigint') position: number;
  @Column('bytea') previous: Buffer;
  @Column('bytea') hash: Buffer;
}

/** Where each chain of the audit ends. */
@Entity('audit_head')
export class AuditHeadEntity {
  @PrimaryColumn('uuid') chain: string;
  @Column('bigint') position: number;
  @Column('bytea') hash: Buffer;
}

@Entity('idempotency_key')
@Index(['createdAt'])
export class IdempotencyKeyEntity {
  /** The nil uuid for callers of the provider. */
  @PrimaryColumn('uuid') organizationId: string;
  @PrimaryColumn('text') key: string;
  /** SHA-256 of method, path and body. */
  @Column('text') requestHash: string;
  @Column('integer', { nullable: true }) status: number | null;
  @Column('jsonb', { nullable: true }) response: object | null;
  @Column('timestamptz') createdAt: Date;
}

export const WORK_ENTITIES = [
  OperationEntity,
  ActionEntity,
  EventEntity,
  AuditEntity,
  AuditHeadEntity,
  IdempotencyKeyEntity,
];
