// Purpose: simulated time that runs with the wall clock, at the same or another speed.
import type { SimClock } from './sim-clock.js';

/** Node's timers take at most a signed 32-bit delay; longer waits are cut into pieces. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

interface Pending {
  /** Simulated instant at which it is due. */
  readonly due: number;
  readonly action: () => void;
  timer: NodeJS.Timeout | undefined;
}

/** `speed` = simulated milliseconds per wall millisecond, > 0; 1 is real time. */
export class ScaledClock implements SimClock {
  private startWall = performance.now();
  private readonly pending = new Set<Pending>();

  constructor(
    private currentSpeed: number,
    private startSim: number,
  ) {
    requirePositive(currentSpeed);
  }

  get speed(): number {
    return this.currentSpeed;
  }

  now(): number {
    return this.startSim + (performance.now() - this.startWall) * this.currentSpeed;
  }

  /** From now on; what is scheduled is due at the same simulated instant. @throws RangeError unless > 0 */
  setSpeed(speed: number): void {
    requirePositive(speed);
    this.startSim = this.now();
    this.startWall = performance.now();
    this.currentSpeed = speed;
    for (const entry of this.pending) {
      clearTimeout(entry.timer);
      this.arm(entry);
    }
  }

  schedule(ms: number, action: () => void): () => void {
    const entry: Pending = { due: this.now() + Math.max(0, ms), action, timer: undefined };
    this.pending.add(entry);
    this.arm(entry);
    return () => {
      clearTimeout(entry.timer);
      this.pending.delete(entry);
    };
  }

  close(): void {
    for (const entry of this.pending) clearTimeout(entry.timer);
    this.pending.clear();
  }

  private arm(entry: Pending): void {
    const wallMs = Math.max(0, entry.due - this.now()) / this.currentSpeed;
    const piece = Math.min(wallMs, LONGEST_TIMER_MS);
    entry.timer = setTimeout(() => {
      if (wallMs > piece) {
        this.arm(entry);
        return;
      }
      this.pending.delete(entry);
      entry.action();
    }, piece);
  }
}

function requirePositive(speed: number): void {
  if (!(speed > 0)) throw new RangeError(`the speed of time must be > 0, got ${speed}`);
}
