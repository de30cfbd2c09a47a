/** What a worker is made of. Everything is made in `worker.module.ts`; tests may replace any of it. */
import type { WorkerConfig } from '@openvsys/config';
import type { UsageStore } from '@openvsys/metering';
import type { Logger, Metrics, startProbeServer } from '@openvsys/observability';
import type {
  CapacityStore,
  Database,
  MetricStore,
  openNotifications,
  PoolFindingStore,
  PoolOperationStore,
  PoolStore,
  StoredPool,
} from '@openvsys/persistence';
import type { OutboundClient } from '@openvsys/outbound';
import type { SpoolFolder } from '@openvsys/spool';
import type { WakeSource } from '@openvsys/queue';
import type {
  Clock,
  ConsoleAccess,
  Hypervisor,
  ImageDepot,
  MetricsSource,
  PoolCare,
  PoolLeaseStore,
  PoolProbe,
  ProvisioningStore,
  TextSealer,
} from '@openvsys/vsys';

/** A pool with everything that its owner does with it. */
export interface ManagedPool extends Hypervisor {
  readonly care: PoolCare;
  readonly images: ImageDepot;
  readonly metrics: MetricsSource;
  /** Absent: it has no screens. */
  readonly consoles?: ConsoleAccess;
}

export interface WorkerParts {
  readonly config: WorkerConfig;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly clock: Clock;
  readonly database: Pick<Database, 'ping' | 'close' | 'session' | 'transaction'>;
  readonly provisioning: ProvisioningStore;
  readonly leases: PoolLeaseStore;
  readonly pools: Pick<
    PoolStore,
    'get' | 'listEnabled' | 'setReason' | 'describe' | 'registerIn' | 'changeLoginIn'
  >;
  readonly operations: PoolOperationStore;
  readonly findings: PoolFindingStore;
  readonly probe: PoolProbe;
  readonly metricStore: MetricStore;
  readonly capacity: Pick<CapacityStore, 'replace'>;
  readonly usage: UsageStore;
  readonly wakes: WakeSource;
  readonly sealer: TextSealer;
  readonly spool: SpoolFolder;
  /** To addresses that tenants gave. */
  readonly outbound: OutboundClient;
  /** How notifications of the database come; absent: on a connection of their own. */
  readonly listen?: typeof openNotifications;
  /** What answers at /metrics and /health; absent: a server on the configured port. */
  readonly startProbes?: typeof startProbeServer;
  /** Pause between two looks for events that nobody told of, ms; absent: as the list of schedules says. */
  readonly feedMs?: number;
  /** Chance for pauses and the order of things; absent: Math.random. */
  readonly random?: () => number;
  /** Connects to a pool; not opened yet. */
  readonly connect: (pool: StoredPool) => ManagedPool;
}
