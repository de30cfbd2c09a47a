/**
 * Who may act on a pool: holds its lease, renews it, and stops acting well before it ends (design D3).
 *
 *   standing by ──lease free──► owning ──stop asked──► released
 *        ▲                        │ └── renewed every third of the lease
 *        └──── lost: another epoch, or no renewal in time ──┘
 *
 * Deadlines are counted from the moment before a renewal was asked for, so they always lie before the database's end.
 *
 * Assumed, and explored to the last state in `test/model/lease.model.ts`: clocks of workers and database run equally fast, they
 * need not show the same time; the database grants one lease at a time, and each grant a higher epoch.
 */
import {
  DomainError,
  asDomainError,
  type Clock,
  type Fence,
  type PoolId,
  type PoolLeaseStore,
} from '@openvsys/vsys';
import type { Authority, EngineLog } from './engine-deps.js';
import { Latch } from './latch.js';
import { pauseMs } from './retry.js';

export interface OwnershipDeps {
  readonly leases: PoolLeaseStore;
  readonly clock: Clock;
  readonly log: EngineLog;
  readonly random: () => number;
}

export interface OwnershipOptions {
  readonly poolId: PoolId;
  readonly workerId: string;
  readonly leaseSeconds: number;
}

/** Part of the lease after which an owner that could not renew stops acting; the rest lets its last calls end. */
const ACTING_PART = 0.7;
const RENEWAL_PART = 1 / 3;
/** After a renewal that failed the next one comes in this part of the usual pause. */
const HASTE = 0.1;
/**
 * After a failure news are not listened to for so long, ms. Giving a lease back is news, too: without this, workers that
 * cannot reach a pool would hand it to one another as fast as they can, and log in to it each time.
 */
const DEAF_MS = 5_000;
/** A standby worker looks this long after the lease's end, so that one look is enough, ms. */
const AFTER_END_MS = 25;
/** A standby worker looks at least this often, in case the end that it was told moved, ms. */
const LONGEST_STANDBY_MS = 60_000;

export class PoolOwnership {
  readonly #news = new Latch();
  #owning = false;

  constructor(
    private readonly deps: OwnershipDeps,
    private readonly options: OwnershipOptions,
  ) {}

  get isOwning(): boolean {
    return this.#owning;
  }

  /** The lease may be free now: look at once instead of at its known end. */
  nudge(): void {
    this.#news.set();
  }

  /**
   * Serves the pool whenever this worker owns it, until `stop` is aborted. `serve` must end soon after `stop` or the
   * authority's signal is aborted; the lease is renewed while it winds up and released afterwards. Never rejects.
   */
  async run(serve: (authority: Authority) => Promise<void>, stop: AbortSignal): Promise<void> {
    const wake = () => this.#news.set();
    stop.addEventListener('abort', wake, { once: true });
    let failures = 0;
    while (!stop.aborted) {
      this.#news.reset();
      try {
        const askedAt = this.deps.clock.now().getTime();
        const fence = await this.#acquire();
        if (fence === undefined) {
          await this.#standBy(stop);
          continue;
        }
        await this.#own(fence, askedAt, serve);
        failures = 0;
      } catch (thrown) {
        failures += 1;
        const error = asDomainError(thrown);
        this.deps.log.warn(
          { poolId: this.options.poolId, code: error.code, error: error.message, err: error.cause },
          'pool is not served, will try again',
        );
        await this.#recover(pauseMs(failures, this.deps.random), stop);
      }
    }
    stop.removeEventListener('abort', wake);
  }

  async #acquire(): Promise<Fence | undefined> {
    const { poolId, workerId, leaseSeconds } = this.options;
    return await this.deps.leases.tryAcquire(poolId, workerId, leaseSeconds);
  }

  async #own(fence: Fence, askedAt: number, serve: (authority: Authority) => Promise<void>): Promise<void> {
    const lease = new HeldLease(fence, this.deps, this.options.leaseSeconds, askedAt);
    this.#owning = true;
    this.deps.log.info({ poolId: fence.poolId, epoch: fence.epoch }, 'owning the pool');
    const renewing = lease.keep();
    try {
      await serve(lease);
    } finally {
      this.#owning = false;
      lease.end();
      await renewing;
      // Giving back a lease that is already another's changes nothing: the epoch differs.
      await this.deps.leases.release(fence).catch(() => {});
      this.deps.log.info(
        { poolId: fence.poolId, epoch: fence.epoch, lost: lease.signal.aborted },
        'no longer owning the pool',
      );
    }
  }

  async #standBy(stop: AbortSignal): Promise<void> {
    const leases = await this.deps.leases.list();
    const lease = leases.find((candidate) => candidate.poolId === this.options.poolId);
    const endsInMs = lease?.endsInMs ?? LONGEST_STANDBY_MS;
    await this.#sleep(Math.min(endsInMs + AFTER_END_MS, LONGEST_STANDBY_MS), stop);
  }

  /** News cut only the rest of a long pause short, e.g. that the pool has another login now. */
  async #recover(ms: number, stop: AbortSignal): Promise<void> {
    const deaf = Math.min(ms, DEAF_MS);
    await this.deps.clock.sleep(deaf, stop).catch(() => {});
    await this.#sleep(ms - deaf, stop);
  }

  async #sleep(ms: number, stop: AbortSignal): Promise<void> {
    if (stop.aborted) return;
    const over = new AbortController();
    const pause = this.deps.clock.sleep(ms, over.signal).catch(() => {});
    await Promise.race([pause, this.#news.wait()]);
    over.abort();
  }
}

/** One term of ownership. */
class HeldLease implements Authority {
  readonly #lost = new AbortController();
  readonly #ended = new AbortController();
  #actUntil: number;

  constructor(
    readonly fence: Fence,
    private readonly deps: OwnershipDeps,
    private readonly seconds: number,
    askedAt: number,
  ) {
    this.#actUntil = this.#deadlineFrom(askedAt);
  }

  get signal(): AbortSignal {
    return this.#lost.signal;
  }

  mayAct(): boolean {
    return !this.#lost.signal.aborted && this.deps.clock.now().getTime() < this.#actUntil;
  }

  /** Renews until `end` is called or the lease is lost. Never rejects. */
  async keep(): Promise<void> {
    const usual = this.seconds * 1000 * RENEWAL_PART;
    let pause = usual;
    while (await this.#waited(Math.min(pause, this.#leftMs()))) {
      if (this.#leftMs() <= 0) return this.#lose('not renewed in time');
      const askedAt = this.deps.clock.now().getTime();
      const renewed = await this.#renewInTime();
      if (renewed === false) return this.#lose('taken by another worker');
      if (renewed === true) this.#actUntil = this.#deadlineFrom(askedAt);
      pause = renewed === true ? usual : usual * HASTE;
    }
  }

  end(): void {
    this.#ended.abort();
  }

  /** Undefined when the database did not answer before acting must stop. */
  async #renewInTime(): Promise<boolean | undefined> {
    const over = new AbortController();
    const tooLate = this.deps.clock.sleep(Math.max(0, this.#leftMs()), over.signal).then(
      () => undefined,
      () => undefined,
    );
    const renewal = this.deps.leases.renew(this.fence, this.seconds).catch((thrown: unknown) => {
      this.deps.log.warn(
        { poolId: this.fence.poolId, error: asDomainError(thrown).message },
        'lease could not be renewed',
      );
      return undefined;
    });
    return await Promise.race([renewal, tooLate]).finally(() => over.abort());
  }

  #lose(why: string): void {
    if (this.#ended.signal.aborted) return;
    this.deps.log.error({ poolId: this.fence.poolId, epoch: this.fence.epoch, why }, 'lease lost');
    this.#lost.abort(new DomainError('lease-lost', `The lease of the pool is lost: ${why}.`));
  }

  #deadlineFrom(askedAt: number): number {
    return askedAt + this.seconds * 1000 * ACTING_PART;
  }

  #leftMs(): number {
    return this.#actUntil - this.deps.clock.now().getTime();
  }

  /** False when ownership ended meanwhile. */
  async #waited(ms: number): Promise<boolean> {
    try {
      await this.deps.clock.sleep(Math.max(0, ms), this.#ended.signal);
      return true;
    } catch {
      return false;
    }
  }
}
