/** Closed months. No foreign keys to what is billed: a bill outlives everything. */
import { Column, Entity, Exclusion, ForeignKey, Index, PrimaryColumn, Unique } from 'typeorm';

/** Never changes and is never deleted (a trigger refuses it). */
@Entity('statement')
@Unique('statement_period_once', ['organizationId', 'period'])
@Exclusion(
  'statement_no_overlap',
  'USING gist (organization_id WITH =, tstzrange(period_start, period_end) WITH &&)',
)
export class StatementEntity {
  @PrimaryColumn('uuid') id: string;
  @Column('uuid') organizationId: string;
  /** `2026-03` */
  @Column('text') period: string;
  @Column('timestamptz') periodStart: Date;
  @Column('timestamptz') periodEnd: Date;
  @Column('text') timeZone: string;
  @Column('text') currency: string;
  @Column('numeric', { precision: 30, scale: 10 }) subtotal: string;
  /** Rounded to the digits of the currency: what is to be paid. */
  @Column('numeric', { precision: 30, scale: 10 }) total: string;
  /** SHA-256 (lower-case hex) of the lines: what was sent and what is stored can be compared. */
  @Column('text') hash: string;
  @Column('timestamptz') closedAt: Date;
  @Column('text') closedBy: string;
  /** Why it was closed although a check had something to say; empty when none had. */
  @Column('text') reason: string;
}

/** Never changes and is never deleted (a trigger refuses it). */
@Entity('statement_line')
export class StatementLineEntity {
  @ForeignKey(() => StatementEntity)
  @PrimaryColumn('uuid')
  statementId: string;
  @PrimaryColumn('integer') position: number;
  @Column('text') kind: string;
  @Column('uuid', { nullable: true }) vdcId: string | null;
  @Column('text', { nullable: true }) vsysId: string | null;
  @Column('text', { nullable: true }) dimension: string | null;
  @Column('text', { nullable: true }) product: string | null;
  @Column('uuid', { nullable: true }) priceId: string | null;
  @Column('numeric', { precision: 40, scale: 10, nullable: true }) units: string | null;
  @Column('text', { nullable: true }) unit: string | null;
  @Column('numeric', { precision: 20, scale: 10, nullable: true }) unitPrice: string | null;
  @Column('numeric', { precision: 30, scale: 10 }) amount: string;
  @Column('text') description: string;
  /** The month that is corrected. */
  @Column('text', { nullable: true }) refersTo: string | null;
}

/** A credit or a charge that somebody decided on; billed with the next month that is closed. */
@Entity('adjustment')
@Index(['organizationId', 'id'])
export class AdjustmentEntity {
  @PrimaryColumn('uuid') id: string;
  @Column('uuid') organizationId: string;
  @Column('text', { nullable: true }) vsysId: string | null;
  /** Negative: a credit. */
  @Column('numeric', { precision: 30, scale: 10 }) amount: string;
  @Column('text') currency: string;
  @Column('text') description: string;
  @Column('text', { nullable: true }) refersTo: string | null;
  @Column('timestamptz') createdAt: Date;
  @Column('text') createdBy: string;
  /** Null: not billed yet. */
  @ForeignKey(() => StatementEntity)
  @Column('uuid', { nullable: true })
  statementId: string | null;
}

/** Months of which an event told that they can be closed. */
@Entity('statement_ready')
export class StatementReadyEntity {
  @PrimaryColumn('uuid') organizationId: string;
  @PrimaryColumn('text') period: string;
  @Column('timestamptz') toldAt: Date;
}

export const STATEMENT_ENTITIES = [
  StatementEntity,
  StatementLineEntity,
  AdjustmentEntity,
  StatementReadyEntity,
];
