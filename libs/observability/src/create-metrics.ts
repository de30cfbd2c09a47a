/** Metrics of API and worker. Names follow Prometheus' conventions: seconds, `_total` for counters. */
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

/** An HTTP request: a millisecond from cache to ten seconds of a long poll. */
const REQUEST_BUCKETS = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];
/** Something done to a pool: a rename takes 50 ms, copying a big disk an hour. */
const ACTION_BUCKETS = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800, 3600];

function createHttpMetrics(registers: Registry[]) {
  return {
    /** Labels hold the route's pattern, never ids: the number of series must stay small. */
    httpDuration: new Histogram({
      name: 'openvsys_http_request_duration_seconds',
      help: 'Time from request to end of answer',
      labelNames: ['method', 'route', 'status'] as const,
      buckets: REQUEST_BUCKETS,
      registers,
    }),
  };
}

function createWorkMetrics(registers: Registry[]) {
  return {
    operations: new Counter({
      name: 'openvsys_operations_total',
      help: 'Operations that ended',
      labelNames: ['kind', 'outcome'] as const,
      registers,
    }),
    operationDuration: new Histogram({
      name: 'openvsys_operation_duration_seconds',
      help: 'Time from acceptance to end of an operation',
      labelNames: ['kind', 'outcome'] as const,
      buckets: ACTION_BUCKETS,
      registers,
    }),
    actions: new Counter({
      name: 'openvsys_actions_total',
      help: 'Actions done to pools',
      labelNames: ['kind', 'outcome'] as const,
      registers,
    }),
    actionDuration: new Histogram({
      name: 'openvsys_action_duration_seconds',
      help: 'Time an action took, in the pool and around it',
      labelNames: ['kind'] as const,
      buckets: ACTION_BUCKETS,
      registers,
    }),
  };
}

function createUsageMetrics(registers: Registry[]) {
  return {
    parkedUsage: new Gauge({
      name: 'openvsys_usage_parked',
      help: 'Intervals that could not be billed and wait for a person',
      registers,
    }),
    /** Must be zero, each of them. */
    brokenInvariants: new Gauge({
      name: 'openvsys_invariant_breaches',
      help: 'Things that break what must hold at any moment; vsysctl doctor says what to do',
      labelNames: ['invariant'] as const,
      registers,
    }),
    meteredHours: new Counter({
      name: 'openvsys_metered_hours_total',
      help: 'Hours closed',
      labelNames: ['outcome'] as const,
      registers,
    }),
  };
}

function createPoolMetrics(registers: Registry[]) {
  return {
    queueWait: new Histogram({
      name: 'openvsys_queue_wait_seconds',
      help: 'Time a wake-up lay in its queue',
      labelNames: ['queue'] as const,
      buckets: REQUEST_BUCKETS,
      registers,
    }),
    leaseHeld: new Gauge({
      name: 'openvsys_pool_lease_held',
      help: '1 while this worker owns the pool',
      labelNames: ['pool'] as const,
      registers,
    }),
    leaseEpoch: new Gauge({
      name: 'openvsys_pool_lease_epoch',
      help: 'Epoch of the lease that this worker holds or held last',
      labelNames: ['pool'] as const,
      registers,
    }),
    eventLag: new Gauge({
      name: 'openvsys_pool_event_lag_seconds',
      help: 'Age of the newest event seen from the pool',
      labelNames: ['pool'] as const,
      registers,
    }),
  };
}

/** One registry a process, with Node's own metrics; `service` becomes a label of all series. */
export function createMetrics(service: string) {
  const registry = new Registry();
  registry.setDefaultLabels({ service });
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  return {
    registry,
    ...createHttpMetrics(registers),
    ...createWorkMetrics(registers),
    ...createUsageMetrics(registers),
    ...createPoolMetrics(registers),
  };
}

export type Metrics = ReturnType<typeof createMetrics>;

/** Times `work` and counts it as an action of this kind: `done` or `failed`. */
export async function measureAction<T>(metrics: Metrics, kind: string, work: () => Promise<T>): Promise<T> {
  const stopTimer = metrics.actionDuration.startTimer({ kind });
  try {
    const result = await work();
    metrics.actions.inc({ kind, outcome: 'done' });
    return result;
  } catch (error) {
    metrics.actions.inc({ kind, outcome: 'failed' });
    throw error;
  } finally {
    stopTimer();
  }
}
