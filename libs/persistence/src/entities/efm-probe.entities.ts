/** Probes that appliances are asked for; see `repositories/efm-probes.ts` for their states. */
import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { VServerEntity } from './part.entities.js';

@Entity('efm_probe')
@Index('efm_probe_vserver_index', ['vserverId', 'state'])
@Index('efm_probe_created_index', ['createdAt'])
export class EfmProbeEntity {
  @PrimaryColumn('uuid') id: string;
  @ForeignKey(() => VServerEntity)
  @Column('text')
  vserverId: string;
  /** Address, port, path and how long. */
  @Column('jsonb') wish: object;
  @Column('text', { default: 'waiting' }) state: string;
  @Column('timestamptz') createdAt: Date;
  @Column('timestamptz', { nullable: true }) startedAt: Date | null;
  /** Why it is silent. */
  @Column('text', { nullable: true }) error: string | null;
}

export const EFM_PROBE_ENTITIES = [EfmProbeEntity];
