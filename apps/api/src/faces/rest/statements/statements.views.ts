import { LINE_KINDS, type LineKind } from '@openvsys/metering';
import { USAGE_DIMENSIONS, type UsageDimension } from '@openvsys/vsys';
import { Choice, Flag, Instant, ListOf, Text, Uuid, Whole } from '../../../http/fields.js';
import { PageQuery, PageView } from '../../../http/paging.js';
import { EXPORT_FORMATS, type ExportFormat } from '../../../use-cases/statements/export-statement.js';

const ORGANIZATION = { description: 'For the provider: whose.', optional: true } as const;

export class StatementQuery {
  @Uuid(ORGANIZATION)
  organization?: string;
}

export class StatementListQuery extends PageQuery {
  @Uuid(ORGANIZATION)
  organization?: string;
}

export class StatementExportQuery extends StatementQuery {
  @Choice({
    description: 'Form of the file; csv when not given.',
    example: 'focus',
    of: EXPORT_FORMATS,
    name: 'StatementFormat',
    optional: true,
  })
  format?: ExportFormat;
}

export class CloseStatementQuery extends StatementQuery {
  @Flag({ description: 'Only show what closing would make.', example: true, optional: true })
  dryRun?: boolean;
}

export class CloseStatementRequest {
  @Text({
    description: 'Why the month is to be closed although a check blocks.',
    example: 'The price of the product is given away in March.',
    optional: true,
    maxLength: 500,
  })
  reason?: string;
}

/** Facts of a closed statement. */
export class StatementView {
  @Uuid({ description: 'Id.' })
  id!: string;

  @Uuid({ description: 'Organization.' })
  organizationId!: string;

  @Text({ description: 'The month.', example: '2026-03' })
  period!: string;

  @Instant({ description: 'Its first hour.' })
  periodStart!: Date;

  @Instant({ description: 'The first hour after it.' })
  periodEnd!: Date;

  @Text({ description: 'IANA time zone of the month.', example: 'Europe/Berlin' })
  timeZone!: string;

  @Text({ description: 'ISO 4217 currency.', example: 'EUR' })
  currency!: string;

  @Text({ description: 'Exact sum of the lines.', example: '74.3000000000' })
  subtotal!: string;

  @Text({ description: 'What is to be paid: rounded to the digits of the currency.', example: '74.30' })
  total!: string;

  @Text({ description: 'SHA-256 of the lines.', example: '9f86d081884c7d659a2feaa0c55ad015' })
  hash!: string;

  @Instant({ description: 'When it was closed.' })
  closedAt!: Date;

  @Text({ description: 'By whom.', example: 'token:019399d2-5d5a-7cc8-9d6e-0a2f6d3b1c11' })
  closedBy!: string;

  @Text({ description: 'Why, when a check had blocked; else empty.', example: '' })
  reason!: string;
}

export class StatementPage extends PageView {
  @ListOf({ description: 'Newest month first.' }, () => StatementView)
  items!: readonly StatementView[];
}

const CHECKS = [
  'ended',
  'hours-closed',
  'nothing-parked',
  'all-priced',
  'no-overlap',
  'usual-amount',
] as const;
const SEVERITIES = ['fine', 'warns', 'blocks'] as const;

export class StatementCheckView {
  @Choice({
    description: 'What was looked at.',
    example: 'all-priced',
    of: CHECKS,
    name: 'StatementCheckName',
  })
  check!: (typeof CHECKS)[number];

  @Choice({ description: 'What came out.', example: 'fine', of: SEVERITIES, name: 'StatementCheckSeverity' })
  severity!: (typeof SEVERITIES)[number];

  @Text({ description: 'In words.', example: 'Everything has a price.' })
  message!: string;
}

/** A month, closed or as it would be closed now. */
export class StatementDetailView {
  @Choice({
    description: 'A draft may still change; what is closed never does.',
    example: 'closed',
    of: ['draft', 'closed'],
    name: 'StatementState',
  })
  state!: 'draft' | 'closed';

  @Uuid({ description: 'Organization.' })
  organizationId!: string;

  @Text({ description: 'The month.', example: '2026-03' })
  period!: string;

  @Instant({ description: 'Its first hour.' })
  periodStart!: Date;

  @Instant({ description: 'The first hour after it.' })
  periodEnd!: Date;

  @Text({ description: 'IANA time zone of the month.', example: 'Europe/Berlin' })
  timeZone!: string;

  @Text({ description: 'ISO 4217 currency.', example: 'EUR' })
  currency!: string;

  @Text({ description: 'Exact sum of the lines.', example: '74.3000000000' })
  subtotal!: string;

  @Text({ description: 'Rounded to the digits of the currency.', example: '74.30' })
  total!: string;

  @Whole({ description: 'How many lines it has.', example: 12 })
  lineCount!: number;

  @ListOf(
    { description: 'What is looked at before closing; none once it is closed.' },
    () => StatementCheckView,
  )
  checks!: readonly StatementCheckView[];

  @Text({ description: 'SHA-256 of the lines; null for a draft.', example: null, nullable: true })
  hash!: string | null;

  @Instant({ description: 'When it was closed; null for a draft.', nullable: true })
  closedAt!: Date | null;

  @Text({ description: 'By whom; null for a draft.', example: null, nullable: true })
  closedBy!: string | null;
}

export class StatementLineView {
  @Whole({ description: 'Number of the line.', example: 1, minimum: 1 })
  position!: number;

  @Choice({ description: 'What kind of line.', example: 'usage', of: LINE_KINDS, name: 'StatementLineKind' })
  kind!: LineKind;

  @Uuid({ description: 'VDC, where one is meant.', nullable: true })
  vdcId!: string | null;

  @Text({ description: 'VSYS, where one is meant.', example: 'DEMO0001-7K2M9QXPA', nullable: true })
  vsysId!: string | null;

  @Choice({
    description: 'What was metered; null for adjustments.',
    example: 'vserver-running',
    of: USAGE_DIMENSIONS,
    name: 'UsageDimension',
    nullable: true,
  })
  dimension!: UsageDimension | null;

  @Text({ description: 'Product.', example: 'standard.small', nullable: true })
  product!: string | null;

  @Uuid({ description: 'Which price.', nullable: true })
  priceId!: string | null;

  @Text({ description: 'Units, as an exact decimal.', example: '743.0000000000', nullable: true })
  units!: string | null;

  @Text({ description: 'What a unit is.', example: 'server-hour', nullable: true })
  unit!: string | null;

  @Text({ description: 'Price of a unit.', example: '0.1000000000', nullable: true })
  unitPrice!: string | null;

  @Text({ description: 'Amount, 10 decimals; negative: a credit.', example: '74.3000000000' })
  amount!: string;

  @Text({ description: 'In words.', example: 'Running server: standard.small' })
  description!: string;

  @Text({ description: 'The month that is corrected.', example: null, nullable: true })
  refersTo!: string | null;
}

export class StatementLinePage extends PageView {
  @ListOf({ description: 'In the order of the statement.' }, () => StatementLineView)
  items!: readonly StatementLineView[];
}
