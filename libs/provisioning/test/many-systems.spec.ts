/** Many systems of several tenants on one pool. */
import { contractId, vsysIdOf, type VsysId } from '@openvsys/vsys';
import { describe, expect, it } from 'vitest';
import { server, system } from './fakes/fixtures.js';
import { Harness } from './fakes/harness.js';
import { expectReached } from './fakes/judge.js';

const systemOf = (contract: string, n: number): VsysId =>
  vsysIdOf(contractId(contract), `SYSTEM${String(n).padStart(3, '0')}`);

function admitMany(harness: Harness, contract: string, count: number, servers: number) {
  return Array.from({ length: count }, (_, n) => {
    const vsys = systemOf(contract, n);
    const spec = system(
      vsys,
      Array.from({ length: servers }, (_unused, i) => server(vsys, i + 1)),
    );
    return { vsys, operation: harness.database.admit(spec) };
  });
}

describe('many systems at once', () => {
  it('are all brought up, no slot is used by more than it has', async () => {
    const harness = new Harness();
    harness.pool.concurrency = 6;
    const admitted = admitMany(harness, 'TENANT01', 30, 2);
    const worker = await harness.worker('a');
    for (const { vsys } of admitted) await harness.settle(worker, vsys);

    for (const { vsys, operation } of admitted) expectReached(harness, vsys, operation);
    expect(mostAtOnce(harness)).toBeLessThanOrEqual(6);
    expect(worker.engine.load).toEqual({ loops: 0, waitingActions: 0 });
  });

  it.each([
    ['by no more than a step in service', 4, 2],
    // Each of its steps is followed by one of the other's.
    ['where one step is done at a time by one step for each of its own', 1, 2.5],
  ])('of a large tenant hold a small one up %s', async (_how, concurrency, limit) => {
    const alone = new Harness();
    alone.pool.concurrency = concurrency;
    const [only] = admitMany(alone, 'SMALL001', 1, 2);
    await alone.settle(await alone.worker('a'), only?.vsys ?? systemOf('', 0));
    const aloneMs = alone.clock.elapsed;

    const beside = new Harness();
    beside.pool.concurrency = concurrency;
    admitMany(beside, 'LARGE001', 60, 3);
    const worker = await beside.worker('a');
    await beside.clock.advance(10_000);
    const begun = beside.clock.elapsed;
    const [small] = admitMany(beside, 'SMALL001', 1, 2);
    await beside.settle(worker, small?.vsys ?? systemOf('', 0));
    expect((beside.clock.elapsed - begun) / aloneMs).toBeLessThan(limit);
  });
});

/** Steps that were under way in the pool at the same time. */
function mostAtOnce(harness: Harness): number {
  const { effects } = harness.pool;
  return Math.max(
    ...effects.map(
      (one) => effects.filter((other) => other.begun <= one.begun && other.ended > one.begun).length,
    ),
  );
}
