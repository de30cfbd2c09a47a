/** What tenants set on whole systems beside their spec. A system without a row has nothing set. */
import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { VdcEntity } from './tenancy.entities.js';
import { VsysEntity } from './vsys.entities.js';

/**
 * `lease_step`: how far the lease is.
 *
 *   0 ──a day before──► 1 ──an hour before──► 2 ──expired──► 3        another end: back to 0
 */
@Entity('vsys_settings')
@Check('vsys_settings_expiry_known', `expiry_action IN ('stop', 'delete')`)
@Check('vsys_settings_lease', '(expires_at IS NULL) = (expiry_action IS NULL)')
@Check('vsys_settings_lease_step', 'lease_step BETWEEN 0 AND 3')
@Index('vsys_settings_lease_index', ['expiresAt'], { where: 'expires_at IS NOT NULL AND lease_step < 3' })
@Index('vsys_settings_tags', { synchronize: false })
@Index('vsys_settings_trigrams', { synchronize: false })
export class VsysSettingsEntity {
  @ForeignKey(() => VsysEntity)
  @PrimaryColumn('text')
  vsysId: string;
  /** Counts the changes of this row; the ETag of the settings. */
  @Column('integer') version: number;
  @Column('boolean', { default: false }) protected: boolean;
  @Column('text', { default: '' }) notes: string;
  @Column('jsonb', { default: {} }) tags: object;
  @Column('timestamptz', { nullable: true }) expiresAt: Date | null;
  @Column('text', { nullable: true }) expiryAction: string | null;
  @Column('integer', { default: 0 }) leaseStep: number;
  /** Notes, tags and the client's id in lower case: what text search looks at beside the name. */
  @Column('text', { default: '' }) search: string;
}

@Entity('vsys_schedule')
@Check('vsys_schedule_verb_known', `verb IN ('start', 'stop')`)
@Index('vsys_schedule_next_at_index', ['nextAt'], { where: 'next_at IS NOT NULL' })
export class VsysScheduleEntity {
  @PrimaryColumn('uuid') id: string;
  @Index()
  @ForeignKey(() => VsysEntity)
  @Column('text')
  vsysId: string;
  @Column('text') verb: string;
  @Column('text') cron: string;
  /** IANA. */
  @Column('text') timeZone: string;
  /** Null: the expression has no further time. */
  @Column('timestamptz', { nullable: true }) nextAt: Date | null;
  @Column('text') createdBy: string;
  @Column('timestamptz') createdAt: Date;
}

/** One row for each due time: whichever worker comes first. No foreign keys: runs outlive their schedule. */
@Entity('vsys_schedule_run')
@Check('vsys_schedule_run_outcome_known', `outcome IN ('asked', 'skipped')`)
export class VsysScheduleRunEntity {
  @PrimaryColumn('uuid') scheduleId: string;
  @PrimaryColumn('timestamptz') dueAt: Date;
  @Column('text') vsysId: string;
  @Column('timestamptz') ranAt: Date;
  @Column('text') outcome: string;
  @Column('uuid', { nullable: true }) operationId: string | null;
  @Column('text', { nullable: true }) reason: string | null;
}

@Entity('vdc_settings')
@Check('vdc_settings_bin_hours', 'bin_hours >= 0')
@Check('vdc_settings_reuse_range', 'reuse_minutes BETWEEN 0 AND 1440')
export class VdcSettingsEntity {
  @ForeignKey(() => VdcEntity, { onDelete: 'CASCADE' })
  @PrimaryColumn('uuid')
  vdcId: string;
  /** How long deleted systems stay in the recycle bin; 0: not at all. */
  @Column('integer') binHours: number;
  /** Ranges from which those of VNets are chosen. */
  @Column('text', { array: true, default: ['10.0.0.0/8'] }) addressSpace: string[];
  /** How long an address rests before another server gets it. */
  @Column('integer', { default: 5 }) reuseMinutes: number;
}

export const VSYS_SETTINGS_ENTITIES = [
  VsysSettingsEntity,
  VsysScheduleEntity,
  VsysScheduleRunEntity,
  VdcSettingsEntity,
];
