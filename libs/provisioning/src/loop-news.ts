/**
 * What a loop waits for between two turns.
 *
 *   now    an action ended, the database changed, the worker stops      ──► the next turn begins at once
 *   pool   objects in the pool changed                                  ──► it begins after a short pause
 */
import type { Clock } from '@openvsys/vsys';
import { Latch } from './latch.js';

/**
 * Changes seen in the pool wait this long for company, ms: mostly they are the effect of an action of ours whose end
 * follows at once, and one commit then tells both.
 */
const POOL_NEWS_PAUSE_MS = 40;

export class LoopNews {
  readonly #now = new Latch();
  /** Whoever waits shall work out anew how long. */
  readonly #poke = new Latch();
  /** ms since the epoch; undefined: no change in the pool since the last turn. */
  #poolSince: number | undefined;

  constructor(private readonly clock: Clock) {}

  /** Something came that no turn has looked at yet. */
  get isThere(): boolean {
    return this.#now.isSet || this.#poolSince !== undefined;
  }

  comeNow(): void {
    this.#now.set();
  }

  comeFromPool(): void {
    this.#poolSince ??= this.clock.now().getTime();
    this.#poke.set();
  }

  /** A turn begins: what comes from now on is for the next one. */
  take(): void {
    this.#now.reset();
    this.#poolSince = undefined;
  }

  /** Resolves when there are news, or at `until` (ms since the epoch). */
  async wait(until: number | undefined): Promise<void> {
    while (!this.#now.isSet) {
      this.#poke.reset();
      const poolLookAt = this.#poolSince === undefined ? Infinity : this.#poolSince + POOL_NEWS_PAUSE_MS;
      const leftMs = Math.min(until ?? Infinity, poolLookAt) - this.clock.now().getTime();
      if (leftMs <= 0) return;
      const over = new AbortController();
      const waits = [this.#now.wait(), this.#poke.wait()];
      if (leftMs < Infinity) waits.push(this.clock.sleep(leftMs, over.signal).catch(() => {}));
      await Promise.race(waits).finally(() => over.abort());
    }
  }
}
