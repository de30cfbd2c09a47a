// Purpose: a limited resource served in order of arrival (workers of a host, authentication threads).
//
//   enter ──► waiting (first in, first out) ──► holding one of `capacity` places ──► leave

export class FifoQueue {
  private held = 0;
  private readonly waiting: { start: () => void; abandon: (reason: Error) => void }[] = [];

  constructor(
    readonly name: string,
    readonly capacity: number,
  ) {}

  get holders(): number {
    return this.held;
  }

  get length(): number {
    return this.waiting.length;
  }

  /** Resolves when a place is free; the result gives it back. Rejects with the signal's reason while waiting. */
  async enter(signal: AbortSignal): Promise<() => void> {
    signal.throwIfAborted();
    if (this.held < this.capacity) this.held += 1;
    else await this.queue(signal);
    let left = false;
    return () => {
      if (left) return;
      left = true;
      this.leave();
    };
  }

  private queue(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const onAbort = (): void => waiter.abandon(signal.reason as Error);
      const waiter = {
        start: () => {
          signal.removeEventListener('abort', onAbort);
          resolve();
        },
        abandon: (reason: Error) => {
          this.waiting.splice(this.waiting.indexOf(waiter), 1);
          reject(reason);
        },
      };
      signal.addEventListener('abort', onAbort, { once: true });
      this.waiting.push(waiter);
    });
  }

  // The place goes straight to the next in line, so nobody can slip in between.
  private leave(): void {
    const next = this.waiting.shift();
    if (next === undefined) this.held -= 1;
    else next.start();
  }
}
