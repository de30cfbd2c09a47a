import { Instant, ListOf, Text, Uuid } from '../../../http/fields.js';
import { PageView } from '../../../http/paging.js';

export class ParkedUsageView {
  @Instant({ description: 'Begin of the hour.' })
  hour!: Date;

  @Uuid({ description: 'The interval.' })
  intervalId!: string;

  @Uuid({ description: 'Organization; null: the interval is gone.', nullable: true })
  organizationId!: string | null;

  @Text({ description: 'VSYS.', example: 'DEMO0001-7K2M9QXPA', nullable: true })
  vsysId!: string | null;

  @Text({ description: 'The part.', example: 'DEMO0001-7K2M9QXPA-S-0003', nullable: true })
  resource!: string | null;

  @Text({ description: 'What was metered.', example: 'vserver-running', nullable: true })
  dimension!: string | null;

  @Text({ description: 'Product.', example: 'standard.small', nullable: true })
  product!: string | null;

  @Text({ description: 'Why it cannot be billed.', example: 'its quantity is too large' })
  reason!: string;

  @Instant({ description: 'Since when.' })
  parkedAt!: Date;
}

export class ParkedUsagePage extends PageView {
  @ListOf({ description: 'Newest hour first.' }, () => ParkedUsageView)
  items!: readonly ParkedUsageView[];
}
