/**
 * What is metered, in which unit it is sold, and whether it must be sold.
 *
 *   held     an interval: quantity × seconds, sold by the unit and hour
 *   counted  an amount that passed by in an hour: sold by the unit
 */
import type { UsageDimension } from '@openvsys/vsys';
import { SECONDS_AN_HOUR } from './hours.js';

export interface DimensionFacts {
  readonly title: string;
  /** What one price unit is, e.g. for a bill. */
  readonly unit: string;
  readonly kind: 'held' | 'counted';
  /** Quantity × seconds (held) or quantity (counted) of one price unit. */
  readonly unitSize: number;
  /**
   * `always`: without a price something is wrong, and the line waits for one. `when-priced`: another dimension
   * pays for it already (the vCPUs of a server type) or the provider gives it away; without a price it costs nothing.
   */
  readonly sold: 'always' | 'when-priced';
}

const MIB_A_GIB = 1024;
/** Traffic is sold in decimal gigabytes, as carriers sell it. */
const BYTES_A_GB = 1_000_000_000;

const held = (title: string, unit: string, sold: DimensionFacts['sold']): DimensionFacts => ({
  title,
  unit: `${unit}-hour`,
  kind: 'held',
  unitSize: SECONDS_AN_HOUR,
  sold,
});

export const DIMENSIONS: Readonly<Record<UsageDimension, DimensionFacts>> = {
  'vserver-running': held('Running server', 'server', 'always'),
  'vserver-stopped': held('Stopped server', 'server', 'when-priced'),
  vcpu: held('vCPU of a running server', 'vCPU', 'when-priced'),
  'memory-mib': {
    ...held('Memory of a running server', 'GiB', 'when-priced'),
    unitSize: MIB_A_GIB * SECONDS_AN_HOUR,
  },
  'system-disk-gib': held('System disk', 'GiB', 'always'),
  'vdisk-gib': held('Data disk', 'GiB', 'always'),
  'snapshot-gib': held('Snapshot', 'GiB', 'always'),
  'backup-gib': held('Back-up', 'GiB', 'always'),
  'image-gib': held('Private image', 'GiB', 'always'),
  'efm-running': held('Running EFM', 'EFM', 'always'),
  'public-ip': held('Public address', 'address', 'always'),
  licence: held('Licence', 'licence', 'always'),
  'network-out': {
    title: 'Traffic to the internet',
    unit: 'GB',
    kind: 'counted',
    unitSize: BYTES_A_GB,
    sold: 'when-priced',
  },
};
