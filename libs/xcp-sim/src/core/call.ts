// Purpose: one call while it runs: who makes it, what it waits for, what it holds, whether it was cancelled.
import { sleep } from '../clock/sim-clock.js';
import { XenFailure } from './failure.js';
import type { CallScope } from './pool-services.js';
import type { CallEntry } from '../log/call-log.js';
import type { Row } from '../database/row.js';
import type { SimPool } from './sim-pool.js';
import type { Step } from '../latency/profiles.js';

/** Who calls what, where, under which task. */
export type CallOrigin = Pick<Call, 'method' | 'host' | 'session' | 'task' | 'entry'>;

export class Call implements CallScope {
  private readonly abort = new AbortController();

  readonly method: string;
  /** The host that executes the call (for pool members: the master, since slaves refuse). */
  readonly host: Row;
  readonly session: Row | undefined;
  /** The task row of an action; getters have none. */
  readonly task: Row | undefined;
  readonly entry: CallEntry;

  constructor(
    readonly sim: SimPool,
    origin: CallOrigin,
  ) {
    this.method = origin.method;
    this.host = origin.host;
    this.session = origin.session;
    this.task = origin.task;
    this.entry = origin.entry;
  }

  get signal(): AbortSignal {
    return this.abort.signal;
  }

  /** The reference under which this call appears in `current_operations`. */
  get taskRef(): string {
    return this.task?.ref ?? `OpaqueRef:call-${this.entry.seq}`;
  }

  /** Makes every wait of this call end with `reason`. */
  stop(reason: Error): void {
    this.abort.abort(reason);
  }

  /** XenAPI task.cancel: the next wait ends with TASK_CANCELLED. */
  cancel(): void {
    this.stop(new XenFailure('TASK_CANCELLED', this.taskRef));
  }

  /** Waits the sampled time of a step plus `extraMs`, all in simulated time. */
  async spend(step: Step, extraMs = 0): Promise<void> {
    await this.pass(this.sim.latency.sample(step) + extraMs);
  }

  async pass(ms: number): Promise<void> {
    this.signal.throwIfAborted();
    if (ms > 0) await sleep(this.sim.clock, ms, this.signal);
  }

  /**
   * Moves what takes `ms` alone over a link that is shared fairly with whoever else uses it: two at once take twice as
   * long each.
   */
  async transfer(link: string, ms: number): Promise<void> {
    this.signal.throwIfAborted();
    if (ms > 0) await this.sim.link(link).transfer(ms, this.signal);
  }

  progress(fraction: number): void {
    if (this.task?.alive === true) this.sim.db.update(this.task, { progress: fraction });
  }

  /** Runs `work` while holding a place of the named queue; waiting and holding go into the log. */
  async inQueue<T>(name: string, capacity: number, work: () => Promise<T>): Promise<T> {
    const arrived = this.sim.clock.now();
    const leave = await this.sim.queue(name, capacity).enter(this.signal);
    const from = this.sim.clock.now();
    this.logWait(name, from - arrived);
    try {
      return await work();
    } finally {
      leave();
      this.logHold(name, from);
    }
  }

  logWait(queue: string, ms: number): void {
    // Below a millisecond it is the time of the simulator itself, not a queue.
    if (ms >= 1) this.entry.waits.push({ queue, ms });
  }

  logHold(queue: string, from: number): void {
    this.entry.held.push({ queue, from, to: this.sim.clock.now() });
  }
}
