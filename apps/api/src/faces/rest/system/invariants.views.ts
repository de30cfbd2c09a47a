import { Flag, Instant, ListOf, Text, Texts, Whole } from '../../../http/fields.js';

export class InvariantView {
  @Text({ description: 'Name.', example: 'metered-once' })
  name!: string;

  @Text({ description: 'What must hold.', example: 'nothing is metered that is gone' })
  statement!: string;

  @Text({
    description: 'What it means when it does not hold.',
    example: 'A tenant is billed.',
    maxLength: 1_000,
  })
  explanation!: string;

  @Texts({ description: 'What to do then, step by step.', example: ['Report it as a defect.'] })
  repair!: readonly string[];

  @Whole({ description: 'How many things break it; 0 when all is well.', example: 0 })
  count!: number;

  @Texts({ description: 'Ids of some of them.', example: [] })
  examples!: readonly string[];
}

export class InvariantReportView {
  @Flag({ description: 'All hold.', example: true })
  isHealthy!: boolean;

  @Instant({ description: 'When they were checked.' })
  checkedAt!: Date;

  @ListOf({ description: 'All of them.' }, () => InvariantView)
  items!: readonly InvariantView[];
}
