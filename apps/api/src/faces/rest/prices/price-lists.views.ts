import { PRICE_MINIMUMS, type PriceMinimum } from '@openvsys/metering';
import { USAGE_DIMENSIONS, type UsageDimension } from '@openvsys/vsys';
import { Choice, Flag, Instant, ListOf, Nested, Text, Uuid, Whole } from '../../../http/fields.js';
import { PageView } from '../../../http/paging.js';
import { PriceTierView, PriceView } from '../catalog/catalog.views.js';

const DECIMAL = String.raw`^\d{1,10}(\.\d{1,10})?$`;
const MAX_PRICES = 2_000;
/** Steps of a price; more than anybody can explain. */
const MAX_TIERS = 20;

export class OfferedTier {
  @Text({
    description: 'From so many units of a month on.',
    example: '1000',
    pattern: DECIMAL,
    maxLength: 21,
  })
  from!: string;

  @Text({ description: 'A unit costs so much.', example: '0.05', pattern: DECIMAL, maxLength: 21 })
  amount!: string;
}

export class OfferedPrice {
  @Text({ description: 'Product.', example: 'standard.small', minLength: 1 })
  product!: string;

  @Choice({
    description: 'What of it is metered.',
    example: 'vserver-running',
    of: USAGE_DIMENSIONS,
    name: 'UsageDimension',
  })
  dimension!: UsageDimension;

  @Text({
    description: 'For one unit (for one hour, when it is held), as an exact decimal.',
    example: '0.015',
    pattern: DECIMAL,
    maxLength: 21,
  })
  amount!: string;

  @Choice({
    description: 'Least time that is billed; `second` when not given.',
    example: 'second',
    of: PRICE_MINIMUMS,
    name: 'PriceMinimum',
    optional: true,
  })
  minimum?: PriceMinimum;

  @ListOf(
    {
      description:
        'Other amounts from so many units of a month on, ascending. From 0 on at 0: units that are included.',
      maxItems: MAX_TIERS,
      optional: true,
    },
    () => OfferedTier,
  )
  tiers?: readonly OfferedTier[];
}

export class PublishPriceListRequest {
  @Text({
    description: 'ISO 4217 currency; EUR when not given.',
    example: 'EUR',
    pattern: '^[A-Z]{3}$',
    maxLength: 3,
    optional: true,
  })
  currency?: string;

  @Uuid({ description: 'Only for this organization: its prices lie over the list.', optional: true })
  organizationId?: string;

  @Instant({
    description:
      'Valid from. In the past: hours since then are rated again, and closed months get visible corrections.',
  })
  validFrom!: string;

  @Text({
    description: 'Why there is a new version.',
    example: 'Prices of 2027',
    minLength: 1,
    maxLength: 500,
  })
  note!: string;

  @ListOf({ description: 'The whole list: what is left out ends.', maxItems: MAX_PRICES }, () => OfferedPrice)
  prices!: readonly OfferedPrice[];
}

export class DryRunPriceListQuery {
  @Flag({ description: 'Only show what would change.', example: true, optional: true })
  dryRun?: boolean;
}

export class EffectivePricesQuery {
  @Uuid({ description: 'For the provider: whose prices.', optional: true })
  organization?: string;

  @Instant({ description: 'At this instant; now when not given.', optional: true })
  at?: string;
}

export class PriceListView {
  @Uuid({ description: 'Id of the version.' })
  id!: string;

  @Text({ description: 'ISO 4217 currency.', example: 'EUR' })
  currency!: string;

  @Uuid({ description: 'Whose; null: everybody’s.', nullable: true })
  organizationId!: string | null;

  @Whole({ description: 'Number of the version.', example: 3 })
  version!: number;

  @Instant({ description: 'Valid from.' })
  validFrom!: Date;

  @Text({ description: 'Why there is this version.', example: 'Prices of 2027', maxLength: 500 })
  note!: string;

  @Text({ description: 'Who published it.', example: 'token:019399d2-5d5a-7cc8-9d6e-0a2f6d3b1c11' })
  publishedBy!: string;

  @Instant({ description: 'When it was published.' })
  publishedAt!: Date;
}

export class PriceListPage extends PageView {
  @ListOf({ description: 'Newest first.' }, () => PriceListView)
  items!: readonly PriceListView[];
}

export class PriceListDetailView {
  @Nested({ description: 'The version.' }, () => PriceListView)
  version!: PriceListView;

  @ListOf(
    { description: 'All prices of it, also those that it left as they were.', maxItems: MAX_PRICES },
    () => PriceView,
  )
  prices!: readonly PriceView[];
}

export class EffectivePricesView {
  @ListOf({ description: 'Prices that count, by product.', maxItems: MAX_PRICES }, () => PriceView)
  items!: readonly PriceView[];
}

class PriceFacts {
  @Text({ description: 'Amount.', example: '0.015' })
  amount!: string;

  @Choice({
    description: 'Least time that is billed.',
    example: 'second',
    of: PRICE_MINIMUMS,
    name: 'PriceMinimum',
  })
  minimum!: PriceMinimum;

  @ListOf({ description: 'Tiers.' }, () => PriceTierView)
  tiers!: readonly PriceTierView[];
}

const CHANGES = ['added', 'changed', 'ended', 'same'] as const;

export class PriceChangeView {
  @Text({ description: 'Product.', example: 'standard.small' })
  product!: string;

  @Text({ description: 'What of it is metered.', example: 'vserver-running' })
  dimension!: string;

  @Choice({
    description: 'What happens to its price.',
    example: 'changed',
    of: CHANGES,
    name: 'PriceChangeKind',
  })
  change!: (typeof CHANGES)[number];

  @Nested({ description: 'Until now; null: none.', nullable: true }, () => PriceFacts)
  before!: PriceFacts | null;

  @Nested({ description: 'From then on; null: none.', nullable: true }, () => PriceFacts)
  after!: PriceFacts | null;
}

export class PublicationView {
  @Nested({ description: 'The version; null for a dry run.', nullable: true }, () => PriceListView)
  version!: PriceListView | null;

  @ListOf({ description: 'Each price, before and after.', maxItems: 2 * MAX_PRICES }, () => PriceChangeView)
  changes!: readonly PriceChangeView[];

  @Whole({ description: 'Closed hours that are rated again.', example: 0 })
  hoursReopened!: number;

  @Whole({ description: 'Closed statements that may get a correction with the next month.', example: 0 })
  statementsCorrected!: number;
}
