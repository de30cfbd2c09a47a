/**
 * What a pool measures of our servers while they run. The pool keeps its figures in steps of 5 s (10 minutes back),
 * 60 s (2 hours back), one hour and one day; whoever stores them asks for the step he wants and goes on where he stopped.
 *
 *   follow ──► batch (host A, samples) ──► batch (host B, samples) ──► batch (host A, not heard) ──► …
 *
 * A figure that was not measured is null, never zero: gaps stay gaps. A step that nobody measured has no sample.
 */
import type { HostUuid, NicId, VDiskId, VServerId } from '../ids.js';

/** Steps in which a pool keeps its figures, seconds (XenAPI `/rrd_updates` interval). */
export const METRIC_STEPS = [5, 60, 3600, 86_400] as const;
export type MetricStep = (typeof METRIC_STEPS)[number];

export interface MetricsSource {
  /**
   * Follows all hosts of the pool until the signal fires: one request a host and step. Each step of a server is given once,
   * in order of time within a host; after a migration the steps come from the new host. A host that cannot be asked gives
   * a batch with `problem` instead and is asked again at the next turn; what it kept meanwhile is given then.
   * Never throws because of the pool.
   */
  follow(options: FollowMetrics): AsyncIterable<MetricsBatch>;
}

export interface FollowMetrics {
  readonly stepSeconds: MetricStep;
  /** The last step that is stored already, by host, in the pool's time; without it only new steps are given. */
  readonly since?: ReadonlyMap<HostUuid, Date>;
  readonly signal: AbortSignal;
}

/** What one host told in one turn. */
export interface MetricsBatch {
  readonly host: HostUuid;
  /** The host's clock minus ours in ms, as far as the answer shows it (precise to about a step); null if it gave none. */
  readonly skewMs: number | null;
  /** The last step that is told, for `since`; null when nothing new was there. */
  readonly until: Date | null;
  readonly samples: readonly VServerSample[];
  /** Why the host could not be asked; then there are no samples. */
  readonly problem?: string;
}

/** One server in one step. Rates are averages over the step. */
export interface VServerSample {
  readonly server: VServerId;
  /** End of the step. Our time: the host's clock is corrected when it is off by more than a step. */
  readonly at: Date;
  readonly stepSeconds: MetricStep;
  /** Mean over the virtual processors, 0 to 1. */
  readonly cpuUse: number | null;
  /** Memory that the server has, bytes. */
  readonly memoryBytes: number | null;
  /** Memory that the guest says is free, bytes; null without an agent. */
  readonly memoryFreeBytes: number | null;
  readonly disks: readonly DiskSample[];
  readonly nics: readonly NicSample[];
}

export interface DiskSample {
  /** Name of the device as the pool gives it, e.g. `xvda`. */
  readonly device: string;
  /** Null for the server's own system disk, and when the disk is gone by now. */
  readonly disk: VDiskId | null;
  readonly readBytesPerSecond: number | null;
  readonly writeBytesPerSecond: number | null;
  readonly readsPerSecond: number | null;
  readonly writesPerSecond: number | null;
}

export interface NicSample {
  /** Number of the device, as in the NIC's id. */
  readonly device: number;
  /** Null when the NIC is gone by now. */
  readonly nic: NicId | null;
  readonly receivedBytesPerSecond: number | null;
  readonly sentBytesPerSecond: number | null;
  /** Null on pools that do not count packets (XenAPI pools without an additional data source). */
  readonly receivedPacketsPerSecond: number | null;
  readonly sentPacketsPerSecond: number | null;
}
