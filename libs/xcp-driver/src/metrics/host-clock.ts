/**
 * How far the clock of a host is off, from answers that are stamped with the end of its last step only. A single answer is
 * precise to a step, so smaller differences are not believed; the correction is whole steps and stays until it is clearly
 * wrong, so that corrected times of one server never jitter.
 */
export class HostClock {
  private correctionMs = 0;

  constructor(private readonly stepSeconds: number) {}

  /** `endSeconds` by the host, heard at `nowMs` by us. Answers host minus us, ms. */
  hear(endSeconds: number, nowMs: number): number {
    const stepMs = this.stepSeconds * 1000;
    // The end of the last step lies half a step back on average.
    const seen = endSeconds * 1000 + stepMs / 2 - nowMs;
    if (Math.abs(seen - this.correctionMs) > 1.5 * stepMs) {
      this.correctionMs = Math.round(seen / stepMs) * stepMs;
    }
    return this.correctionMs;
  }

  /** A time of the host in our time. */
  ours(seconds: number): Date {
    return new Date(seconds * 1000 - this.correctionMs);
  }
}
