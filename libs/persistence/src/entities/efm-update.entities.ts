/** Appliances that are made anew one after the other. */
import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { OrganizationEntity } from './tenancy.entities.js';
import { VsysEntity } from './vsys.entities.js';

@Entity('efm_update')
@Index('efm_update_vsys_id_index', ['vsysId', 'id'])
@Index('efm_update_running_unique', ['vsysId', 'efm'], { unique: true, where: "state = 'running'" })
@Check('efm_update_state_known', "state IN ('running', 'done', 'failed')")
@Check('efm_update_ended', "(state = 'running') = (ended_at IS NULL)")
export class EfmUpdateEntity {
  @PrimaryColumn('uuid') id: string;
  @ForeignKey(() => OrganizationEntity)
  @Column('uuid')
  organizationId: string;
  @ForeignKey(() => VsysEntity)
  @Column('text')
  vsysId: string;
  /** Name of the EFM in its system. */
  @Column('text') efm: string;
  /** Ids, in the order in which they are made anew. */
  @Column('text', { array: true }) appliances: string[];
  @Column('text') image: string;
  @Column('integer') systemDiskGib: number;
  /** The one that is being made anew. */
  @Column('integer', { default: 0 }) position: number;
  /** In which that was asked for. */
  @Column('integer') generation: number;
  @Column('timestamptz') stepAt: Date;
  @Column('text', { default: 'running' }) state: string;
  @Column('text', { nullable: true }) reason: string | null;
  @Column('text') requestedBy: string;
  @Column('timestamptz') createdAt: Date;
  @Column('timestamptz', { nullable: true }) endedAt: Date | null;
}

export const EFM_UPDATE_ENTITIES = [EfmUpdateEntity];
