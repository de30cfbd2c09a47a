/** What organizations, VDCs and systems may cost in a month, and what was told about it. */
import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn, Unique } from 'typeorm';
import { OrganizationEntity } from './tenancy.entities.js';

@Entity('budget')
@Index(['organizationId', 'id'])
@Index('budget_of_scope_index', ['scope', 'scopeId'])
@Check('budget_scope_known', `scope IN ('organization', 'vdc', 'vsys')`)
@Check('budget_amount_positive', 'amount > 0')
@Check('budget_at_limit_known', `at_limit IN ('alert', 'stop-new', 'stop-running')`)
export class BudgetEntity {
  @PrimaryColumn('uuid') id: string;
  @ForeignKey(() => OrganizationEntity)
  @Column('uuid')
  organizationId: string;
  @Column('text') scope: string;
  @Column('text') scopeId: string;
  @Column('text') name: string;
  /** A text: money never passes through a float. */
  @Column('numeric', { precision: 20, scale: 4 }) amount: string;
  @Column('text') currency: string;
  /** `{basis, unit, value}` */
  @Column('jsonb') thresholds: object;
  @Column('text') atLimit: string;
  /** Ids of servers that are never stopped for it. */
  @Column('text', { array: true }) protectedServers: string[];
  /** Grows by one with each change. */
  @Column('integer', { default: 1 }) version: number;
  @Column('timestamptz') createdAt: Date;
  @Column('timestamptz') changedAt: Date;
  /** The month of the figures. */
  @Column('text', { nullable: true }) period: string | null;
  @Column('numeric', { precision: 30, scale: 10, nullable: true }) spent: string | null;
  @Column('numeric', { precision: 30, scale: 10, nullable: true }) forecast: string | null;
  /** Metered time; null: to be evaluated at once. */
  @Column('timestamptz', { nullable: true }) evaluatedAt: Date | null;
  /** Nothing new until then, metered time; null: not stopped. */
  @Column('timestamptz', { nullable: true }) stoppedUntil: Date | null;
}

/** One for each mark and month, however often it is evaluated. */
@Entity('budget_alert')
@Unique('budget_alert_once', ['budgetId', 'period', 'threshold'])
export class BudgetAlertEntity {
  @PrimaryColumn('uuid') id: string;
  @ForeignKey(() => BudgetEntity, { onDelete: 'CASCADE' })
  @Column('uuid')
  budgetId: string;
  @Column('text') period: string;
  @Column('text') threshold: string;
  @Column('numeric', { precision: 30, scale: 10 }) reached: string;
  @Column('timestamptz') at: Date;
}

export const BUDGET_ENTITIES = [BudgetEntity, BudgetAlertEntity];
