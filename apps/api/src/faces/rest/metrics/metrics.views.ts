/** What servers and systems did over time. Null: not measured. */
import { IntersectionType } from '@nestjs/swagger';
import type { MetricStepSeconds } from '@openvsys/persistence';
import { Choice, Instant, ListOf, Measured, Text, Whole } from '../../../http/fields.js';
import { PageQuery, PageView } from '../../../http/paging.js';
import type { MetricQuestion } from '../../../use-cases/metrics/read-metrics.js';

/** As people write steps; the words of the API for what is kept. */
export const STEPS = { '1m': 60, '10m': 600, '1h': 3_600, '1d': 86_400 } as const satisfies Record<
  string,
  MetricStepSeconds
>;
export type StepName = keyof typeof STEPS;

export class MetricPeriodQuery {
  @Instant({ description: 'Begin; an hour before the end when not given.', optional: true })
  from?: string;

  @Instant({ description: 'End; now when not given.', optional: true })
  to?: string;

  @Choice({
    description: 'Length of a step; the finest that gives no more than 1,000 points when not given.',
    example: '10m',
    of: Object.keys(STEPS),
    name: 'MetricStep',
    optional: true,
  })
  step?: StepName;
}

export class MetricsQuery extends IntersectionType(PageQuery, MetricPeriodQuery) {}

const dateOf = (text: string | undefined): Date | undefined =>
  text === undefined ? undefined : new Date(text);

export const questionOf = ({ from, to, step }: MetricPeriodQuery): MetricQuestion => ({
  from: dateOf(from),
  to: dateOf(to),
  stepSeconds: step === undefined ? undefined : STEPS[step],
});

export class MetricPointView {
  @Instant({ description: 'End of the step.' })
  at!: Date;

  @Whole({ description: 'Seconds of the step that were measured.', example: 60 })
  seconds!: number;

  @Measured({ description: 'Processors in use, mean: 0 to 1.', example: 0.35 })
  cpuUse!: number | null;

  @Measured({ description: 'The same in the minute with most of it.', example: 0.92 })
  cpuUseMax!: number | null;

  @Measured({ description: 'Memory, bytes.', example: 1_073_741_824 })
  memoryBytes!: number | null;

  @Measured({ description: 'Memory that the guest says is free, bytes.', example: 402_653_184 })
  memoryFreeBytes!: number | null;

  @Measured({ description: 'Read from disks, bytes a second.', example: 52_000 })
  diskReadBytes!: number | null;

  @Measured({ description: 'Written to disks, bytes a second.', example: 10_000 })
  diskWriteBytes!: number | null;

  @Measured({ description: 'Reads a second.', example: 12 })
  diskReads!: number | null;

  @Measured({ description: 'Writes a second.', example: 3 })
  diskWrites!: number | null;

  @Measured({ description: 'Received, bytes a second.', example: 8_000 })
  netReceivedBytes!: number | null;

  @Measured({ description: 'Sent, bytes a second.', example: 24_000 })
  netSentBytes!: number | null;

  @Measured({ description: 'Packets received a second; null on pools that do not count them.', example: 20 })
  netReceivedPackets!: number | null;

  @Measured({ description: 'Packets sent a second; null on pools that do not count them.', example: 31 })
  netSentPackets!: number | null;
}

export class SystemMetricPointView extends MetricPointView {
  @Whole({ description: 'Servers that were measured.', example: 5 })
  servers!: number;

  @Text({
    description: 'The server with most processor use.',
    example: 'DEMO0001-7K2M9QXPA-S-0003',
    nullable: true,
  })
  worstServer!: string | null;
}

class MetricsPageView extends PageView {
  @Instant({ description: 'Begin.' })
  from!: Date;

  @Instant({ description: 'End.' })
  to!: Date;

  @Whole({ description: 'Length of a step, seconds.', example: 60 })
  stepSeconds!: number;
}

export class MetricsPage extends MetricsPageView {
  @ListOf({ description: 'Oldest first. A step that nobody measured is not there.' }, () => MetricPointView)
  items!: readonly MetricPointView[];
}

export class SystemMetricsPage extends MetricsPageView {
  @ListOf(
    { description: 'Oldest first: sums of all servers; of the processors the mean, and the worst.' },
    () => SystemMetricPointView,
  )
  items!: readonly SystemMetricPointView[];
}
