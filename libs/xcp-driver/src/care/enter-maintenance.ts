/**
 * Empties a host: closed for new servers first, then a few live migrations at a time, each chosen from what is seen then.
 * There is nothing to remember, so a crash in the middle is gone on from by doing it again.
 *
 *   disabled ──► plan ──► move some ──one arrived or failed──► plan … ──nothing left that can move──► done
 */
import type { HostUuid, MaintenanceObstacle, MaintenanceOptions } from '@openvsys/vsys';
import type { PoolAccess } from '../actions/pool-access.js';
import { toDomainError } from '../xapi-error.map.js';
import { XenApiError } from '../transport/transport.js';
import { getHost, obstacleOf, planMaintenance, type HostMove, type HostPlan } from './plan-maintenance.js';

/** Tag of a host that was disabled by us, so that the pool's own users see why. */
export const MAINTENANCE_TAG = 'openvsys-maintenance';
/** A server that could not be moved so often stays. */
const MOST_TRIES = 3;
/** A pause after a migration that failed, ms: what was in the way may be over then. */
const AFTER_FAILURE_MS = 5_000;
/** Servers that were being started when the host was closed arrive within this time, ms. */
const ARRIVAL_MS = 120_000;
const LOOK_MS = 1_000;

export async function disableHost(pool: PoolAccess, uuid: HostUuid, signal: AbortSignal): Promise<void> {
  const { ref, record } = getHost(pool, uuid);
  if (record.other_config[MAINTENANCE_TAG] === undefined) {
    await pool.calls
      .call('host.add_to_other_config', [ref, MAINTENANCE_TAG, 'true'], signal)
      .catch(unlessThere);
  }
  if (record.enabled) {
    await pool.calls.call('host.disable', [ref], signal);
    pool.cache.wrote('host', ref, { enabled: false });
  }
}

/** Idempotent. */
export async function enableHost(pool: PoolAccess, uuid: HostUuid, signal: AbortSignal): Promise<void> {
  const { ref, record } = getHost(pool, uuid);
  if (!record.enabled) {
    await pool.calls.call('host.enable', [ref], signal);
    pool.cache.wrote('host', ref, { enabled: true });
  }
  if (record.other_config[MAINTENANCE_TAG] !== undefined) {
    await pool.calls.call('host.remove_from_other_config', [ref, MAINTENANCE_TAG], signal);
  }
}

function unlessThere(error: unknown): void {
  if (!(error instanceof XenApiError) || error.code !== 'MAP_DUPLICATE_KEY') throw error;
}

/** Moves what can be moved; answers what stays and how many servers have left. */
export class Evacuation {
  private readonly moving = new Map<string, HostMove>();
  private readonly runs = new Set<Promise<void>>();
  private readonly tries = new Map<string, number>();
  private readonly refused = new Map<string, MaintenanceObstacle>();
  private moved = 0;

  constructor(
    private readonly pool: PoolAccess,
    private readonly host: HostUuid,
    private readonly options: MaintenanceOptions,
  ) {}

  async run(): Promise<HostPlan & { readonly moved: number }> {
    const { signal } = this.options;
    const arrivalsUntil = this.pool.clock.now().getTime() + ARRIVAL_MS;
    for (;;) {
      signal.throwIfAborted();
      const plan = await this.plan();
      const free = Math.max(0, this.options.concurrency - this.moving.size);
      for (const move of plan.moves.slice(0, free)) this.begin(move);
      this.tell(plan);
      if (this.runs.size > 0) await this.untilNews(signal);
      else if (this.isAwaited() && this.pool.clock.now().getTime() < arrivalsUntil)
        await this.pool.clock.sleep(LOOK_MS, signal);
      else return { ...plan, moved: this.moved };
    }
  }

  /** Without those that were tried in vain; they are obstacles now. */
  private async plan(): Promise<HostPlan> {
    const plan = await planMaintenance(this.pool, this.host, this.options.signal, this.moving);
    const moves = plan.moves.filter(({ uuid }) => !this.refused.has(uuid));
    const still = plan.moves.flatMap(({ uuid }) => this.refused.get(uuid) ?? []);
    return { ...plan, moves, obstacles: [...plan.obstacles, ...still] };
  }

  /** Something is on its way to the host: it was started before the host was closed. */
  private isAwaited(): boolean {
    const { ref } = getHost(this.pool, this.host);
    return [...this.pool.cache.all('VM')].some(
      ([, vm]) => vm.scheduled_to_be_resident_on === ref && vm.resident_on !== ref,
    );
  }

  private begin(move: HostMove): void {
    this.moving.set(move.vm, move);
    const run: Promise<void> = this.move(move).finally(() => {
      this.moving.delete(move.vm);
      this.runs.delete(run);
    });
    this.runs.add(run);
  }

  private async move(move: HostMove): Promise<void> {
    const { pool } = this;
    const { signal } = this.options;
    try {
      // Without the signal: what moves arrives, whoever stops waiting for it.
      await pool.calls.task('VM.pool_migrate', [move.vm, move.target, { live: 'true' }]);
      pool.cache.wrote('VM', move.vm, { resident_on: move.target });
      this.moved += 1;
    } catch (error) {
      if (signal.aborted) return;
      this.noteFailure(move, error);
      await pool.clock.sleep(AFTER_FAILURE_MS, signal).catch(() => undefined);
    }
  }

  private noteFailure(move: HostMove, error: unknown): void {
    const vm = this.pool.cache.find('VM', move.vm);
    const tries = (this.tries.get(move.uuid) ?? 0) + 1;
    this.tries.set(move.uuid, tries);
    const isFinal = error instanceof XenApiError && toDomainError(error).retry === 'never';
    if (vm === undefined || (tries < MOST_TRIES && !isFinal)) return;
    const said =
      error instanceof XenApiError
        ? [error.code, ...error.params]
        : ['INTERNAL_ERROR', toDomainError(error).message];
    this.refused.set(move.uuid, obstacleOf(vm, said));
  }

  private tell(plan: HostPlan): void {
    const moving = this.moving.size;
    const begun = plan.moves.filter(({ vm }) => this.moving.has(vm)).length;
    const waiting = plan.moves.length - begun;
    this.options.onProgress({ moved: this.moved, moving, waiting, obstacles: plan.obstacles });
  }

  private async untilNews(signal: AbortSignal): Promise<void> {
    const aborted = Promise.withResolvers<void>();
    const abort = (): void => aborted.resolve();
    signal.addEventListener('abort', abort, { once: true });
    await Promise.race([...this.runs, aborted.promise]);
    signal.removeEventListener('abort', abort);
  }
}
