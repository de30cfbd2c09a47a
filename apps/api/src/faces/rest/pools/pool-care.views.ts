/** What lies about in pools, and how gently hosts are emptied. */
import { POOL_FINDING_KINDS, type PoolFindingKind } from '@openvsys/persistence';
import { Choice, Flag, Instant, ListOf, Text, Whole } from '../../../http/fields.js';
import { MayBeEmpty } from '../../../http/may-be-empty.decorator.js';
import { PageView } from '../../../http/paging.js';

export class PoolFindingView {
  @Choice({
    description:
      '`orphan`: ours, but its system is not here · `twin`: two claim one part · `copy`: inherited our tags · `foreign`: attached to ours, but not ours · `missing`: a part without its object.',
    example: 'orphan',
    of: POOL_FINDING_KINDS,
    name: 'PoolFindingKind',
  })
  kind!: PoolFindingKind;

  @Text({ description: 'Class of the object, or kind of the part.', example: 'VDI' })
  class!: string;

  @Text({
    description: 'Uuid of the object, or id of the part.',
    example: '0a000000-0000-4000-8000-000000000001',
  })
  uuid!: string;

  @Text({ description: 'Its name in the pool.', example: 'DEMO0001-7K2M9QXPA-D-0001' })
  name!: string;

  @Text({
    description: 'The VSYS that it claims to belong to.',
    example: 'DEMO0001-7K2M9QXPA',
    nullable: true,
  })
  vsysId!: string | null;

  @Text({
    description: 'The part that it claims to be.',
    example: 'DEMO0001-7K2M9QXPA-D-0001',
    nullable: true,
  })
  part!: string | null;

  @Text({
    description: 'Why it is in the list.',
    example: 'DEMO0001-7K2M9QXPA was deleted.',
    maxLength: 1_000,
  })
  reason!: string;

  @Flag({ description: 'It provably belongs to nothing and may be removed on command.', example: true })
  removable!: boolean;

  @Instant({ description: 'When it was found first.' })
  firstSeenAt!: Date;

  @Instant({ description: 'When it was seen last.' })
  seenAt!: Date;
}

export class PoolFindingPage extends PageView {
  @ListOf({ description: 'By kind, class and uuid.' }, () => PoolFindingView)
  items!: readonly PoolFindingView[];
}

@MayBeEmpty()
export class MaintainHostRequest {
  @Whole({
    description: 'Live migrations at once, at most 10; 2 when not given.',
    example: 2,
    minimum: 1,
    maximum: 10,
    optional: true,
  })
  concurrency?: number;
}
