import { createLogger } from '@openvsys/observability';
import type { MetricDelivery } from '@openvsys/persistence';
import { hostUuid, poolId, type FollowMetrics, type HostUuid, type MetricsBatch } from '@openvsys/vsys';
import { describe, expect, it } from 'vitest';
import { recordMetrics } from './metric-recorder.js';

const HOST = hostUuid('00000000-0000-4000-8000-000000000001');
const POOL = poolId('019399d2-5d5a-7cc8-9d6e-0a2f6d3b1c11');
const at = (minute: number): Date => new Date(Date.UTC(2026, 0, 1, 0, minute));

/** A pool that tells minute after minute, from where it is asked, up to the tenth. */
function world(failures: number) {
  const stored: MetricDelivery[] = [];
  const asked: (Date | undefined)[] = [];
  const progress = new Map<HostUuid, Date>();
  const term = new AbortController();
  let failing = failures;
  const metricStore = {
    readProgress: async () => new Map(progress),
    store: async (delivery: MetricDelivery) => {
      if (failing > 0 && stored.length === 3) {
        failing -= 1;
        throw new Error('the database is away');
      }
      stored.push(delivery);
      if (delivery.until !== null) progress.set(HOST, delivery.until);
    },
  };
  const metrics = {
    async *follow({ since, signal, stepSeconds }: FollowMetrics): AsyncIterable<MetricsBatch> {
      expect(stepSeconds).toBe(60);
      const last = since?.get(HOST);
      asked.push(last);
      const first = last === undefined ? 1 : last.getUTCMinutes() + 1;
      yield { host: HOST, skewMs: null, until: null, samples: [], problem: 'not yet' };
      for (let minute = first; minute <= 10 && !signal.aborted; minute += 1)
        yield { host: HOST, skewMs: 0, until: at(minute), samples: [] };
      term.abort();
    },
  };
  const parts = {
    metricStore,
    clock: { now: () => new Date(), sleep: async () => undefined },
    log: createLogger({ name: 'worker', level: 'silent' }),
  };
  const ownerTerm = {
    fence: { poolId: POOL, workerId: 'w', epoch: 1 },
    pool: { metrics },
    signal: term.signal,
  };
  return { stored, asked, run: async () => recordMetrics(ownerTerm, parts) };
}

describe('recording of figures', () => {
  it('stores each step once, in order, and nothing of a host that does not answer', async () => {
    const { stored, run } = world(0);
    await run();
    expect(stored.map(({ until }) => until?.getUTCMinutes())).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  });

  it('goes on from what is stored when storing fails', async () => {
    const { stored, asked, run } = world(2);
    await run();
    expect(stored.map(({ until }) => until?.getUTCMinutes())).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(asked).toEqual([undefined, at(3), at(3)]);
  });
});
