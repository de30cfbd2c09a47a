/** What was held when, and what each closed hour of it costs. No foreign keys: a bill outlives everything. */
import { Check, Column, Entity, Index, PrimaryColumn } from 'typeorm';

@Entity('usage_interval')
@Index('usage_interval_open_unique', ['resource', 'dimension'], { unique: true, where: 'ended_at IS NULL' })
@Index(['resource', 'dimension', 'endedAt'])
@Index(['organizationId', 'startedAt'])
@Index(['vsysId'])
@Index('usage_interval_span_index', ['endedAt', 'startedAt'])
@Index('usage_interval_oversized_index', ['startedAt'], { where: 'quantity > 1000000000000' })
@Check('usage_interval_order', 'ended_at >= started_at')
@Check('usage_interval_quantity_positive', 'quantity > 0')
export class UsageIntervalEntity {
  @PrimaryColumn('uuid') id: string;
  @Column('uuid') organizationId: string;
  @Column('uuid') vdcId: string;
  @Column('text') vsysId: string;
  @Column('text') resource: string;
  @Column('text') dimension: string;
  @Column('text') product: string;
  @Column('bigint') quantity: number;
  @Column('timestamptz') startedAt: Date;
  @Column('timestamptz', { nullable: true }) endedAt: Date | null;
}

@Entity('usage_hour')
@Index(['organizationId', 'hour'])
@Index(['vsysId', 'hour'])
@Check('usage_hour_seconds', 'seconds BETWEEN 1 AND 3600')
export class UsageHourEntity {
  @PrimaryColumn('timestamptz') hour: Date;
  @PrimaryColumn('text') resource: string;
  @PrimaryColumn('text') dimension: string;
  @PrimaryColumn('text') product: string;
  @PrimaryColumn('bigint') quantity: number;
  /** The nil uuid: no price was valid. */
  @PrimaryColumn('uuid') priceId: string;
  /** A system may change its VDC in the middle of an hour. */
  @PrimaryColumn('uuid') vdcId: string;
  @Column('uuid') organizationId: string;
  @Column('text') vsysId: string;
  /** In which it was held; 1 for what is counted. */
  @Column('integer') seconds: number;
  /** Which are paid. */
  @Column('integer', { default: 0 }) billedSeconds: number;
  @Column('bigint') quantitySeconds: number;
  @Column('text') currency: string;
  /** Null: no price was valid, nothing can be charged until somebody sets one and closes the hour again. */
  @Column('numeric', { precision: 30, scale: 10, nullable: true }) amount: string | null;
}

@Entity('closed_hour')
export class ClosedHourEntity {
  @PrimaryColumn('timestamptz') hour: Date;
  @Column('timestamptz') closedAt: Date;
}

/** What is counted instead of held, e.g. bytes: how much of it passed by in an hour. */
@Entity('usage_count')
@Check('usage_count_positive', 'quantity > 0')
export class UsageCountEntity {
  @PrimaryColumn('timestamptz') hour: Date;
  @PrimaryColumn('text') resource: string;
  @PrimaryColumn('text') dimension: string;
  @PrimaryColumn('text') product: string;
  @Column('uuid') organizationId: string;
  @Column('uuid') vdcId: string;
  @Column('text') vsysId: string;
  @Column('bigint') quantity: number;
}

/** Intervals that cannot be billed, by hour, with the reason. */
@Entity('usage_parked')
export class UsageParkedEntity {
  @PrimaryColumn('timestamptz') hour: Date;
  @PrimaryColumn('uuid') intervalId: string;
  @Column('text') reason: string;
  @Column('timestamptz') parkedAt: Date;
  /** When an event told of it, or of its interval in another hour. */
  @Column('timestamptz', { nullable: true }) toldAt: Date | null;
}

export const USAGE_ENTITIES = [
  UsageIntervalEntity,
  UsageHourEntity,
  ClosedHourEntity,
  UsageCountEntity,
  UsageParkedEntity,
];
