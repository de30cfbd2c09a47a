// Purpose: calls that sleep because an object is busy. They sleep on even when it becomes free meanwhile, and ever
// longer: that is why twenty clones of one VM at once take far longer than one after the other.
import { sleep } from '../clock/sim-clock.js';
import type { CallScope } from './pool-services.js';
import type { SimPool } from './sim-pool.js';

export class ConflictWaiters {
  private readonly sleeping: (() => void)[] = [];
  private waiting = 0;

  constructor(private readonly sim: SimPool) {}

  get count(): number {
    return this.waiting;
  }

  async wait(call: CallScope, attempt: number): Promise<void> {
    this.waiting += 1;
    try {
      if (this.sim.latency.profile.conflictWait.wakeEarly) await this.waitForWake(call);
      else await sleep(this.sim.clock, this.sim.latency.conflictWait(attempt), call.signal);
    } finally {
      this.waiting -= 1;
    }
  }

  /** An operation has ended. */
  wakeAll(): void {
    for (const wake of this.sleeping.splice(0)) wake();
  }

  private waitForWake(call: CallScope): Promise<void> {
    return new Promise((resolve, reject) => {
      const onAbort = (): void => {
        const index = this.sleeping.indexOf(wake);
        if (index >= 0) this.sleeping.splice(index, 1);
        reject(call.signal.reason as Error);
      };
      const wake = (): void => {
        call.signal.removeEventListener('abort', onAbort);
        resolve();
      };
      call.signal.addEventListener('abort', onAbort, { once: true });
      this.sleeping.push(wake);
    });
  }
}
