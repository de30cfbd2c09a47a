/** What a change would do, cost and need, before anybody decides. */
import { QUOTA_SCOPES, type QuotaScope } from '@openvsys/vsys';
import { ViolationView } from '../../../http/problem.view.js';
import { AnyScalar, Choice, Flag, ListOf, Nested, Text, Texts, Whole } from '../../../http/fields.js';
import { MoneyView } from './vsys.views.js';

export class PlannedFieldView {
  @Text({ description: 'Name of the value.', example: 'type' })
  field!: string;

  @AnyScalar({
    description: 'Now; not shown when it may be secret.',
    example: 'standard.small',
    optional: true,
    nullable: true,
  })
  from?: string | number | null;

  @AnyScalar({
    description: 'After the change; not shown when it may be secret.',
    example: 'standard.medium',
    optional: true,
    nullable: true,
  })
  to?: string | number | null;
}

export class PlannedChangeView {
  @Text({
    description: 'Id the part has or would have. Ids of new systems are drawn when they are created.',
    example: 'DEMO0001-7K2M9QXPA-S-0003',
  })
  part!: string;

  @Text({ description: 'Kind of part.', example: 'vserver' })
  kind!: string;

  @Text({ description: 'Name of the part.', example: 'web-1' })
  name!: string;

  @Choice({
    description: 'What would become of it.',
    example: 'added',
    of: ['added', 'changed', 'replaced', 'removed', 'unchanged'],
    name: 'PlannedChangeKind',
  })
  change!: 'added' | 'changed' | 'replaced' | 'removed' | 'unchanged';

  @Flag({ description: 'The server has to be stopped and started for it.', example: false })
  restartNeeded!: boolean;

  @ListOf({ description: 'What of it changes.' }, () => PlannedFieldView)
  fields!: readonly PlannedFieldView[];
}

export class PlannedStepView {
  @Text({ description: 'Name of the step in this plan.', example: 'vserver.clone DEMO0001-7K2M9QXPA-S-0003' })
  id!: string;

  @Text({ description: 'Kind of action.', example: 'vserver.clone' })
  kind!: string;

  @Text({ description: 'The part it is about.', example: 'DEMO0001-7K2M9QXPA-S-0003' })
  part!: string;

  @Text({ description: 'In words.', example: 'Clone image debian-13 for server web-1', maxLength: 500 })
  title!: string;

  @Texts({
    description: 'Steps that must be done before.',
    example: ['vnet.create DEMO0001-7K2M9QXPA-N-DMZ'],
  })
  dependsOn!: readonly string[];

  @Whole({ description: 'Steps of one wave can be done side by side; waves count from 0.', example: 1 })
  wave!: number;

  @Whole({ description: 'Estimate in ms.', example: 2_000 })
  estimateMs!: number;

  @Whole({ description: 'Earliest begin after the begin of the work, in ms.', example: 1_500 })
  startsAtMs!: number;
}

export class PlannedPriceView {
  @Nested({ description: 'Now.' }, () => MoneyView)
  before!: MoneyView;

  @Nested({ description: 'After the change.' }, () => MoneyView)
  after!: MoneyView;
}

export class PlannedQuotaView {
  @Choice({
    description: 'Whose limit.',
    example: 'organization',
    of: QUOTA_SCOPES,
    name: 'QuotaScope',
  })
  scope!: QuotaScope;

  @Text({ description: 'What is limited.', example: 'vserver' })
  resource!: string;

  @Whole({ description: 'The limit; null: none.', example: 200, nullable: true })
  limit!: number | null;

  @Whole({ description: 'Used now, reserved things among it.', example: 4 })
  usedBefore!: number;

  @Whole({ description: 'Used after the change.', example: 9 })
  usedAfter!: number;

  @Flag({ description: 'Whether that is within the limit.', example: true })
  fits!: boolean;
}

export class PlannedCapacityView {
  @Flag({ description: 'A pool has room for it.', example: true })
  fits!: boolean;

  @Text({ description: 'Why not, in words.', example: null, nullable: true, maxLength: 4_000 })
  reason!: string | null;
}

export class PlanView {
  @Text({
    description: 'The VSYS; null for one that is not yet created.',
    example: 'DEMO0001-7K2M9QXPA',
    nullable: true,
  })
  vsysId!: string | null;

  @Whole({
    description:
      'The generation that the plan starts from; send it as If-Match to apply exactly this. 0 for a new VSYS.',
    example: 1,
  })
  basedOnGeneration!: number;

  @ListOf({ description: 'What would become of each part.', maxItems: 5_000 }, () => PlannedChangeView)
  changes!: readonly PlannedChangeView[];

  @ListOf({ description: 'What would be done, in order.', maxItems: 5_000 }, () => PlannedStepView)
  steps!: readonly PlannedStepView[];

  @Whole({
    description: 'Estimated ms from begin to end, as long as the pool has free slots.',
    example: 42_000,
  })
  estimateMs!: number;

  @Nested({ description: 'What it costs.' }, () => PlannedPriceView)
  price!: PlannedPriceView;

  @ListOf({ description: 'What it does to limited resources.' }, () => PlannedQuotaView)
  quotas!: readonly PlannedQuotaView[];

  @Nested({ description: 'Whether there is room.' }, () => PlannedCapacityView)
  capacity!: PlannedCapacityView;

  @ListOf(
    {
      description:
        'What is allowed but surely not meant, such as firewall rules that never decide; pointers into the descriptor.',
    },
    () => ViolationView,
  )
  warnings!: readonly ViolationView[];

  @Text({
    description:
      'Send it as `OpenVSYS-Plan` with the change to apply exactly this plan: the change is refused with 409 when parts, sizes of server types, prices or limits are no longer as they were. Contents that may be secret are not compared.',
    example: 'p1.3.5f1d0c3a9be2470.1c9a2b7d5e6f8a0.0b7e4d2c9a81f35.7d6e5f4a3b2c1d0',
  })
  digest!: string;
}
