/**
 * The one clock of a run: time stands still until nothing is left to do in this instant, then jumps to the next timer.
 * "Nothing left" counts what is not a timer, too: statements being executed and requests being answered.
 */
import type { Clock } from '@openvsys/vsys';
import type { SimClock, VirtualClock } from '@openvsys/xcp-sim';

/** Turns of the event loop that nothing may happen in before an instant counts as over. */
const STILL_TURNS = 2;

export class WorldClock implements Clock {
  constructor(
    private readonly virtual: VirtualClock,
    private readonly isBusy: () => boolean,
  ) {}

  get ms(): number {
    return this.virtual.now();
  }

  now(): Date {
    return new Date(this.virtual.now());
  }

  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    await sleepOn(this.virtual, ms, signal);
  }

  after(ms: number, action: () => void): void {
    this.virtual.schedule(ms, action);
  }

  /** Everything that can happen now has happened. */
  async quiet(): Promise<void> {
    for (let still = 0; still < STILL_TURNS;) {
      await new Promise<void>((resolve) => {
        setImmediate(resolve);
      });
      still = this.isBusy() ? 0 : still + 1;
    }
  }

  /** Goes on to the next timer, at most to `until` (ms since the epoch). */
  async step(until: number): Promise<void> {
    await this.quiet();
    const next = this.virtual.nextDueIn() ?? Infinity;
    const ms = Math.min(next, until - this.ms);
    if (!Number.isFinite(ms)) throw new Error('nothing will ever happen again');
    await this.virtual.advance(Math.max(0, ms));
    await this.quiet();
  }
}

async function sleepOn(clock: SimClock, ms: number, signal?: AbortSignal): Promise<void> {
  signal?.throwIfAborted();
  await new Promise<void>((resolve, reject) => {
    const onAbort = () => {
      cancel();
      reject(signal?.reason as Error);
    };
    const cancel = clock.schedule(ms, () => {
      signal?.removeEventListener('abort', onAbort);
      resolve();
    });
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}
