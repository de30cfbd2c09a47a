/**
 * Notifications of the database and wake-ups of the queue on their way to the workers: each comes a little later, some
 * of them twice and some not at all. Nothing may depend on any of them.
 */
import type { NotificationOptions } from '@openvsys/persistence';
import type { WakeConsumer, WakeHandler, WakeSource } from '@openvsys/queue';
import type { PoolId, VsysId } from '@openvsys/vsys';
import type { SeededRandom } from '../chance/seeded-random.js';
import type { WorldClock } from '../time/world-clock.js';
import type { WorkerProcess } from './worker-process.js';

export interface MessageFates {
  /** Part of the messages that are lost, 0 to 1. */
  readonly lost: number;
  /** Part that comes twice. */
  readonly doubled: number;
}

/** As it is when nobody disturbs: nothing is lost, but all come a little later. */
const FAITHFUL: MessageFates = { lost: 0, doubled: 0 };
const LONGEST_WAY_MS = 40;

interface Listener {
  readonly process: WorkerProcess;
  readonly channels: readonly string[];
  readonly take: (channel: string, payload: string) => void;
}

interface Consumer {
  readonly process: WorkerProcess;
  readonly pool: PoolId;
  readonly handler: WakeHandler;
}

export class MessageBus {
  fates: MessageFates = FAITHFUL;
  readonly #listeners = new Set<Listener>();
  readonly #consumers = new Set<Consumer>();

  constructor(
    private readonly clock: WorldClock,
    private readonly random: SeededRandom,
  ) {}

  /** From the database to whoever listens. */
  notify(channel: string, payload: string): void {
    for (const listener of this.#listeners) {
      if (!listener.channels.includes(channel)) continue;
      this.#send(listener.process, () => this.#listeners.has(listener) && listener.take(channel, payload));
    }
  }

  /** From the API to whoever serves the pool. */
  wake(pool: PoolId, vsys: VsysId): void {
    const consumer = [...this.#consumers].findLast((each) => each.pool === pool && each.process.isAlive);
    if (consumer === undefined) return;
    this.#send(consumer.process, () => this.#consumers.has(consumer) && void consumer.handler.handle(vsys));
  }

  /** Everybody is told of a system at once, once more than needed. */
  wakeEverybody(vsys: string): void {
    for (const { process, handler } of this.#consumers) {
      if (process.isAlive) void handler.handle(vsys as VsysId);
    }
  }

  listenOf(process: WorkerProcess) {
    return async ({ channels, onNotification, onConnected }: NotificationOptions) => {
      const take: Listener['take'] = (channel, payload) => {
        const known = channels.find((each) => each === channel);
        if (known !== undefined) onNotification({ channel: known, payload });
      };
      const listener = { process, channels, take };
      this.#listeners.add(listener);
      onConnected?.();
      return { close: async () => void (await Promise.resolve(this.#listeners.delete(listener))) };
    };
  }

  wakesOf(process: WorkerProcess): WakeSource {
    return {
      consume: (pool, handler): WakeConsumer => {
        const consumer = { process, pool, handler };
        this.#consumers.add(consumer);
        return { close: async () => void (await Promise.resolve(this.#consumers.delete(consumer))) };
      },
    };
  }

  #send(process: WorkerProcess, deliver: () => unknown): void {
    if (this.random.chance(this.fates.lost)) return;
    const times = this.random.chance(this.fates.doubled) ? 2 : 1;
    for (let n = 0; n < times; n += 1) {
      this.clock.after(this.random.int(1, LONGEST_WAY_MS), () => {
        if (process.isAlive) deliver();
      });
    }
  }
}
