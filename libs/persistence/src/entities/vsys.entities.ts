/** Virtual systems and the spec of each of their generations. */
import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { DescriptorVersionEntity } from './catalog.entities.js';
import { PoolEntity } from './infrastructure.entities.js';
import { OrganizationEntity, VdcEntity } from './tenancy.entities.js';

/** A VSYS differs from its spec while `generation <> observed_generation`; `parked` keeps the sweep away from it. */
@Entity('vsys')
@Index('vsys_unsettled_index', ['poolId', 'changedAt'], {
  where: 'generation <> observed_generation AND parked IS NULL',
})
@Index('vsys_live_of_pool_index', ['poolId', 'id'], { where: 'deleted_at IS NULL' })
@Index('vsys_live_of_organization_index', ['organizationId', 'createdAt', 'id'], {
  where: 'deleted_at IS NULL',
})
@Index('vsys_live_name_unique', ['vdcId', 'name'], { unique: true, where: 'deleted_at IS NULL' })
@Index('vsys_live_external_id_unique', ['organizationId', 'externalId'], {
  unique: true,
  where: 'deleted_at IS NULL',
})
@Index('vsys_purge_index', ['purgeAt'], { where: 'purge_at IS NOT NULL AND deleted_at IS NULL' })
@Index('vsys_descriptor_version_id_index', ['descriptorVersionId'])
@Index('vsys_name_trigrams', { synchronize: false })
@Check('vsys_binned', '(binned_at IS NULL) = (purge_at IS NULL)')
@Check('vsys_generation_order', 'generation >= 1 AND observed_generation BETWEEN 0 AND generation')
export class VsysEntity {
  @PrimaryColumn('text') id: string;
  @ForeignKey(() => OrganizationEntity)
  @Column('uuid')
  organizationId: string;
  @ForeignKey(() => VdcEntity)
  @Column('uuid')
  vdcId: string;
  @ForeignKey(() => PoolEntity)
  @Column('uuid')
  poolId: string;
  @Column('text') name: string;
  /** Null: made from a descriptor that came with the request and is kept in the generation. */
  @ForeignKey(() => DescriptorVersionEntity)
  @Column('uuid', { nullable: true })
  descriptorVersionId: string | null;
  @Column('jsonb') parameters: object;
  @Column('integer') generation: number;
  @Column('integer', { default: 0 }) observedGeneration: number;
  @Column('text') phase: string;
  @Column('jsonb', { nullable: true }) parked: object | null;
  /** Last used number of each kind of part; numbers are never used again. */
  @Column('jsonb') numbers: object;
  @Column('timestamptz') createdAt: Date;
  @Column('timestamptz') changedAt: Date;
  @Column('timestamptz', { nullable: true }) deletedAt: Date | null;
  /** Chosen by the tenant, e.g. the id in a system of its own. */
  @Column('text', { nullable: true }) externalId: string | null;
  /** In the recycle bin since, and until when. */
  @Column('timestamptz', { nullable: true }) binnedAt: Date | null;
  @Column('timestamptz', { nullable: true }) purgeAt: Date | null;
}

@Entity('vsys_generation')
@Index('vsys_generation_reached_index', ['vsysId', 'generation'], { where: 'reached_at IS NOT NULL' })
export class VsysGenerationEntity {
  @ForeignKey(() => VsysEntity)
  @PrimaryColumn('text')
  vsysId: string;
  @PrimaryColumn('integer') generation: number;
  @Column('jsonb') spec: object;
  @Column('jsonb') design: object;
  /** The descriptor's document when it came with the request; null when `descriptorVersionId` names it. */
  @Column('jsonb', { nullable: true }) descriptor: object | null;
  @ForeignKey(() => DescriptorVersionEntity)
  @Column('uuid', { nullable: true })
  descriptorVersionId: string | null;
  @Column('jsonb') parameters: object;
  @Column('uuid', { nullable: true }) operationId: string | null;
  @Column('timestamptz') createdAt: Date;
  @Column('timestamptz', { nullable: true }) reachedAt: Date | null;
}

export const VSYS_ENTITIES = [VsysEntity, VsysGenerationEntity];
