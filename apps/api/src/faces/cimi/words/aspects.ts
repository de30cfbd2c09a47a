/** What is measured, in the words and units of CIMI. */
import type { MetricPoint } from '@openvsys/persistence';

export interface Aspect {
  readonly name: string;
  readonly units: string;
  /** Highest value there can be; undefined: there is none. */
  readonly maximum?: string;
  /** Null: not measured. */
  value(point: MetricPoint): number | null;
}

const BITS_PER_BYTE = 8;
const KILO = 1_000;
const KIBI = 1_024;

const kilobits = (bytes: number | null): number | null =>
  bytes === null ? null : (bytes * BITS_PER_BYTE) / KILO;
const sum = (...values: readonly (number | null)[]): number | null =>
  values.every((value) => value === null)
    ? null
    : values.reduce<number>((all, value) => all + (value ?? 0), 0);

export const ASPECTS: readonly Aspect[] = [
  {
    name: 'cpu',
    units: 'percent',
    maximum: '100',
    value: ({ cpuUse }) => (cpuUse === null ? null : cpuUse * 100),
  },
  {
    name: 'memory',
    units: 'kibibytes',
    value: ({ memoryBytes, memoryFreeBytes }) =>
      memoryBytes === null ? null : (memoryBytes - (memoryFreeBytes ?? 0)) / KIBI,
  },
  {
    name: 'disk',
    units: 'kilobytes per second',
    value: ({ diskReadBytes, diskWriteBytes }) => {
      const bytes = sum(diskReadBytes, diskWriteBytes);
      return bytes === null ? null : bytes / KILO;
    },
  },
  {
    name: 'bandwidth',
    units: 'kilobits per second',
    value: ({ netReceivedBytes, netSentBytes }) => kilobits(sum(netReceivedBytes, netSentBytes)),
  },
  {
    name: 'inputBandwidth',
    units: 'kilobits per second',
    value: ({ netReceivedBytes }) => kilobits(netReceivedBytes),
  },
  {
    name: 'outputBandwidth',
    units: 'kilobits per second',
    value: ({ netSentBytes }) => kilobits(netSentBytes),
  },
];
