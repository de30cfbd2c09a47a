/** Back-ups of disks, and the policies that take them and give them up. */
import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { PartEntity } from './part.entities.js';
import { VsysEntity } from './vsys.entities.js';

@Entity('backup')
@Index(['vsysId'])
@Index('backup_live_index', ['organizationId', 'id'], { where: 'gone_at IS NULL' })
@Index('backup_held_index', ['organizationId'], { where: 'released_at IS NULL' })
@Index('backup_policy_index', ['policyId'], { where: 'policy_id IS NOT NULL AND wanted' })
@Index('backup_pending_index', ['vsysId'], {
  where: `wanted AND gone_at IS NULL AND state IN ('planned', 'creating')`,
})
@Check('backup_size_positive', 'size_gib > 0')
@Check(
  'backup_copy_key_whole',
  '(copy_key IS NULL) = (copy_key_hash IS NULL) AND (copy_key IS NULL) = (copy_contracts IS NULL)',
)
@Check('backup_placed_known', `placed IN ('backup-storage', 'other-storage', 'same-storage')`)
export class BackupEntity extends PartEntity {
  @Column('text') name: string;
  /** Id of the data disk, or of the server whose system disk it is of. */
  @Column('text') source: string;
  /** The source may be gone long before the back-up. */
  @Column('text') sourceName: string;
  @Column('integer') sizeGib: number;
  /** Where it is kept. */
  @Column('uuid') sr: string;
  /** It stays when its system is deleted. */
  @Column('boolean') outlives: boolean;
  /** When it was complete; null: not yet. Never taken again after that. */
  @Column('timestamptz', { nullable: true }) takenAt: Date | null;
  /** No foreign key: back-ups outlive their policy. */
  @Column('uuid', { nullable: true }) policyId: string | null;
  /** The due time of the policy for which it was taken. */
  @Column('timestamptz', { nullable: true }) dueAt: Date | null;
  /** SHA-256 of the key with which other tenants may copy it, hex; null: nobody may. */
  @Column('text', { nullable: true }) copyKeyHash: string | null;
  /** The key itself, sealed, for who set it. */
  @Column('text', { nullable: true }) copyKey: string | null;
  /** Contracts of the tenants that may use the key; none: whoever has it. */
  @Column('text', { array: true, nullable: true }) copyContracts: string[] | null;
  /** Beside which disks: on storage for back-ups, on another storage than its disk, or on the same one. */
  @Column('text', { default: 'same-storage' }) placed: string;
}

@Entity('backup_policy')
@Index('backup_policy_next_at_index', ['nextAt'], { where: 'next_at IS NOT NULL' })
export class BackupPolicyEntity {
  @PrimaryColumn('uuid') id: string;
  @Index()
  @ForeignKey(() => VsysEntity)
  @Column('text')
  vsysId: string;
  @Column('text') name: string;
  /** Names of disks and servers; none: all. */
  @Column('text', { array: true }) sources: string[];
  @Column('text') cron: string;
  /** IANA. */
  @Column('text') timeZone: string;
  /** How many to keep: `last`, `daily`, `weekly`, `monthly`. */
  @Column('jsonb') keep: object;
  /** Null: the expression has no further time. */
  @Column('timestamptz', { nullable: true }) nextAt: Date | null;
  @Column('text') createdBy: string;
  @Column('timestamptz') createdAt: Date;
}

/** One row for each due time: whichever worker comes first. No foreign keys: runs outlive their policy. */
@Entity('backup_policy_run')
@Check('backup_policy_run_outcome_known', `outcome IN ('asked', 'skipped')`)
export class BackupPolicyRunEntity {
  @PrimaryColumn('uuid') policyId: string;
  @PrimaryColumn('timestamptz') dueAt: Date;
  @Column('text') vsysId: string;
  @Column('timestamptz') ranAt: Date;
  @Column('text') outcome: string;
  @Column('uuid', { nullable: true }) operationId: string | null;
  @Column('text', { nullable: true }) reason: string | null;
}

export const BACKUP_ENTITIES = [BackupEntity, BackupPolicyEntity, BackupPolicyRunEntity];
