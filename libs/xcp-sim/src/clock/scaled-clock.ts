// Purpose: simulated time that runs with the wall clock, at the same or another speed.
import type { SimClock } from './sim-clock.js';

/** Node's timers take at most a signed 32-bit delay; longer waits are cut into pieces. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** `speed` = simulated milliseconds per wall millisecond, > 0; 1 is real time. */
export class ScaledClock implements SimClock {
  private readonly startWall = performance.now();
  private readonly pending = new Set<NodeJS.Timeout>();

  constructor(
    private readonly speed: number,
    private readonly startSim: number,
  ) {
    if (!(speed > 0)) throw new RangeError(`the speed of time must be > 0, got ${speed}`);
  }

  now(): number {
    return this.startSim + (performance.now() - this.startWall) * this.speed;
  }

  schedule(ms: number, action: () => void): () => void {
    let timer: NodeJS.Timeout | undefined;
    const arm = (wallMs: number): void => {
      const piece = Math.min(wallMs, LONGEST_TIMER_MS);
      timer = setTimeout(() => {
        if (timer !== undefined) this.pending.delete(timer);
        if (wallMs > piece) arm(wallMs - piece);
        else action();
      }, piece);
      this.pending.add(timer);
    };
    arm(Math.max(0, ms) / this.speed);
    return () => {
      if (timer === undefined) return;
      clearTimeout(timer);
      this.pending.delete(timer);
    };
  }

  close(): void {
    for (const timer of this.pending) clearTimeout(timer);
    this.pending.clear();
  }
}
