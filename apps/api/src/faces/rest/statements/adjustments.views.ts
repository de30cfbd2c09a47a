import { Instant, ListOf, Text, Uuid } from '../../../http/fields.js';
import { PageView } from '../../../http/paging.js';

const MONTH = String.raw`^\d{4}-(0[1-9]|1[0-2])$`;

export class AddAdjustmentRequest {
  @Uuid({ description: 'Organization.' })
  organizationId!: string;

  @Text({ description: 'VSYS that it is about.', example: 'DEMO0001-7K2M9QXPA', optional: true })
  vsysId?: string;

  @Text({
    description: 'Exact decimal in the organization’s currency, at most 10 decimals; negative: a credit.',
    example: '-25.00',
    pattern: String.raw`^-?\d{1,15}(\.\d{1,10})?$`,
    maxLength: 27,
  })
  amount!: string;

  @Text({
    description: 'What it is for; stands on the bill.',
    example: 'Credit for the outage of 3 March',
    minLength: 1,
  })
  description!: string;

  @Text({
    description: 'The closed month that it is about.',
    example: '2026-03',
    pattern: MONTH,
    maxLength: 7,
    optional: true,
  })
  refersTo?: string;
}

export class AdjustmentView {
  @Uuid({ description: 'Id.' })
  id!: string;

  @Uuid({ description: 'Organization.' })
  organizationId!: string;

  @Text({ description: 'VSYS that it is about.', example: null, nullable: true })
  vsysId!: string | null;

  @Text({ description: 'Amount; negative: a credit.', example: '-25.0000000000' })
  amount!: string;

  @Text({ description: 'ISO 4217 currency.', example: 'EUR' })
  currency!: string;

  @Text({ description: 'What it is for.', example: 'Credit for the outage of 3 March' })
  description!: string;

  @Text({ description: 'The closed month that it is about.', example: '2026-03', nullable: true })
  refersTo!: string | null;

  @Instant({ description: 'When it was decided.' })
  createdAt!: Date;

  @Text({ description: 'By whom.', example: 'token:019399d2-5d5a-7cc8-9d6e-0a2f6d3b1c11' })
  createdBy!: string;

  @Uuid({ description: 'The statement that it was billed with; null: not billed yet.', nullable: true })
  statementId!: string | null;
}

export class AdjustmentPage extends PageView {
  @ListOf({ description: 'Newest first.' }, () => AdjustmentView)
  items!: readonly AdjustmentView[];
}
