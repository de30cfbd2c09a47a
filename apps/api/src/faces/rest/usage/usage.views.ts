import { USAGE_DIMENSIONS, type UsageDimension } from '@openvsys/vsys';
import { Choice, Flag, Instant, ListOf, Text, Uuid, Whole } from '../../../http/fields.js';
import { PageQuery, PageView } from '../../../http/paging.js';

export class UsageQuery extends PageQuery {
  @Text({ description: 'Only usage of this VSYS.', example: 'DEMO0001-7K2M9QXPA', optional: true })
  vsys?: string;

  @Uuid({ description: 'Only usage of this VDC.', optional: true })
  vdc?: string;

  @Uuid({ description: 'Only for callers of the provider: only usage of this organization.', optional: true })
  organization?: string;

  @Instant({
    description: 'From this instant on, cut to its hour; the last 24 hours when not given.',
    optional: true,
  })
  from?: string;

  @Instant({ description: 'Until before this instant; now when not given.', optional: true })
  to?: string;

  @Choice({
    description: 'Lines of each hour and resource, or added up for each hour or each resource.',
    example: 'hour',
    of: ['line', 'hour', 'resource'],
    name: 'UsageGrouping',
    optional: true,
  })
  groupBy?: 'line' | 'hour' | 'resource';
}

export class UsageLineView {
  @Instant({ description: 'Begin of the hour; null when hours are added up.', nullable: true })
  hour!: Date | null;

  @Text({
    description: 'VSYS; null when resources are added up.',
    example: 'DEMO0001-7K2M9QXPA',
    nullable: true,
  })
  vsysId!: string | null;

  @Text({
    description: 'The part that held it; null when resources are added up.',
    example: 'DEMO0001-7K2M9QXPA-S-0003',
    nullable: true,
  })
  resource!: string | null;

  @Choice({
    description: 'What was metered.',
    example: 'vserver-running',
    of: USAGE_DIMENSIONS,
    name: 'UsageDimension',
  })
  dimension!: UsageDimension;

  @Text({ description: 'Product.', example: 'standard.small' })
  product!: string;

  @Whole({
    description: 'Units: pieces, or GiB of storage; null when lines are added up.',
    example: 1,
    nullable: true,
  })
  quantity!: number | null;

  @Whole({ description: 'Units multiplied by the seconds in which they were held.', example: 3600 })
  quantitySeconds!: number;

  @Whole({ description: 'Seconds in which something was held.', example: 3600 })
  seconds!: number;

  @Text({
    description: 'Price of one unit for an hour; null when there is none or several.',
    example: '0.0240000000',
    nullable: true,
  })
  unitPrice!: string | null;

  @Text({ description: 'ISO 4217 currency.', example: 'EUR' })
  currency!: string;

  @Text({
    description: 'Amount as an exact decimal with 10 decimals; null when there is no price.',
    example: '0.0240000000',
    nullable: true,
  })
  amount!: string | null;

  @Flag({ description: 'The hour is closed: the line does not change any more.', example: true })
  closed!: boolean;
}

export class UsageDimensionTotalView {
  @Choice({
    description: 'What was metered.',
    example: 'vserver-running',
    of: USAGE_DIMENSIONS,
    name: 'UsageDimension',
  })
  dimension!: UsageDimension;

  @Whole({ description: 'Units multiplied by seconds.', example: 7200 })
  quantitySeconds!: number;

  @Text({ description: 'Amount as an exact decimal.', example: '0.0480000000' })
  amount!: string;
}

export class UsageTotalView {
  @Text({ description: 'ISO 4217 currency.', example: 'EUR' })
  currency!: string;

  @Text({ description: 'Sum of all lines of the period, not only of this page.', example: '1.4400000000' })
  amount!: string;

  @ListOf({ description: 'The same by what was metered.' }, () => UsageDimensionTotalView)
  byDimension!: readonly UsageDimensionTotalView[];

  @Whole({ description: 'Units multiplied by seconds for which there was no price.', example: 0 })
  unpricedQuantitySeconds!: number;
}

export class UsagePage extends PageView {
  @ListOf({ description: 'By hour, resource, dimension and product.' }, () => UsageLineView)
  items!: readonly UsageLineView[];

  @ListOf({ description: 'Sums of all lines of the period, one for each currency.' }, () => UsageTotalView)
  totals!: readonly UsageTotalView[];

  @Instant({ description: 'Begin of the period.' })
  from!: Date;

  @Instant({ description: 'End of the period.' })
  to!: Date;
}
