/**
 * All loops of one pool, for as long as this worker owns it.
 *
 *   wake ──► (running? nudge it) ──► backlog ──► loop ──► rested
 *
 * Wake-ups come from queue jobs, database notifications, the pool's own changes and sweeps; each is only a hint, so one
 * that comes twice or too early costs a look and one that is lost is found by the next sweep.
 */
import { isDeepStrictEqual } from 'node:util';
import { asDomainError, type ObservedVsys, type VsysId } from '@openvsys/vsys';
import { Backlog } from './backlog.js';
import { VsysLoop, type LoopEnd, type WakeReason } from './converge.js';
import type { Authority, EngineDeps } from './engine-deps.js';
import { PoolLimits } from './limits.js';
import { Pilot } from './pilot.js';
import { StartPlacement } from './start-placement.js';

export interface PoolEngineOptions {
  /** VSYS worked on at the same time; others wait, fairly by tenant. */
  readonly maxLoops: number;
}

/** A loop holds little memory and mostly waits, so the bound is there against a flood, not for the usual day. */
export const DEFAULT_MAX_LOOPS = 500;
/** VSYS read by one sweep; the rest is found by the next. */
const SWEEP_LIMIT = 1000;
/** A loop that read the database this lately knows what a sweep could tell it, ms. */
const READ_ENOUGH_MS = 30_000;
const DRIFT_PAGE = 100;
/**
 * Changes of VSYS that nobody works on are collected this long, ms: one event seldom comes alone. Short, because what
 * tells nothing new is left aside by a look at the cache, and whoever asks the API wants to see what happened.
 */
const CHANGE_PAUSE_MS = 50;

interface Entry {
  readonly done: Promise<LoopEnd>;
  readonly finish: (end: LoopEnd) => void;
  loop: VsysLoop | undefined;
}

export class PoolEngine {
  readonly #entries = new Map<VsysId, Entry>();
  readonly #backlog = new Backlog();
  readonly #halt = new AbortController();
  readonly #limits: PoolLimits;
  readonly #pilot: Pilot;
  /** Drift that could not be repaired: the pool's own noise does not start it again, the drift sweep does. */
  readonly #gaveUp = new Set<VsysId>();
  readonly #changed = new Set<VsysId>();
  /** What a loop saw last of a VSYS that it left at rest. */
  readonly #leftAs = new Map<VsysId, ObservedVsys>();
  #running = 0;
  #stopping = false;

  constructor(
    private readonly deps: EngineDeps,
    private readonly authority: Authority,
    private readonly options: PoolEngineOptions = { maxLoops: DEFAULT_MAX_LOOPS },
  ) {
    const placement = new StartPlacement(deps.hypervisor);
    this.#limits = new PoolLimits(() => placement.refresh());
    this.#pilot = new Pilot({
      hypervisor: deps.hypervisor,
      clock: deps.clock,
      log: deps.log,
      limits: this.#limits,
      placement,
      authority,
      halt: this.#halt.signal,
      ...(deps.sealer === undefined ? {} : { sealer: deps.sealer }),
      ...(deps.prober === undefined ? {} : { prober: deps.prober }),
    });
    authority.signal.addEventListener('abort', () => this.#dropBacklog(), { once: true });
  }

  /** VSYS being worked on, and actions waiting for slots. */
  get load(): { readonly loops: number; readonly waitingActions: number } {
    return { loops: this.#running, waitingActions: this.#limits.waiting };
  }

  /** Brings the VSYS to its spec; resolves when its loop, new or already running, has ended. Never rejects. */
  async wake(vsysId: VsysId, reason: WakeReason = 'work'): Promise<LoopEnd> {
    if (this.#isOver) return 'stopped';
    if (reason === 'work') this.#gaveUp.delete(vsysId);
    const known = this.#entries.get(vsysId);
    if (known !== undefined) {
      known.loop?.nudge(reason);
      return await known.done;
    }
    const { promise, resolve } = Promise.withResolvers<LoopEnd>();
    this.#entries.set(vsysId, { done: promise, finish: resolve, loop: undefined });
    this.#backlog.add(vsysId);
    this.#startWaiting();
    return await promise;
  }

  /**
   * Wakes every VSYS that differs from its spec; answers how many differ. Those being worked on are left alone unless
   * their loop has not read the database for a while: reading it is what a wake-up would make it do.
   */
  async sweep(): Promise<number> {
    return await this.#wakeUnsettled(this.deps.clock.now().getTime() - READ_ENOUGH_MS);
  }

  /** As `sweep`, but of all: for when notifications were lost. */
  async catchUp(): Promise<number> {
    return await this.#wakeUnsettled(Infinity);
  }

  /** Looks at every live VSYS, page by page, whether the pool still is as wanted. */
  async driftSweep(): Promise<void> {
    this.#gaveUp.clear();
    let after: VsysId | null = null;
    while (!this.#isOver) {
      const page: readonly VsysId[] = await this.deps.store.listLive(
        this.authority.fence.poolId,
        after,
        DRIFT_PAGE,
      );
      await Promise.all(page.map((vsysId) => this.wake(vsysId, 'pool')));
      after = page.at(-1) ?? null;
      if (page.length < DRIFT_PAGE) return;
    }
  }

  /** Follows the pool's changes until the hypervisor is closed or the right to act ends. Never rejects. */
  async followChanges(): Promise<void> {
    try {
      for await (const vsysId of this.deps.hypervisor.changes()) {
        if (this.#isOver) return;
        this.#noteChange(vsysId);
      }
    } catch (thrown) {
      this.deps.log.error({ error: asDomainError(thrown).message }, 'the change stream of the pool broke');
    }
  }

  /**
   * Begins nothing new and waits for what is under way, at most `graceMs`; what is not done by then stays as open
   * intents for the next owner to settle. Never rejects.
   */
  async stop(graceMs: number): Promise<void> {
    this.#stopping = true;
    this.#dropBacklog();
    for (const entry of this.#entries.values()) entry.loop?.stop();
    const over = new AbortController();
    const grace = this.deps.clock.sleep(graceMs, over.signal).catch(() => {});
    await Promise.race([this.#allEnded(), grace]);
    over.abort();
    this.#halt.abort();
    await this.#allEnded();
  }

  async #wakeUnsettled(readBefore: number): Promise<number> {
    const unsettled = await this.deps.store.listUnsettled(this.authority.fence.poolId, SWEEP_LIMIT);
    for (const vsysId of unsettled) {
      const readAt = this.#entries.get(vsysId)?.loop?.readAt ?? 0;
      if (readAt < readBefore) void this.wake(vsysId);
    }
    return unsettled.length;
  }

  get #isOver(): boolean {
    return this.#stopping || this.authority.signal.aborted;
  }

  async #allEnded(): Promise<void> {
    await Promise.all([...this.#entries.values()].map((entry) => entry.done));
  }

  #startWaiting(): void {
    while (this.#running < this.options.maxLoops && !this.#isOver) {
      const vsysId = this.#backlog.takeNext();
      if (vsysId === undefined) return;
      const entry = this.#entries.get(vsysId);
      if (entry === undefined) continue;
      this.#running += 1;
      void this.#runLoop(vsysId, entry);
    }
  }

  async #runLoop(vsysId: VsysId, entry: Entry): Promise<void> {
    const loop = new VsysLoop(vsysId, {
      ...this.deps,
      authority: this.authority,
      pilot: this.#pilot,
      halt: this.#halt.signal,
    });
    entry.loop = loop;
    let end: LoopEnd;
    do end = await loop.run();
    while (
      // A nudge between the last turn and here must not be lost.
      loop.hasNews &&
      !this.#isOver &&
      (end === 'rested' || end === 'parked' || end === 'gave-up')
    );
    if (end === 'gave-up') this.#gaveUp.add(vsysId);
    if (end === 'rested' && loop.observed !== undefined) this.#leftAs.set(vsysId, loop.observed);
    else this.#leftAs.delete(vsysId);
    this.#running -= 1;
    this.#backlog.ended(vsysId);
    this.#entries.delete(vsysId);
    this.deps.log.debug({ vsysId, end }, 'loop ended');
    entry.finish(end);
    this.#startWaiting();
  }

  #noteChange(vsysId: VsysId): void {
    const running = this.#entries.get(vsysId)?.loop;
    if (running !== undefined) {
      running.nudge('pool');
      return;
    }
    if (this.#gaveUp.has(vsysId)) return;
    if (this.#changed.size === 0) void this.#wakeChangedSoon();
    this.#changed.add(vsysId);
  }

  async #wakeChangedSoon(): Promise<void> {
    await this.deps.clock.sleep(CHANGE_PAUSE_MS, this.#halt.signal).catch(() => {});
    const changed = [...this.#changed];
    this.#changed.clear();
    if (this.#isOver) return;
    for (const vsysId of changed) if (!this.#looksAsLeft(vsysId)) void this.wake(vsysId, 'pool');
  }

  /** Most of what pools tell (metrics, tasks, our own effects coming late) changes nothing that we look at. */
  #looksAsLeft(vsysId: VsysId): boolean {
    const leftAs = this.#leftAs.get(vsysId);
    return leftAs !== undefined && isDeepStrictEqual(leftAs, this.deps.hypervisor.observe(vsysId));
  }

  /** Wake-ups that no loop has begun with are answered; the next owner's sweep finds them again. */
  #dropBacklog(): void {
    for (const [vsysId, entry] of this.#entries) {
      if (entry.loop !== undefined) continue;
      this.#entries.delete(vsysId);
      entry.finish('stopped');
    }
  }
}
