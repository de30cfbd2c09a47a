/** What the provider tells its tenants. */
import { Check, Column, Entity, PrimaryColumn } from 'typeorm';

@Entity('notice')
@Check('notice_severity_known', `severity IN ('info', 'warning', 'critical')`)
@Check('notice_ends_after_begin', 'valid_until > valid_from')
export class NoticeEntity {
  @PrimaryColumn('uuid') id: string;
  @Column('text') title: string;
  @Column('text') text: string;
  @Column('text') severity: string;
  /** Null: everybody. */
  @Column('uuid', { array: true, nullable: true }) organizationIds: string[] | null;
  @Column('timestamptz') validFrom: Date;
  /** Null: without end. */
  @Column('timestamptz', { nullable: true }) validUntil: Date | null;
  /** Grows by one with each change. */
  @Column('integer', { default: 1 }) version: number;
  @Column('timestamptz') createdAt: Date;
  @Column('timestamptz') changedAt: Date;
}

export const NOTICE_ENTITIES = [NoticeEntity];
