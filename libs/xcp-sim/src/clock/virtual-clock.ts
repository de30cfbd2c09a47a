// Purpose: time that moves only when told to, so that hours pass in milliseconds and every run is the same run.
//
//   schedule ──► timers ordered by (due, order of scheduling)
//   advance(ms) / runUntilIdle() ──► run the earliest, let all promises settle, run the next …
import type { SimClock, TimerKind } from './sim-clock.js';

interface Timer {
  due: number;
  order: number;
  kind: TimerKind;
  action: () => void;
}

/** A day without an end is a livelock, not work. */
const DEFAULT_IDLE_LIMIT_MS = 24 * 3_600_000;

export class VirtualClock implements SimClock {
  private current: number;
  private order = 0;
  private timers: Timer[] = [];
  private autoRunning = false;

  /** With `auto`, time jumps to the next timer by itself whenever nothing else is left to run. */
  constructor(
    start: number,
    private readonly mode: 'manual' | 'auto' = 'manual',
  ) {
    this.current = start;
  }

  now(): number {
    return this.current;
  }

  schedule(ms: number, action: () => void, kind: TimerKind = 'work'): () => void {
    const timer: Timer = { due: this.current + Math.max(0, ms), order: this.order, kind, action };
    this.order += 1;
    this.insert(timer);
    if (this.mode === 'auto') void this.autoRun();
    return () => {
      const index = this.timers.indexOf(timer);
      if (index >= 0) this.timers.splice(index, 1);
    };
  }

  close(): void {
    this.timers = [];
  }

  /** Simulated milliseconds until the next timer, or undefined if there is none. */
  nextDueIn(): number | undefined {
    const next = this.timers[0];
    return next === undefined ? undefined : next.due - this.current;
  }

  /** Moves time forward by `ms`, running everything that falls due on the way. */
  async advance(ms: number): Promise<void> {
    const target = this.current + ms;
    await this.settle();
    for (let next = this.timers[0]; next !== undefined && next.due <= target; next = this.timers[0]) {
      this.fire(next);
      await this.settle();
    }
    this.current = Math.max(this.current, target);
  }

  /** Runs until no work timer is left; daemon timers on the way run too. Throws after `limitMs` simulated ms. */
  async runUntilIdle(limitMs = DEFAULT_IDLE_LIMIT_MS): Promise<void> {
    const deadline = this.current + limitMs;
    await this.settle();
    while (this.timers.some((timer) => timer.kind === 'work')) {
      const next = this.timers[0];
      if (next === undefined) return;
      if (next.due > deadline) throw new Error(`not idle after ${limitMs} simulated ms`);
      this.fire(next);
      await this.settle();
    }
  }

  private insert(timer: Timer): void {
    let low = 0;
    let high = this.timers.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const other = this.timers[middle];
      if (other !== undefined && other.due <= timer.due) low = middle + 1;
      else high = middle;
    }
    this.timers.splice(low, 0, timer);
  }

  private fire(timer: Timer): void {
    this.timers.shift();
    this.current = Math.max(this.current, timer.due);
    timer.action();
  }

  // A macrotask turn runs after every promise that is ready: what the last timer woke has run to its next wait.
  private settle(): Promise<void> {
    return new Promise((resolve) => {
      setImmediate(resolve);
    });
  }

  private async autoRun(): Promise<void> {
    if (this.autoRunning) return;
    this.autoRunning = true;
    await this.settle();
    while (this.timers.some((timer) => timer.kind !== 'daemon')) {
      const next = this.timers[0];
      if (next !== undefined) this.fire(next);
      await this.settle();
    }
    this.autoRunning = false;
  }
}
