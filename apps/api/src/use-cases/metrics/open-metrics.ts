/** Figures of servers in the text form of OpenMetrics 1.0 (prometheus.io/docs/specs/om), for scrapers of tenants. */
import type { LatestServerMetric } from '@openvsys/persistence';

interface Family {
  /** Ends with the unit, as the specification asks for. */
  readonly name: string;
  readonly unit: string;
  readonly help: string;
  readonly value: (metric: LatestServerMetric) => number | null;
}

const family = (name: string, unit: string, help: string, value: Family['value']): Family => ({
  name: `openvsys_vserver_${name}_${unit}`,
  unit,
  help,
  value,
});

const FAMILIES: readonly Family[] = [
  family('cpu_use', 'ratio', 'Processors in use, 0 to 1.', ({ cpuUse }) => cpuUse),
  family('memory', 'bytes', 'Memory.', ({ memoryBytes }) => memoryBytes),
  family(
    'memory_free',
    'bytes',
    'Memory that the guest says is free.',
    ({ memoryFreeBytes }) => memoryFreeBytes,
  ),
  family('disk_read', 'bytes_per_second', 'Read from disks.', ({ diskReadBytes }) => diskReadBytes),
  family('disk_write', 'bytes_per_second', 'Written to disks.', ({ diskWriteBytes }) => diskWriteBytes),
  family('disk', 'reads_per_second', 'Read requests to disks.', ({ diskReads }) => diskReads),
  family('disk', 'writes_per_second', 'Write requests to disks.', ({ diskWrites }) => diskWrites),
  family('network_received', 'bytes_per_second', 'Received.', ({ netReceivedBytes }) => netReceivedBytes),
  family('network_sent', 'bytes_per_second', 'Sent.', ({ netSentBytes }) => netSentBytes),
  family(
    'network_received',
    'packets_per_second',
    'Packets received.',
    ({ netReceivedPackets }) => netReceivedPackets,
  ),
  family('network_sent', 'packets_per_second', 'Packets sent.', ({ netSentPackets }) => netSentPackets),
];

export const OPEN_METRICS_TYPE = 'application/openmetrics-text; version=1.0.0; charset=utf-8';

/** What was not measured is left out. All samples of one family stand together, and the text ends with its mark. */
export function openMetricsOf(metrics: readonly LatestServerMetric[]): string {
  return `${FAMILIES.flatMap((each) => linesOf(each, metrics)).join('')}# EOF\n`;
}

function linesOf(
  { name, unit, help, value }: Family,
  metrics: readonly LatestServerMetric[],
): readonly string[] {
  const samples = metrics.flatMap((metric) => {
    const figure = value(metric);
    if (figure === null) return [];
    return [`${name}{${labelsOf(metric)}} ${figure} ${metric.at.getTime() / 1_000}\n`];
  });
  if (samples.length === 0) return [];
  return [`# TYPE ${name} gauge\n# UNIT ${name} ${unit}\n# HELP ${name} ${escaped(help)}\n`, ...samples];
}

const labelsOf = ({ vsysId, vserverId, name, role }: LatestServerMetric): string =>
  Object.entries({ vsys: vsysId, vserver: vserverId, name, role })
    .map(([label, text]) => `${label}="${escaped(text)}"`)
    .join(',');

const escaped = (text: string): string =>
  text
    .replaceAll('\\', String.raw`\\`)
    .replaceAll('"', String.raw`\"`)
    .replaceAll('\n', String.raw`\n`);
