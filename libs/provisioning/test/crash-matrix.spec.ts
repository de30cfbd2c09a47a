/**
 * A worker dies at every place where one can die, once for every time it comes there; another takes over after the
 * lease. The deployment ends as if nothing had happened, and no step was done twice.
 */
import { describe, expect, it } from 'vitest';
import { DomainError } from '@openvsys/vsys';
import { FAULT_POINTS, withFaultPoints, type FaultPoint } from '@openvsys/provisioning';
import { threeTier, VSYS } from './fakes/fixtures.js';
import { Harness, LEASE_SECONDS } from './fakes/harness.js';
import { expectNothingLeft, expectOnce, expectReached } from './fakes/judge.js';
import { WorkerProcess } from './fakes/worker-process.js';

async function visits(point: FaultPoint, life: 'deploy' | 'delete'): Promise<number> {
  let count = 0;
  const counting = (at: FaultPoint) => {
    if (at === point) count += 1;
  };
  const harness = await prepared(life);
  await withFaultPoints(counting, async () => await harness.settle(await harness.worker('a'), VSYS));
  return count;
}

/** A system that is to be deployed, or one that is to be deleted. */
async function prepared(life: 'deploy' | 'delete'): Promise<Harness> {
  const harness = new Harness();
  harness.database.admit(threeTier());
  if (life === 'deploy') return harness;
  const worker = await harness.worker('first');
  await harness.settle(worker, VSYS);
  await worker.stop();
  harness.pool.effects.length = 0;
  harness.database.admit({ ...threeTier(), presence: 'absent' }, 'keep');
  return harness;
}

/** Starts a worker and kills it on its nth visit of the point; answers when it is dead. */
async function dieAt(harness: Harness, point: FaultPoint, visit: number): Promise<void> {
  let left = visit;
  const dead = Promise.withResolvers<void>();
  const process = new WorkerProcess('doomed');
  const handler = async (at: FaultPoint) => {
    if (at !== point || !process.isAlive) return;
    left -= 1;
    if (left > 0) return;
    process.kill();
    dead.resolve();
    await new Promise<never>(() => {});
  };
  await withFaultPoints(handler, async () => {
    void harness.start(process);
    await harness.clock.runUntil(dead.promise);
  });
}

const last = (harness: Harness) => {
  const operation = harness.database.system(VSYS).operations.at(-1);
  if (operation === undefined) throw new Error('no operation');
  return operation.id;
};

describe.each(['deploy', 'delete'] as const)('a worker killed during a %s', (life) => {
  // Settling happens only after a crash; its points have stories of their own below.
  const points = FAULT_POINTS.filter((point) => !point.includes('settle'));

  it.each(points)('at %s, on each visit', async (point) => {
    const total = await visits(point, life);
    expect(total).toBeGreaterThan(8);
    for (let visit = 1; visit <= total; visit++) {
      const harness = await prepared(life);
      await dieAt(harness, point, visit);
      const successor = await harness.worker('b');
      await harness.settle(successor, VSYS);
      expectReached(harness, VSYS, last(harness));
      expectOnce(harness);
      if (life === 'delete') expectNothingLeft(harness, VSYS);
    }
  });

  it('at any time, with steps under way in the pool', async () => {
    for (let at = 50; at < 12_000; at += 210) {
      const harness = await prepared(life);
      const worker = await harness.worker('a');
      await harness.clock.advance(at);
      worker.process.kill();
      const successor = await harness.worker('b');
      expect(successor.authority.fence.epoch).toBeGreaterThan(worker.authority.fence.epoch);
      await harness.settle(successor, VSYS);
      expectReached(harness, VSYS, last(harness));
      expectOnce(harness);
      if (life === 'delete') expectNothingLeft(harness, VSYS);
    }
  });
});

describe('a step that goes on in the pool for longer than a lease', () => {
  it.each(['kill', 'cut'] as const)('is waited for, not begun again (%s)', async (how) => {
    const harness = await prepared('deploy');
    harness.pool.durations = { 'vserver.clone': 60_000 };
    const error = new DomainError('uncertain', 'the connection broke');
    if (how === 'cut') harness.pool.fail('vserver.clone', { is: 'cut', error }, 100);
    let worker = await harness.worker('a');
    if (how === 'kill') {
      await harness.clock.advance(1_000);
      worker.process.kill();
      worker = await harness.worker('b');
    }
    await harness.settle(worker, VSYS);
    expectReached(harness, VSYS, last(harness));
    expectOnce(harness);
    expect(harness.pool.count('vserver.clone')).toBe(4);
  });
});

describe('a second crash', () => {
  it.each(['action.before-settle', 'action.after-settle'] as const)(
    'at %s is survived too',
    async (point) => {
      for (let visit = 1; visit <= 4; visit++) {
        const harness = await prepared('deploy');
        await dieAt(harness, 'action.after-perform', 6);
        await dieAt(harness, point, visit);
        const third = await harness.worker('c');
        expect(third.authority.fence.epoch).toBe(3);
        await harness.settle(third, VSYS);
        expectReached(harness, VSYS, last(harness));
        expectOnce(harness);
      }
    },
  );
});

describe('a take-over', () => {
  it('makes progress right after the lease’s end', async () => {
    const harness = await prepared('deploy');
    const worker = await harness.worker('a');
    await harness.clock.advance(1_000);
    worker.process.kill();
    const killedAt = harness.clock.elapsed;
    const successor = await harness.worker('b');
    const turns = harness.database.turns.length;
    await harness.settle(successor, VSYS);
    const firstTurn = harness.database.turns[turns];
    const progressAt =
      (firstTurn?.at.getTime() ?? Infinity) - (harness.clock.now().getTime() - harness.clock.elapsed);
    expect(progressAt - killedAt).toBeLessThan(LEASE_SECONDS * 1000 * 1.05);
  });

  it('comes at once when the owner leaves in order', async () => {
    const harness = await prepared('deploy');
    const worker = await harness.worker('a');
    await harness.clock.advance(1_000);
    await worker.stop();
    expect(harness.database.openActions).toEqual([]);
    const before = harness.clock.elapsed;
    await harness.worker('b');
    expect(harness.clock.elapsed - before).toBe(0);
  });
});
