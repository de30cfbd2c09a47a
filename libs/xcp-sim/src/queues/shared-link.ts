// Purpose: a link (of a host, of an SR) whose bandwidth all transfers share in equal parts.
//
//   n transfers at once ──► each makes 1/n of a millisecond's progress a millisecond
//   one comes or goes   ──► what is left of the others is reckoned anew
import type { SimClock } from '../clock/sim-clock.js';

interface Transfer {
  /** Milliseconds it would still take alone. */
  leftMs: number;
  readonly done: () => void;
}

/** Less than this is nothing: milliseconds since 1970 are floats with steps of a quarter of a microsecond. */
const NOTHING_MS = 0.01;

export class SharedLink {
  private readonly transfers = new Set<Transfer>();
  private reckonedAt = 0;
  private cancelNext: () => void = () => undefined;

  constructor(private readonly clock: SimClock) {}

  /** Transfers under way. */
  get users(): number {
    return this.transfers.size;
  }

  /** Resolves when what takes `ms` alone is through; rejects with the signal's reason if that comes first. */
  transfer(ms: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      this.reckon();
      const onAbort = (): void => {
        this.leave(transfer);
        reject(signal.reason as Error);
      };
      const transfer: Transfer = {
        leftMs: ms,
        done: () => {
          signal.removeEventListener('abort', onAbort);
          resolve();
        },
      };
      signal.addEventListener('abort', onAbort, { once: true });
      this.transfers.add(transfer);
      this.planNext();
    });
  }

  private leave(transfer: Transfer): void {
    this.reckon();
    this.transfers.delete(transfer);
    this.planNext();
  }

  /** Takes off what has got through since the last reckoning. */
  private reckon(): void {
    const now = this.clock.now();
    const share = (now - this.reckonedAt) / Math.max(1, this.transfers.size);
    this.reckonedAt = now;
    for (const transfer of this.transfers) transfer.leftMs -= share;
  }

  private planNext(): void {
    this.cancelNext();
    if (this.transfers.size === 0) return;
    const shortest = Math.min(...[...this.transfers].map(({ leftMs }) => leftMs));
    this.cancelNext = this.clock.schedule(Math.max(0, shortest) * this.transfers.size, () => this.finish());
  }

  private finish(): void {
    this.reckon();
    for (const transfer of this.transfers) {
      if (transfer.leftMs > NOTHING_MS) continue;
      this.transfers.delete(transfer);
      transfer.done();
    }
    this.planNext();
  }
}
