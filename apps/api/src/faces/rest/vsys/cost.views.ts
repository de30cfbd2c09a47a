import { Instant, Text, Texts } from '../../../http/fields.js';

export class VsysCostView {
  @Text({ description: 'VSYS.', example: 'DEMO0001-7K2M9QXPA' })
  vsysId!: string;

  @Text({ description: 'ISO 4217 currency.', example: 'EUR' })
  currency!: string;

  @Text({ description: 'The month in the contract’s time zone.', example: '2026-03' })
  period!: string;

  @Instant({ description: 'Its first hour.' })
  periodStart!: Date;

  @Instant({ description: 'The first hour after it.' })
  periodEnd!: Date;

  @Instant({ description: 'Counted up to this instant.' })
  at!: Date;

  @Text({ description: 'What it has cost this month.', example: '12.4800000000' })
  soFar!: string;

  @Text({ description: 'What an hour costs with what it holds at the moment.', example: '0.0612000000' })
  perHour!: string;

  @Text({
    description: 'What is added until the end of the month when nothing changes.',
    example: '22.0320000000',
  })
  toCome!: string;

  @Text({ description: 'What the month comes to when nothing changes.', example: '34.5120000000' })
  forecast!: string;

  @Text({
    description: 'What an hour costs when all its servers and EFMs are stopped.',
    example: '0.0082000000',
  })
  stoppedPerHour!: string;

  @Text({ description: 'The same for 730 hours.', example: '5.986' })
  stoppedPerMonth!: string;

  @Texts({ description: 'Products in use without a price: the amounts are too low by them.', example: [] })
  unpriced!: readonly string[];
}
