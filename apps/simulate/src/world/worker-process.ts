/**
 * A process that can be killed: from then on none of its calls goes out and no answer reaches it, while the pool, the
 * database and other processes live on. Its clock may be wrong.
 */
import type { Clock } from '@openvsys/vsys';

export class WorkerProcess {
  #isAlive = true;

  constructor(
    readonly name: string,
    /** Its clock minus the true time, ms. */
    readonly skewMs: number,
  ) {}

  get isAlive(): boolean {
    return this.#isAlive;
  }

  kill(): void {
    this.#isAlive = false;
  }

  /** Makes a call on behalf of the process. */
  async call<T>(work: () => Promise<T>): Promise<T> {
    if (!this.#isAlive) return await never();
    try {
      const answer = await work();
      return this.#isAlive ? answer : await never();
    } catch (error) {
      if (!this.#isAlive) return await never();
      throw error;
    }
  }

  /** The time as this process knows it. */
  clockOn(clock: Clock): Clock {
    return {
      now: () => new Date(clock.now().getTime() + this.skewMs),
      sleep: async (ms, signal) => await this.call(async () => await clock.sleep(ms, signal)),
    };
  }
}

async function never<T>(): Promise<T> {
  return await new Promise<T>(() => {});
}
