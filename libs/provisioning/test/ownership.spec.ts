import { describe, expect, it } from 'vitest';
import { DomainError, nextActions, poolId, type PoolLeaseStore } from '@openvsys/vsys';
import { SILENT_LOG } from '../src/engine-deps.js';
import { PoolOwnership } from '../src/ownership.js';
import { threeTier, VSYS } from './fakes/fixtures.js';
import { Harness, LEASE_SECONDS } from './fakes/harness.js';
import { expectOnce, expectReached } from './fakes/judge.js';

describe('a lease', () => {
  it('is kept for as long as it is renewed', async () => {
    const harness = new Harness();
    const worker = await harness.worker('a');
    await harness.clock.advance(10 * LEASE_SECONDS * 1000);
    expect(worker.authority.mayAct()).toBe(true);
    expect(worker.authority.fence.epoch).toBe(1);
  });

  it('that cannot be renewed stops its owner well before its end', async () => {
    const harness = new Harness();
    const worker = await harness.worker('a');
    await harness.clock.advance(1_000);
    harness.database.isDown = true;
    let stoppedAt = Infinity;
    const begun = harness.clock.elapsed;
    worker.authority.signal.addEventListener('abort', () => {
      stoppedAt = harness.clock.elapsed - begun;
    });
    await harness.clock.advance(2 * LEASE_SECONDS * 1000);
    expect(stoppedAt).toBeLessThanOrEqual(LEASE_SECONDS * 1000 * 0.75);
    expect(stoppedAt).toBeGreaterThan(LEASE_SECONDS * 1000 * 0.5);
    expect(worker.authority.mayAct()).toBe(false);
  });

  it('of a pool that cannot be served is not handed around without a pause', async () => {
    const { clock } = new Harness();
    const pool = poolId('0199a0c0-0000-7000-8000-000000000001');
    const candidates: PoolOwnership[] = [];
    let epoch = 0;
    let held = false;
    const leases: PoolLeaseStore = {
      tryAcquire: async (id, workerId) => {
        await clock.sleep(1);
        if (held) return undefined;
        held = true;
        epoch += 1;
        return { poolId: id, workerId, epoch };
      },
      renew: async () => Promise.resolve(true),
      list: async () => Promise.resolve([]),
      // As the database does: everybody is told that the pool is free.
      release: async () => {
        held = false;
        for (const candidate of candidates) candidate.nudge();
        await Promise.resolve();
      },
    };
    const stop = new AbortController();
    let attempts = 0;
    for (const workerId of ['a', 'b', 'c'])
      candidates.push(
        new PoolOwnership(
          { leases, clock, log: SILENT_LOG, random: () => 0.5 },
          { poolId: pool, workerId, leaseSeconds: LEASE_SECONDS },
        ),
      );
    const serve = async () => {
      attempts += 1;
      await Promise.reject(new DomainError('pool-unreachable', 'it is starting'));
    };
    const runs = candidates.map(async (candidate) => await candidate.run(serve, stop.signal));
    await clock.advance(60_000);
    stop.abort();
    await Promise.all(runs);
    expect(attempts).toBeGreaterThan(9);
    expect(attempts).toBeLessThan(3 * 40);
  });

  it('survives a short absence of the database', async () => {
    const harness = new Harness();
    const worker = await harness.worker('a');
    await harness.clock.advance(4_500);
    harness.database.isDown = true;
    await harness.clock.advance(3_000);
    harness.database.isDown = false;
    await harness.clock.advance(3 * LEASE_SECONDS * 1000);
    expect(worker.authority.mayAct()).toBe(true);
  });

  it('lost in the middle of a deployment: the next owner ends it, nothing is done twice', async () => {
    for (let at = 200; at < 8_000; at += 600) {
      const harness = new Harness();
      const operation = harness.database.admit(threeTier());
      const first = await harness.worker('a');
      await harness.clock.advance(at);
      harness.database.isDown = true;
      await harness.clock.advance(LEASE_SECONDS * 1000);
      expect(first.authority.signal.aborted).toBe(true);
      harness.database.isDown = false;
      const second = await harness.worker('b');
      await harness.settle(second, VSYS);
      // Whoever owns the pool in the end: the first may have taken it again before the second came.
      expect(nextActions(harness.database.system(VSYS).spec, harness.pool.world(VSYS))).toEqual([]);
      expectReached(harness, VSYS, operation);
      expectOnce(harness);
    }
  });

  it('that is about to end lets nothing begin, also when no timer has fired yet', async () => {
    const harness = new Harness();
    const worker = await harness.worker('a');
    worker.process.kill();
    harness.database.admit(threeTier());
    const late = harness.engineWith({
      ...worker.authority,
      signal: worker.authority.signal,
      mayAct: () => false,
    });
    const effects = harness.pool.effects.length;
    expect(await harness.clock.runUntil(late.wake(VSYS))).toBe('stopped');
    expect(harness.pool.effects.length).toBe(effects);
  });

  it('of a stopped process that wakes up late is refused by the database', async () => {
    const harness = new Harness();
    const operation = harness.database.admit(threeTier());
    const first = await harness.worker('a');
    const stale = first.authority.fence;
    first.process.kill();
    const second = await harness.worker('b');
    await harness.settle(second, VSYS);
    expectReached(harness, VSYS, operation);
    const turn = { vsysId: VSYS, generation: 1, at: harness.clock.now(), phase: 'provisioning' } as const;
    await expect(harness.database.commit(stale, turn)).rejects.toThrow(DomainError);
    expect(harness.database.system(VSYS).phase).toBe('ready');
  });
});

describe('a worker that is asked to end', () => {
  it('finishes what is under way, begins nothing new and leaves no open intent', async () => {
    for (let at = 100; at < 6_000; at += 900) {
      const harness = new Harness();
      const operation = harness.database.admit(threeTier());
      const first = await harness.worker('a');
      await harness.clock.advance(at);
      const asked = harness.clock.elapsed;
      await first.stop();
      // The longest step that can be under way.
      expect(harness.clock.elapsed - asked).toBeLessThanOrEqual(2_000);
      expect(harness.database.openActions).toEqual([]);
      const second = await harness.worker('b');
      await harness.settle(second, VSYS);
      expectReached(harness, VSYS, operation);
      expectOnce(harness);
    }
  });
});
