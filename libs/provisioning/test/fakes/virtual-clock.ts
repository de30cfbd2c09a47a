/** Time that stands still until nothing is left to do in this instant, then jumps to the next sleeper. */
import type { Clock } from '@openvsys/vsys';

interface Sleeper {
  readonly at: number;
  readonly order: number;
  readonly wake: () => void;
}

const BEGIN = Date.UTC(2026, 0, 1);

export class VirtualClock implements Clock {
  #now = BEGIN;
  #order = 0;
  #sleepers: Sleeper[] = [];

  now(): Date {
    return new Date(this.#now);
  }

  /** ms since the begin of the test. */
  get elapsed(): number {
    return this.#now - BEGIN;
  }

  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    await new Promise<void>((resolve, reject) => {
      const sleeper = { at: this.#now + Math.max(0, ms), order: this.#order++, wake: resolve };
      this.#sleepers.push(sleeper);
      signal?.addEventListener(
        'abort',
        () => {
          this.#sleepers = this.#sleepers.filter((other) => other !== sleeper);
          reject(signal.reason as Error);
        },
        { once: true },
      );
    });
  }

  /** Runs everything until `work` is settled. Throws when it takes longer than `limitMs`, or can never end. */
  async runUntil<T>(work: Promise<T>, limitMs = 48 * 3_600_000): Promise<T> {
    let ended = false;
    const end = () => {
      ended = true;
    };
    work.then(end, end);
    const until = this.#now + limitMs;
    for (;;) {
      await this.quiet();
      if (ended) return await work;
      this.#jump(until);
    }
  }

  /** Lets the time go on. */
  async advance(ms: number): Promise<void> {
    await this.runUntil(this.sleep(ms));
  }

  /** Everything that can happen now has happened: nothing in the tests waits for real I/O or real timers. */
  async quiet(): Promise<void> {
    await new Promise<void>((resolve) => {
      setImmediate(resolve);
    });
  }

  #jump(until: number): void {
    const next = this.#sleepers.toSorted((a, b) => a.at - b.at || a.order - b.order)[0];
    if (next === undefined) throw new Error('deadlock: nothing will ever happen again');
    if (next.at > until) throw new Error(`not done after ${this.elapsed} ms`);
    this.#now = next.at;
    this.#sleepers = this.#sleepers.filter((other) => other !== next);
    next.wake();
  }
}
