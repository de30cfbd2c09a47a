/** Wake-ups within one process, for tests and tools: the same behaviour without Redis. */
import type { PoolId, VsysId } from '@openvsys/vsys';
import { poolQueueName } from './queue-names.js';
import type { WakeConsumer, WakeConsumerOptions, WakeHandler, WakeQueue, WakeSource } from './wake-queue.js';

interface Waiting {
  readonly vsysId: VsysId;
  readonly priority: number;
}

interface Subscription {
  readonly handler: WakeHandler;
  readonly concurrency: number;
  running: number;
  idle: () => void;
}

export class MemoryWakeQueue implements WakeQueue, WakeSource {
  readonly #waiting = new Map<string, Waiting[]>();
  readonly #subscriptions = new Map<string, Subscription>();

  async wake(poolId: PoolId, vsysId: VsysId, priority = 0): Promise<void> {
    const name = poolQueueName(poolId);
    const queue = this.#waiting.get(name) ?? [];
    // Stable: equal priorities keep their order.
    this.#waiting.set(
      name,
      [...queue, { vsysId, priority }].toSorted((a, b) => a.priority - b.priority),
    );
    this.#pump(name);
    await Promise.resolve();
  }

  consume(poolId: PoolId, handler: WakeHandler, options: WakeConsumerOptions): WakeConsumer {
    const name = poolQueueName(poolId);
    const subscription: Subscription = {
      handler,
      concurrency: options.concurrency,
      running: 0,
      idle: () => {},
    };
    this.#subscriptions.set(name, subscription);
    this.#pump(name);
    return {
      close: async () => {
        this.#subscriptions.delete(name);
        if (subscription.running === 0) return;
        await new Promise<void>((resolve) => {
          subscription.idle = resolve;
        });
      },
    };
  }

  /** Wake-ups that nobody has taken yet. */
  waiting(poolId: PoolId): readonly VsysId[] {
    return (this.#waiting.get(poolQueueName(poolId)) ?? []).map(({ vsysId }) => vsysId);
  }

  async close(): Promise<void> {
    this.#waiting.clear();
    await Promise.resolve();
  }

  #pump(name: string): void {
    const subscription = this.#subscriptions.get(name);
    const queue = this.#waiting.get(name);
    if (subscription === undefined || queue === undefined) return;
    while (subscription.running < subscription.concurrency) {
      const next = queue.shift();
      if (next === undefined) return;
      subscription.running += 1;
      subscription.handler.taken?.(0);
      void this.#handle(name, subscription, next.vsysId);
    }
  }

  async #handle(name: string, subscription: Subscription, vsysId: VsysId): Promise<void> {
    await subscription.handler.handle(vsysId).catch(() => {});
    subscription.running -= 1;
    if (subscription.running === 0) subscription.idle();
    this.#pump(name);
  }
}
