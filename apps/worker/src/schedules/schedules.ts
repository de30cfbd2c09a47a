/** Every periodic job of a worker, in one list. */
import type { PoolEngine } from '@openvsys/provisioning';
import { closeDueHours } from '@openvsys/metering';
import {
  checkInvariants,
  countParkedUsage,
  endImagesOfClosed,
  purgeIdempotencyKeys,
  tidyEfmCaptures,
} from '@openvsys/persistence';
import type { Fence } from '@openvsys/vsys';
import { v7 as uuidv7 } from 'uuid';
import { evaluateBudgets } from '../budgets/evaluate-budgets.js';
import { tellBills } from '../bills/tell-bills.js';
import { tidySpool } from '../care/tidy-spool.js';
import { settleTenants } from '../tenants/settle-tenants.js';
import type { OwnerTasks } from '../care/owner-tasks.js';
import { dueSchedules } from '../due/due-schedules.js';
import { countFindings, surveyPool } from '../care/survey.js';
import type { WebhookSender } from '../webhooks/webhook-sender.js';
import type { ManagedPool, WorkerParts } from '../worker-parts.js';
import type { PoolGauges } from '../observability/pool-gauges.js';
import type { Schedule } from './schedule.js';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** Drift that no event told of is found within this time. */
const DRIFT_SWEEP_MS = 5 * MINUTE;
/** Admission sees capacity at most this old. */
const CAPACITY_MS = 10 * SECOND;
const AUDIT_MS = 5 * MINUTE;
/** Operations and logins whose notification was lost. */
const POOL_NEWS_MS = 30 * SECOND;
/** Versions and members change rarely, and asking costs the pool a few calls. */
const DESCRIBE_MS = HOUR;
const GAUGES_MS = 5 * SECOND;
/** Events and deliveries whose notification was lost, and what is to be sent once more. */
const FEED_MS = 5 * SECOND;
/** Pools that were registered or enabled without a notification that reached us. */
const POOL_LIST_MS = 30 * SECOND;
/** Images of closed organizations in one run; the others come with the next. */
const IMAGES_AT_ONCE = 100;
/** A tenant that is suspended is stopped within this time. */
const TENANTS_MS = 30 * SECOND;
/** Hours are looked at four times an hour of metered time, but neither all the time nor less than once a minute. */
const HOUR_PART_MS = 15 * MINUTE;
const SHORTEST_HOUR_LOOK_MS = 500;

/** A caller that repeats a request does so within minutes; a day leaves room for an outage of the caller. */
const IDEMPOTENCY_KEY_LIFE_MS = 24 * HOUR;

export interface OwnedPool {
  readonly fence: Fence;
  readonly hypervisor: ManagedPool;
  readonly engine: PoolEngine;
  readonly gauges: PoolGauges;
  readonly tasks: OwnerTasks;
  readonly login: { look(): Promise<void> };
}

/** Jobs of the owner of a pool, for as long as it owns it. */
export function poolSchedules(pool: OwnedPool, parts: WorkerParts): readonly Schedule[] {
  const { engine, hypervisor, fence, gauges } = pool;
  return [
    {
      name: 'sweep',
      everyMs: parts.config.sweepSeconds * SECOND,
      atOnce: true,
      run: async () => void (await engine.sweep()),
    },
    { name: 'drift-sweep', everyMs: DRIFT_SWEEP_MS, run: async () => await engine.driftSweep() },
    {
      name: 'capacity',
      everyMs: CAPACITY_MS,
      run: async () => await parts.capacity.replace(fence, hypervisor.capacity(), parts.clock.now()),
    },
    {
      name: 'gauges',
      everyMs: GAUGES_MS,
      atOnce: true,
      run: async () => {
        gauges.observed(hypervisor.health(), engine.load);
        await Promise.resolve();
      },
    },
    ...careSchedules(pool, parts),
    imageSweep(pool, parts),
  ];
}

/** What its owner sees to beside its systems. */
function careSchedules(pool: OwnedPool, parts: WorkerParts): readonly Schedule[] {
  const { hypervisor, fence, gauges, tasks, login } = pool;
  return [
    {
      name: 'audit',
      everyMs: AUDIT_MS,
      run: async () => {
        const findings = await surveyPool(hypervisor.care, fence, parts);
        gauges.surveyed(countFindings(findings));
        const serious = findings.filter(({ kind }) => kind !== 'copy');
        if (serious.length === 0) return;
        parts.log.warn(
          { poolId: fence.poolId, findings: serious.slice(0, 20) },
          'the pool and what is known of it differ',
        );
      },
    },
    {
      name: 'pool-news',
      everyMs: POOL_NEWS_MS,
      run: async () => {
        tasks.look();
        await login.look();
      },
    },
    {
      name: 'describe',
      everyMs: DESCRIBE_MS,
      run: async () => {
        const description = await hypervisor.care.describe(AbortSignal.timeout(MINUTE));
        await parts.pools.describe(fence.poolId, description, parts.clock.now());
      },
    },
  ];
}

/** Jobs of every worker; more than one doing them at once is harmless. */
export function workerSchedules(
  parts: WorkerParts,
  pools: {
    readonly refreshPools: () => Promise<void>;
    readonly lookForProbes: () => void;
  },
  webhooks: Pick<WebhookSender, 'look' | 'tidy'>,
): readonly Schedule[] {
  return [
    { name: 'pool-list', everyMs: POOL_LIST_MS, run: pools.refreshPools },
    {
      name: 'pool-probes',
      everyMs: POOL_NEWS_MS,
      run: async () => {
        pools.lookForProbes();
        await Promise.resolve();
      },
    },
    hourClosing(parts),
    ...tidySchedules(parts),
    ...dueSchedules({ database: parts.database, now: () => parts.config.meteredTime.now(), log: parts.log }),
    budgetSchedule(parts, hourLookOf(parts)),
    tenantSchedule(parts),
    {
      name: 'webhooks',
      everyMs: parts.feedMs ?? FEED_MS,
      atOnce: true,
      run: async () => await webhooks.look(),
    },
    { name: 'webhooks-tidy', everyMs: MINUTE, run: async () => await webhooks.tidy() },
    ...metricSchedules(parts),
    invariantSchedule(parts),
  ];
}

/** What imports left that nobody goes on with: only the owner of a pool makes any. */
function imageSweep({ hypervisor, fence }: OwnedPool, parts: WorkerParts): Schedule {
  return {
    name: 'image-sweep',
    everyMs: HOUR,
    atOnce: true,
    run: async () => {
      const removed = await hypervisor.images.sweepImports(new Set(), AbortSignal.timeout(10 * MINUTE));
      if (removed > 0) parts.log.info({ poolId: fence.poolId, removed }, 'rests of imports were removed');
    },
  };
}

/** What nobody needs any more. */
function tidySchedules(parts: WorkerParts): readonly Schedule[] {
  return [
    {
      name: 'idempotency-keys',
      everyMs: HOUR,
      run: async () => {
        const oldest = new Date(parts.clock.now().getTime() - IDEMPOTENCY_KEY_LIFE_MS);
        await parts.database.session((session) => purgeIdempotencyKeys(session, oldest));
      },
    },
    {
      name: 'efm-captures',
      everyMs: HOUR,
      run: async () => await parts.database.session(tidyEfmCaptures),
    },
    spoolSchedule(parts),
  ];
}

function spoolSchedule(parts: WorkerParts): Schedule {
  return {
    name: 'spool',
    everyMs: HOUR,
    atOnce: true,
    run: async () => {
      const removed = await tidySpool(parts);
      if (removed > 0) parts.log.info({ removed }, 'files that nobody needs left the spool folder');
    },
  };
}

/** Suspended and closed organizations. */
function tenantSchedule(parts: WorkerParts): Schedule {
  return {
    name: 'tenants',
    everyMs: TENANTS_MS,
    atOnce: true,
    run: async () => {
      const run = await settleTenants({ database: parts.database, newId: uuidv7 }, parts.clock.now());
      const times = { at: parts.clock.now(), metered: parts.config.meteredTime.now() };
      await parts.database.transaction(async (session) => endImagesOfClosed(session, times, IMAGES_AT_ONCE));
      if (run.stopped.length + run.deleted.length > 0) parts.log.info(run, 'systems of tenants were ended');
      if (run.failed.length > 0)
        parts.log.warn({ failed: run.failed }, 'systems of tenants could not be ended');
    },
  };
}

/** A budget is looked at once an hour, and at the next look after it was changed. */
function budgetSchedule(parts: WorkerParts, everyMs: number): Schedule {
  return {
    name: 'budgets',
    everyMs,
    atOnce: true,
    run: async () => {
      const clock = { metered: parts.config.meteredTime.now(), real: parts.clock.now() };
      const run = await evaluateBudgets({ database: parts.database, newId: uuidv7 }, clock);
      if (run.alerts > 0 || run.stopped.length > 0) parts.log.info(run, 'budgets have reached marks');
      if (run.failed.length > 0) parts.log.warn({ failed: run.failed }, 'systems could not be stopped');
    },
  };
}

/** How often hours of metered time are looked at, ms. */
const hourLookOf = ({ config: { meteredTime } }: WorkerParts): number =>
  Math.min(MINUTE, Math.max(SHORTEST_HOUR_LOOK_MS, HOUR_PART_MS / meteredTime.scale));

function hourClosing(parts: WorkerParts): Schedule {
  const { meteredTime } = parts.config;
  return {
    name: 'hour-closing',
    everyMs: hourLookOf(parts),
    atOnce: true,
    run: async () => {
      const closings = await closeDueHours(parts.usage, meteredTime.now());
      for (const { hour, rowsChanged, rowsParked } of closings) {
        parts.metrics.meteredHours.inc({ outcome: rowsParked === 0 ? 'closed' : 'closed-with-parked' });
        const told = { hour, rowsChanged, rowsParked };
        if (rowsParked === 0) parts.log.info(told, 'hour closed');
        else parts.log.error(told, 'usage could not be billed and waits for a person: GET /v1/usage/parked');
      }
      parts.metrics.parkedUsage.set(await parts.database.session(countParkedUsage));
      const clock = { metered: meteredTime.now(), real: parts.clock.now() };
      await tellBills({ database: parts.database, newId: uuidv7 }, clock);
    },
  };
}

function metricSchedules(parts: WorkerParts): readonly Schedule[] {
  return [
    {
      name: 'metric-roll-up',
      everyMs: MINUTE,
      atOnce: true,
      run: async () => void (await parts.metricStore.rollUp(parts.clock.now())),
    },
    {
      name: 'metric-retention',
      everyMs: HOUR,
      run: async () => {
        const dropped = await parts.metricStore.dropOld(parts.clock.now());
        if (dropped.length > 0) parts.log.info({ dropped }, 'figures whose time is over are dropped');
      },
    },
  ];
}

/** The same checks as `vsysctl doctor`, so that a breach is known before anybody asks. */
function invariantSchedule({ database, metrics, log }: WorkerParts): Schedule {
  return {
    name: 'invariants',
    everyMs: HOUR,
    atOnce: true,
    run: async () => {
      const checked = await database.session(checkInvariants);
      for (const { name, count } of checked) metrics.brokenInvariants.set({ invariant: name }, count);
      for (const { name, statement, count, examples } of checked.filter((one) => one.count > 0))
        log.error({ invariant: name, count, examples }, `does not hold: ${statement}`);
    },
  };
}
