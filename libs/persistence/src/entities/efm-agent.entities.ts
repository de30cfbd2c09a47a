/** Agents of EFM appliances: who may pull which document, and what they said last. */
import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { VServerEntity } from './part.entities.js';
import { OrganizationEntity } from './tenancy.entities.js';

@Entity('efm_agent')
@Index('efm_agent_token_unique', ['tokenHash'], { unique: true })
@Index('efm_agent_next_token_unique', ['nextTokenHash'], { unique: true })
export class EfmAgentEntity {
  @ForeignKey(() => VServerEntity)
  @PrimaryColumn('text')
  vserverId: string;
  @ForeignKey(() => OrganizationEntity)
  @Column('uuid')
  organizationId: string;
  /** SHA-256; the token itself is only on the appliance's config drive. */
  @Column('bytea') tokenHash: Buffer;
  @Column('timestamptz') createdAt: Date;
  /** Handed out and not used yet. */
  @Column('bytea', { nullable: true }) nextTokenHash: Buffer | null;
  /** Since when the present token counts; null: since the beginning. */
  @Column('timestamptz', { nullable: true }) tokenAt: Date | null;
  @Column('timestamptz', { nullable: true }) renewalWantedAt: Date | null;
  @Column('timestamptz', { nullable: true }) revokedAt: Date | null;
  @Column('timestamptz', { nullable: true }) reportedAt: Date | null;
  /** A start of the agent; reports of one start are ordered by `sequence`. */
  @Column('text', { nullable: true }) runId: string | null;
  @Column('integer', { default: 0 }) sequence: number;
  @Column('text', { nullable: true }) agentVersion: string | null;
  @Column('integer', { nullable: true }) appliedVersion: number | null;
  @Column('text', { nullable: true }) appliedHash: string | null;
  @Column('jsonb', { nullable: true }) outcome: object | null;
  @Column('text', { nullable: true }) role: string | null;
  @Column('jsonb', { default: [] }) health: object;
  /** By the name in the native configuration. */
  @Column('jsonb', { default: {} }) counters: object;
  @Column('jsonb', { default: [] }) members: object;
  @Column('jsonb', { default: [] }) tunnels: object;
  @Column('jsonb', { nullable: true }) conntrack: object | null;
  @Column('integer', { default: 0 }) logsDropped: number;
}

@Entity('efm_agent_log')
export class EfmAgentLogEntity {
  @ForeignKey(() => EfmAgentEntity, { onDelete: 'CASCADE' })
  @PrimaryColumn('text')
  vserverId: string;
  @PrimaryColumn('bigint', { generated: 'identity', generatedIdentity: 'BY DEFAULT' }) id: string;
  @Column('timestamptz') at: Date;
  @Column('text') source: string;
  @Column('text') text: string;
}

/** What its counters stood at when somebody began to count anew. */
@Entity('efm_counter_base')
export class EfmCounterBaseEntity {
  @ForeignKey(() => VServerEntity, { onDelete: 'CASCADE' })
  @PrimaryColumn('text')
  vserverId: string;
  @Column('jsonb') base: object;
  @Column('timestamptz') since: Date;
}

export const EFM_AGENT_ENTITIES = [EfmAgentEntity, EfmAgentLogEntity, EfmCounterBaseEntity];
