/**
 * Takes events into the feed soon after somebody told that there are some. Everything told while a look is under way or
 * was made a moment ago is answered by one more look, so a busy installation looks four times a second and an idle one
 * never.
 *
 *   resting ──told──► looking ──► pausing ──told meanwhile──► looking …
 *      ▲                             └──nothing was told──┐
 *      └──────────────────────────────────────────────────┘
 */
import type { Clock } from '@openvsys/vsys';

export interface FollowerParts {
  readonly look: () => Promise<void>;
  readonly clock: Pick<Clock, 'sleep'>;
  /** Told of a look that failed; the next one finds what it left. */
  readonly onError: (error: unknown) => void;
}

/** Streams and webhooks tell what happened after this time at most, while there is much to tell, ms. */
export const GATHER_MS = 250;

export class FeedFollower {
  readonly #stopping = new AbortController();
  #isTold = false;
  #following: Promise<void> | undefined;

  constructor(private readonly parts: FollowerParts) {}

  /** There are new events. Returns at once; never throws. */
  tell(): void {
    if (this.#stopping.signal.aborted) return;
    this.#isTold = true;
    this.#following ??= this.#follow();
  }

  /** Looks no more; resolves when the look under way has ended. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#following;
  }

  async #follow(): Promise<void> {
    const { look, clock, onError } = this.parts;
    const { signal } = this.#stopping;
    while (this.#isTold && !signal.aborted) {
      this.#isTold = false;
      await look().catch(onError);
      await clock.sleep(GATHER_MS, signal).catch(() => {});
    }
    this.#following = undefined;
  }
}
