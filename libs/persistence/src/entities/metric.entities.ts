/**
 * Book-keeping of the figures of servers. The figures themselves are in partitioned tables (`stores/metrics`), which come
 * and go with time and so have no entity.
 */
import { Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';
import { PoolEntity } from './infrastructure.entities.js';

/** A step that is to be made of finer ones. */
@Entity('metric_pending')
export class MetricPendingEntity {
  @PrimaryColumn('integer') stepSeconds: number;
  /** End of the step. */
  @PrimaryColumn('timestamptz') at: Date;
}

/** Up to when a host was asked, in its own time. */
@Entity('metric_progress')
export class MetricProgressEntity {
  @ForeignKey(() => PoolEntity, { onDelete: 'CASCADE' })
  @PrimaryColumn('uuid')
  poolId: string;
  @PrimaryColumn('uuid') host: string;
  @Column('timestamptz') until: Date;
}

export const METRIC_ENTITIES = [MetricPendingEntity, MetricProgressEntity];
