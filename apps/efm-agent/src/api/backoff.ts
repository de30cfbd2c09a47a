/** Pauses that grow and are spread, so that a thousand agents do not come back at the same instant. */

/** First pause, ms. */
const FIRST_MS = 500;
/** Longest pause, ms: after days of absence the API is found again within this time. */
const LONGEST_MS = 60_000;

export class Backoff {
  private failures = 0;

  constructor(private readonly random: () => number = Math.random) {}

  /** Pause before the next attempt, ms: between half and all of 0.5 s, 1 s, 2 s … 60 s. */
  next(): number {
    const full = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(this.failures, 30));
    this.failures += 1;
    return full / 2 + (full / 2) * this.random();
  }

  reset(): void {
    this.failures = 0;
  }
}
