/** What was asked to be done with pools, and what was found lying about in them. */
import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { PoolEntity } from './infrastructure.entities.js';

/** No foreign key: a pool that is being registered has no row yet. */
@Entity('pool_operation')
@Index(['poolId', 'id'])
@Index(['organizationId', 'id'])
@Index('pool_operation_image_index', ['image'], { where: 'image IS NOT NULL' })
@Index('pool_operation_open_index', ['poolId'], { where: 'finished_at IS NULL' })
@Index('pool_operation_subject_index', ['poolId', 'subject'], { unique: true, where: 'finished_at IS NULL' })
@Check('pool_operation_state_known', `state IN ('queued', 'running', 'succeeded', 'failed', 'cancelled')`)
@Check('pool_operation_secret_ends', 'secret IS NULL OR finished_at IS NULL')
export class PoolOperationEntity {
  @PrimaryColumn('uuid') id: string;
  @Column('uuid') poolId: string;
  @Column('text') kind: string;
  @Column('text') state: string;
  /** What only one operation at a time may work on, e.g. a host; null: any number. */
  @Column('text', { nullable: true }) subject: string | null;
  @Column('jsonb') task: object;
  /** Sealed password of a login that is not stored yet; gone with the end of the operation. */
  @Column('bytea', { nullable: true }) secret: Buffer | null;
  @Column('jsonb', { nullable: true }) progress: object | null;
  @Column('jsonb', { nullable: true }) result: object | null;
  @Column('jsonb', { nullable: true }) error: object | null;
  @Column('boolean', { default: false }) cancelRequested: boolean;
  /** Worker that looks at a pool which nobody owns yet; others are done by the owner of the pool. */
  @Column('text', { nullable: true }) claimedBy: string | null;
  @Column('timestamptz', { nullable: true }) claimedUntil: Date | null;
  @Column('text', { nullable: true }) requestId: string | null;
  @Column('text', { nullable: true }) requestedBy: string | null;
  @Column('timestamptz') createdAt: Date;
  @Column('timestamptz', { nullable: true }) startedAt: Date | null;
  @Column('timestamptz', { nullable: true }) finishedAt: Date | null;
  /** Whose it is; null: the provider's. */
  @Column('uuid', { nullable: true }) organizationId: string | null;
  /** Template that it is about. */
  @Column('text', { nullable: true }) image: string | null;
}

@Entity('pool_finding')
export class PoolFindingEntity {
  @ForeignKey(() => PoolEntity, { onDelete: 'CASCADE' })
  @PrimaryColumn('uuid')
  poolId: string;
  @PrimaryColumn('text') kind: string;
  /** XenAPI class, or `vserver`, `vdisk`, `vnet` for a row without an object. */
  @PrimaryColumn('text') class: string;
  /** Of the object, or the id of the row. */
  @PrimaryColumn('text') uuid: string;
  @Column('text') name: string;
  @Column('text', { nullable: true }) vsysId: string | null;
  @Column('text', { nullable: true }) part: string | null;
  @Column('text') reason: string;
  @Column('boolean') removable: boolean;
  @Column('timestamptz') firstSeenAt: Date;
  @Column('timestamptz') seenAt: Date;
}

export const POOL_CARE_ENTITIES = [PoolOperationEntity, PoolFindingEntity];
