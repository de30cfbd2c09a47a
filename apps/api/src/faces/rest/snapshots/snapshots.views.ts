/** Snapshots as the REST API shows them. */
import { PART_STATES, type PartState } from '@openvsys/vsys';
import { Choice, Flag, Instant, ListOf, Text, Texts, Whole } from '../../../http/fields.js';
import { PageView } from '../../../http/paging.js';

export class SnapshotView {
  @Text({ description: 'Id.', example: 'DEMO0001-7K2M9QXPA-X-0001' })
  id!: string;

  @Text({ description: 'The VSYS it belongs to.', example: 'DEMO0001-7K2M9QXPA' })
  vsysId!: string;

  @Text({ description: 'Name, for people.', example: 'before the update' })
  name!: string;

  @Choice({
    description: '`ready` once it is complete.',
    example: 'ready',
    of: PART_STATES,
    name: 'PartState',
  })
  state!: PartState;

  @Text({
    description: 'Why it is so, when that is not obvious.',
    example: null,
    nullable: true,
    maxLength: 2_000,
  })
  reason!: string | null;

  @Texts({ description: 'Ids of the servers that it is of.', example: ['DEMO0001-7K2M9QXPA-S-0003'] })
  servers!: readonly string[];

  @Flag({ description: 'With the memory of what ran.', example: false })
  withMemory!: boolean;

  @Whole({
    description: 'Space that it keeps from being overwritten, GiB rounded up; metered. Null: not taken yet.',
    example: 3,
    nullable: true,
  })
  sizeGiB!: number | null;

  @Whole({
    description: 'How long the servers were held still for it, ms. Null: not taken yet.',
    example: 1_200,
    nullable: true,
  })
  pausedMs!: number | null;

  @Instant({ description: 'When it was asked for.' })
  createdAt!: Date;
}

export class SnapshotPage extends PageView {
  @ListOf({ description: 'Snapshots in the order of their ids.' }, () => SnapshotView)
  items!: readonly SnapshotView[];
}
