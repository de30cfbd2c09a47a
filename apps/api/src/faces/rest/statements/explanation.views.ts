import { Instant, ListOf, Nested, Text, Uuid, Whole } from '../../../http/fields.js';
import { PageView } from '../../../http/paging.js';
import { StatementLineView } from './statements.views.js';

export class ExplainedResourceView {
  @Text({ description: 'The part that held it.', example: 'DEMO0001-7K2M9QXPA-S-0003' })
  resource!: string;

  @Whole({ description: 'Units that it held.', example: 1 })
  quantity!: number;

  @Whole({ description: 'Clock hours of the month in which it held them.', example: 743 })
  hours!: number;

  @Whole({ description: 'Seconds.', example: 2674800 })
  seconds!: number;

  @Whole({ description: 'Seconds that are paid: more, when hours that were begun are.', example: 2674800 })
  billedSeconds!: number;

  @Text({ description: 'Amount; null: no price.', example: '74.3000000000', nullable: true })
  amount!: string | null;
}

export class CausingEventView {
  @Uuid({ description: 'Id of the event.' })
  id!: string;

  @Text({ description: 'Type of the event.', example: 'vserver.running' })
  type!: string;
}

export class CausingOperationView {
  @Uuid({ description: 'Id of the operation.' })
  id!: string;

  @Text({ description: 'Kind of the operation.', example: 'vsys.create' })
  kind!: string;

  @Text({ description: 'Who asked for it.', example: 'token:019399d2', nullable: true })
  requestedBy!: string | null;
}

/** What the begin or the end of an interval came from. */
export class CauseView {
  @Instant({ description: 'When.' })
  at!: Date;

  @Nested(
    { description: 'The event of the part at that instant, if there was one.', nullable: true },
    () => CausingEventView,
  )
  event!: CausingEventView | null;

  @Nested(
    { description: 'The operation that was under way, if there was one.', nullable: true },
    () => CausingOperationView,
  )
  operation!: CausingOperationView | null;
}

export class ExplainedIntervalView {
  @Uuid({ description: 'Id of the interval.' })
  id!: string;

  @Text({ description: 'The part.', example: 'DEMO0001-7K2M9QXPA-S-0003' })
  resource!: string;

  @Whole({ description: 'Units that it held.', example: 1 })
  quantity!: number;

  @Instant({ description: 'Held from.' })
  startedAt!: Date;

  @Instant({ description: 'Held until; null: still held.', nullable: true })
  endedAt!: Date | null;

  @Nested({ description: 'Why it began.' }, () => CauseView)
  began!: CauseView;

  @Nested({ description: 'Why it ended; null: still held.', nullable: true }, () => CauseView)
  ended!: CauseView | null;
}

export class LineExplanationView extends PageView {
  @Nested({ description: 'The line.' }, () => StatementLineView)
  line!: StatementLineView;

  @Text({
    description: 'How the amount comes about.',
    example:
      '743.0000000000 server-hour × 0.1000000000 = 74.3000000000: Running server, held second by second.',
    maxLength: 1_000,
  })
  sentence!: string;

  @ListOf({ description: 'Everything that the line is the sum of.' }, () => ExplainedResourceView)
  resources!: readonly ExplainedResourceView[];

  @Text({
    description: 'Sum over the resources, by the usage as it is known now; null for lines that are no usage.',
    example: '74.3000000000',
    nullable: true,
  })
  explained!: string | null;

  @ListOf({ description: 'When it was held, by part and begin.' }, () => ExplainedIntervalView)
  items!: readonly ExplainedIntervalView[];
}
