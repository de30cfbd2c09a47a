/**
 * How much may be under way at once, learnt from the pool: halved when it says TOO_MANY_PENDING_TASKS, grown again by one
 * after every 32 successes. Waiters are served in order of arrival.
 */
import { TransportError } from '../transport/transport.js';

/** A few dozen successes show that the smaller number is digested; a larger one grows too slowly to recover in a minute. */
const SUCCESSES_PER_STEP = 32;

interface Waiter {
  readonly start: () => void;
}

export class AdaptiveLimit {
  private limit: number;
  private running = 0;
  private successes = 0;
  private readonly waiters: Waiter[] = [];

  constructor(private readonly ceiling: number) {
    this.limit = ceiling;
  }

  get current(): number {
    return this.limit;
  }

  /** Runs `work` when there is room. Throws TransportError `aborted`, with nothing done, when the signal fires before. */
  async run<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    await this.acquire(signal);
    try {
      const result = await work();
      this.grow();
      return result;
    } finally {
      this.running -= 1;
      this.startWaiters();
    }
  }

  /** The pool asked for less. */
  shrink(): void {
    this.limit = Math.max(1, Math.floor(this.limit / 2));
    this.successes = 0;
  }

  private grow(): void {
    if (this.limit >= this.ceiling) return;
    this.successes += 1;
    if (this.successes < SUCCESSES_PER_STEP) return;
    this.successes = 0;
    this.limit += 1;
  }

  private async acquire(signal: AbortSignal | undefined): Promise<void> {
    if (signal?.aborted === true) throw neverStarted();
    if (this.running < this.limit) {
      this.running += 1;
      return;
    }
    await new Promise<void>((resolve, reject) => {
      const onAbort = (): void => {
        this.waiters.splice(this.waiters.indexOf(waiter), 1);
        reject(neverStarted());
      };
      const waiter: Waiter = {
        start: () => {
          signal?.removeEventListener('abort', onAbort);
          resolve();
        },
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      this.waiters.push(waiter);
    });
  }

  private startWaiters(): void {
    while (this.running < this.limit) {
      const next = this.waiters.shift();
      if (next === undefined) return;
      this.running += 1;
      next.start();
    }
  }
}

const neverStarted = (): TransportError =>
  new TransportError('withdrawn', 'The call was given up before it was made.');
