import { createLogger } from '@openvsys/observability';
import type { Clock } from '@openvsys/vsys';
import { describe, expect, it } from 'vitest';
import { runSchedules } from './schedule.js';

const log = createLogger({ name: 'test', level: 'silent' });

/** Time that passes only when told to. */
class ManualClock implements Clock {
  #waiting: { readonly ms: number; readonly wake: () => void }[] = [];

  now(): Date {
    return new Date(0);
  }

  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    await new Promise<void>((resolve, reject) => {
      this.#waiting.push({ ms, wake: resolve });
      signal?.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
    });
  }

  async pass(): Promise<readonly number[]> {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const { wake } of waiting) wake();
    await this.settle();
    return waiting.map(({ ms }) => ms);
  }

  async settle(): Promise<void> {
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
  }
}

describe('periodic jobs', () => {
  it('run after each pause, the first at once when asked', async () => {
    const clock = new ManualClock();
    const ran: string[] = [];
    const job = (name: string) => ({
      name,
      everyMs: 100,
      run: async () => {
        ran.push(name);
        await Promise.resolve();
      },
    });
    const schedules = runSchedules([job('later'), { ...job('now'), atOnce: true }], clock, log);
    await clock.settle();
    expect(ran).toEqual(['now']);
    expect(await clock.pass()).toEqual([100, 100]);
    expect(ran).toEqual(['now', 'later', 'now']);
    await schedules.stop();
  });

  it('never overlap, go on after a failure, and are waited for at the end', async () => {
    const clock = new ManualClock();
    const gates: PromiseWithResolvers<void>[] = [];
    const run = async () => {
      const gate = Promise.withResolvers<void>();
      gates.push(gate);
      await gate.promise;
    };
    const schedules = runSchedules([{ name: 'slow', everyMs: 1, atOnce: true, run }], clock, log);
    await clock.settle();
    await clock.pass();
    expect(gates).toHaveLength(1);
    gates[0]?.reject(new Error('no'));
    await clock.settle();
    await clock.pass();
    expect(gates).toHaveLength(2);

    let stopped = false;
    const stopping = schedules.stop().then(() => {
      stopped = true;
    });
    await clock.settle();
    expect(stopped).toBe(false);
    gates[1]?.resolve();
    await stopping;
    expect(gates).toHaveLength(2);
  });
});
