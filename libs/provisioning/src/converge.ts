/**
 * The loop of one VSYS: brings it to its spec and keeps going until nothing is left to do (design D1).
 *
 *   load ──► observe ──► decide ──► commit ──► start what is due ──► wait for news ─┐
 *    ▲          ▲                                                                  │
 *    │          └──────────── an action ended, the pool changed, a pause is over ◄──┤
 *    └─────────────────────── newer spec, cancel, resume, failed commit ◄───────────┘
 *
 * One turn is one commit. Nothing is performed before its intent is committed; at most one commit is under way.
 * A crash at any point is resumed by running the loop again: open intents are settled, the rest is planned anew.
 */
import {
  asDomainError,
  isEnded,
  type DomainError,
  nextActions,
  preview,
  withoutUnknown,
  type ObservedVsys,
  type Turn,
  type VsysId,
  type VsysWork,
} from '@openvsys/vsys';
import { composeTurn, parkingTurn, type TurnMoment } from './compose-turn.js';
import type { Decision } from './decide-turn.js';
import type { Authority, EngineDeps } from './engine-deps.js';
import { faultPoint } from './fault-points.js';
import type { Flight } from './flight.js';
import { FlightDeck } from './flight-deck.js';
import { Journal, saysNothing } from './journal.js';
import { LoopNews } from './loop-news.js';
import { operationsAfter } from './operations.js';
import type { Pilot } from './pilot.js';
import { Progress } from './progress.js';
import { pauseMs, USUAL_INSISTENCE, type Insistence } from './retry.js';
import { planFall, type FallPlan } from './rollback.js';
import { statusNews, statusesAfter } from './statuses.js';

export interface LoopDeps extends EngineDeps {
  readonly authority: Authority;
  readonly pilot: Pilot;
  /** Aborted when the process must end now; intents stay open for the next owner. */
  readonly halt: AbortSignal;
}

/**
 * `rested`: spec reached · `parked`: waits for a person · `gave-up`: drift that could not be repaired now ·
 * `gone`: no such VSYS any more · `stopped`: the worker ends or lost the pool · `broken`: not even parking was possible.
 */
export type LoopEnd = 'rested' | 'parked' | 'gave-up' | 'gone' | 'stopped' | 'broken';

/** Why the loop is woken: `work` – the database changed · `pool` – objects in the pool changed. */
export type WakeReason = 'work' | 'pool';

type Verdict =
  | { readonly is: 'ended'; readonly end: LoopEnd }
  | { readonly is: 'wait'; readonly until: number | undefined };

/** Turns that fail in a row for a reason that no repeat cures before the VSYS is parked. */
const DEFECTS_BEFORE_ENDING = 5;

export class VsysLoop {
  readonly #news: LoopNews;
  readonly #journal = new Journal();
  readonly #progress = new Progress();
  readonly #deck: FlightDeck;
  #work: VsysWork | undefined;
  #workIsStale = true;
  #readAt = 0;
  #observed: ObservedVsys | undefined;
  #stopping = false;

  constructor(
    readonly vsysId: VsysId,
    private readonly deps: LoopDeps,
  ) {
    this.#news = new LoopNews(deps.clock);
    this.#deck = new FlightDeck(vsysId, deps, {
      journal: this.#journal,
      stepDone: () => this.#progress.countStep(),
      news: () => this.#news.comeNow(),
    });
  }

  /** Something came that no turn has looked at yet. */
  get hasNews(): boolean {
    return this.#news.isThere;
  }

  /** When the database was read last, ms since the epoch; 0: not yet. */
  get readAt(): number {
    return this.#readAt;
  }

  /** What the last turn saw in the pool. */
  get observed(): ObservedVsys | undefined {
    return this.#observed;
  }

  /** Makes the loop look again; any number of nudges before its next turn count as one. */
  nudge(reason: WakeReason): void {
    if (reason === 'pool') return this.#news.comeFromPool();
    this.#workIsStale = true;
    this.#news.comeNow();
  }

  /** Begins nothing new, waits for what is under way, records it and ends. */
  stop(): void {
    this.#stopping = true;
    this.#news.comeNow();
  }

  /** Runs until nothing is left to do. Never rejects. */
  async run(): Promise<LoopEnd> {
    const stopNow = () => this.#news.comeNow();
    const over = new AbortController();
    const signals = [this.deps.authority.signal, this.deps.halt];
    for (const signal of signals)
      signal.addEventListener('abort', stopNow, { once: true, signal: over.signal });
    let failures = 0;
    try {
      for (;;) {
        if (signals.some((signal) => signal.aborted)) return await this.#stopped();
        const verdict = await this.#turn().catch((thrown: unknown) => this.#recover(thrown, ++failures));
        if (verdict.is === 'ended') return verdict.end === 'stopped' ? await this.#stopped() : verdict.end;
        if (!this.#workIsStale) failures = 0;
        await this.#news.wait(verdict.until);
      }
    } finally {
      over.abort();
    }
  }

  /** No other loop may settle what this one is still at work on. */
  async #stopped(): Promise<LoopEnd> {
    await this.#deck.drain();
    return 'stopped';
  }

  async #turn(): Promise<Verdict> {
    // Before anything is read: what happens from now on counts for the next turn.
    this.#news.take();
    if (this.#workIsStale) await this.#load();
    const work = this.#work;
    if (work === undefined) return { is: 'ended', end: 'gone' };
    this.#noticeCancellation(work);

    this.#observed = this.deps.hypervisor.observe(this.vsysId);
    const observed = knownOf(work, this.#observed);
    const due = nextActions(work.spec, observed);
    const fall = this.#deck.fall === undefined ? undefined : planFall(work, this.#deck.fall);
    const mode = work.parked !== null || this.#stopping || this.#deck.fall !== undefined ? 'hold' : 'work';
    const decision = this.#deck.decide(due, mode);
    const flights = decision.start.map((action) => this.#deck.prepare(action, work));
    const converged = mode === 'work' && due.length === 0 && this.#deck.isEmpty;
    try {
      const status = statusNews(work, observed, {
        ...this.#deck.activity(flights),
        converged,
        parked: fall?.parked ?? work.parked,
      });
      const results = [...this.#journal.pending];
      const facts = { work, status, fall, starting: flights, results, converged, progress: this.#progress };
      await this.#commit(work, composeTurn(facts, this.#moment));
    } catch (thrown) {
      this.#deck.discard(flights);
      throw thrown;
    }
    this.#afterCommit(fall, decision, flights);
    return this.#verdict(converged, decision);
  }

  get #moment(): TurnMoment {
    return { at: this.deps.clock.now(), meteredAt: this.deps.meteredTime.now() };
  }

  async #commit(work: VsysWork, turn: Turn): Promise<void> {
    if (saysNothing(turn)) return;
    await faultPoint('turn.before-commit', this.vsysId);
    const begun = this.deps.clock.now().getTime();
    await this.deps.store.commit(this.deps.authority.fence, turn);
    const tookMs = this.deps.clock.now().getTime() - begun;
    this.deps.observer.turnCommitted({ vsysId: this.vsysId, tookMs, intents: turn.intents?.length ?? 0 });
    this.#journal.confirm(turn.results ?? []);
    const operations = operationsAfter(work.operations, turn.operations ?? []);
    this.#work = {
      ...work,
      operations,
      observedGeneration: turn.converged === true ? turn.generation : work.observedGeneration,
      phase: turn.phase ?? work.phase,
      parts: statusesAfter(work.parts, turn.parts ?? []),
    };
    this.#reportEnds(work, turn);
    await faultPoint('turn.after-commit', this.vsysId);
  }

  #reportEnds(work: VsysWork, turn: Turn): void {
    for (const { id, state } of turn.operations ?? []) {
      const kind = work.operations.find((operation) => operation.id === id)?.kind;
      if (!isEnded(state) || kind === undefined) continue;
      this.deps.observer.operationEnded({ vsysId: this.vsysId, kind, state });
      this.deps.log.info({ vsysId: this.vsysId, operationId: id, kind, state }, 'operation ended');
    }
  }

  #afterCommit(fall: FallPlan | undefined, decision: Decision, flights: readonly Flight[]): void {
    if (fall?.newSpec !== undefined || fall?.parked !== undefined) {
      this.#deck.fallIsRecorded();
      this.nudge('work');
    }
    for (const flight of decision.withdraw) flight.withdraw();
    for (const flight of decision.overtake) flight.overtake();
    for (const flight of flights) this.#deck.launch(flight);
  }

  #verdict(converged: boolean, decision: Decision): Verdict {
    if (this.#deck.isAbandoned) return { is: 'ended', end: 'stopped' };
    if (this.#workIsStale || this.hasNews) return { is: 'wait', until: undefined };
    if (converged) return { is: 'ended', end: 'rested' };
    if (!this.#deck.isEmpty) return { is: 'wait', until: decision.nextTryAt };
    if (this.#stopping) return { is: 'ended', end: 'stopped' };
    const isParked = this.#work !== undefined && this.#work.parked !== null;
    if (isParked) return { is: 'ended', end: 'parked' };
    if (this.#deck.fall !== undefined) return { is: 'ended', end: 'gave-up' };
    return { is: 'wait', until: decision.nextTryAt };
  }

  /** Reads everything anew and takes over intents of an earlier process or of a commit whose answer was lost. */
  async #load(): Promise<void> {
    this.#workIsStale = false;
    const before = this.#work;
    let work: VsysWork | undefined;
    try {
      work = await this.deps.store.findWork(this.vsysId);
      // Notifications name systems of all pools; those of others are not ours to touch.
      if (work?.poolId !== this.deps.authority.fence.poolId) work = undefined;
    } catch (thrown) {
      this.#workIsStale = true;
      throw thrown;
    }
    this.#work = work;
    this.#readAt = this.deps.clock.now().getTime();
    if (work === undefined) return;
    const isNewStart =
      before?.spec.generation !== work.spec.generation || (before.parked !== null && work.parked === null);
    if (isNewStart) this.#deck.startAnew(work.spec.generation, this.#insistenceOn(work));
    if (isNewStart || !this.#progress.isFollowing(work.operations)) {
      const ahead = preview(work.spec, knownOf(work, this.deps.hypervisor.observe(this.vsysId)));
      this.#progress.follow(work.operations, ahead.totalSteps);
    }
    this.#deck.adopt(work.openActions, () => this.nudge('work'));
  }

  /** Giving up a roll-back would leave what nobody wants, so it waits for an absent pool as long as it takes. */
  #insistenceOn({ operations }: VsysWork): Insistence {
    if (operations.some(({ state }) => state === 'rolling-back')) return { unreachablePoolMs: Infinity };
    return this.deps.insistence ?? USUAL_INSISTENCE;
  }

  /** Who has everything deleted gets more than by cancelling what came before; only that deletion can be cancelled. */
  #noticeCancellation(work: VsysWork): void {
    const newest = work.operations.at(-1);
    if (work.spec.presence === 'absent' && newest?.cancelRequested !== true) return;
    const cancelled = work.operations.some(
      (operation) => operation.cancelRequested && operation.state !== 'rolling-back',
    );
    if (cancelled && work.parked === null) this.#deck.cancel();
  }

  /** A turn failed: it is repeated after a pause, with everything read anew. */
  async #recover(thrown: unknown, failures: number): Promise<Verdict> {
    const error = asDomainError(thrown);
    if (error.code === 'lease-lost') return { is: 'ended', end: 'stopped' };
    this.#workIsStale = true;
    const fields = { vsysId: this.vsysId, code: error.code, error: error.message, err: error.cause };
    if (error.code !== 'stale') this.deps.log.warn(fields, 'turn failed, will be repeated');
    if (error.code !== 'stale' && error.retry !== 'same' && failures >= DEFECTS_BEFORE_ENDING) {
      this.deps.log.error(fields, 'turn cannot be done, giving up');
      return { is: 'ended', end: await this.#park(error) };
    }
    // Somebody else's change is looked at at once; news end the pause, e.g. of a database that is back.
    const pause = error.code === 'stale' && failures === 1 ? 0 : pauseMs(failures, this.deps.random);
    return { is: 'wait', until: this.deps.clock.now().getTime() + pause };
  }

  /** What cannot be told whole is told in short, so that operations end and a person can look. */
  async #park(error: DomainError): Promise<LoopEnd> {
    const work = this.#work;
    let end: LoopEnd = 'broken';
    if (work !== undefined && work.parked === null) {
      const turn = parkingTurn(work, error, this.#progress, this.#moment);
      try {
        await this.deps.store.commit(this.deps.authority.fence, turn);
        this.#reportEnds(work, turn);
        end = 'parked';
      } catch (thrown) {
        const reason = asDomainError(thrown).message;
        this.deps.log.error({ vsysId: this.vsysId, error: reason }, 'could not even be parked');
      }
    }
    // Their intents are open still; nobody may settle them while we are at work on them.
    await this.#deck.drain();
    return end;
  }
}

/** What was made after the database was stored is not for us to judge. */
const knownOf = ({ spec, numbers, parts }: VsysWork, observed: ObservedVsys): ObservedVsys =>
  numbers === undefined
    ? observed
    : withoutUnknown(spec, observed, numbers, new Set(parts.map(({ part }) => part)));
