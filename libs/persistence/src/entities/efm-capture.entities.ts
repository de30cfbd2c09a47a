/** Packet captures of appliances; see `repositories/efm-captures.ts` for their states. */
import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { VServerEntity } from './part.entities.js';

@Entity('efm_capture')
@Index('efm_capture_vserver_index', ['vserverId', 'createdAt'])
@Index('efm_capture_created_index', ['createdAt'])
export class EfmCaptureEntity {
  @PrimaryColumn('uuid') id: string;
  @ForeignKey(() => VServerEntity)
  @Column('text')
  vserverId: string;
  @Column('text') requestedBy: string;
  /** Where, what, how long and how much. */
  @Column('jsonb') wish: object;
  @Column('text', { default: 'waiting' }) state: string;
  @Column('timestamptz') createdAt: Date;
  @Column('timestamptz', { nullable: true }) startedAt: Date | null;
  @Column('timestamptz', { nullable: true }) finishedAt: Date | null;
  @Column('text', { nullable: true }) error: string | null;
  /** Bytes of `content`, also when it was fetched. */
  @Column('integer', { nullable: true }) size: number | null;
  /** A pcap file; null before the end and after it was fetched. */
  @Column('bytea', { nullable: true }) content: Buffer | null;
  @Column('timestamptz', { nullable: true }) fetchedAt: Date | null;
}

export const EFM_CAPTURE_ENTITIES = [EfmCaptureEntity];
