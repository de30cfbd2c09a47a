import { describe, expect, it } from 'vitest';
import { poolId, type VsysSpec } from '@openvsys/vsys';
import { server, system, threeTier, uuidOf, VSYS } from './fakes/fixtures.js';
import { Harness } from './fakes/harness.js';
import { expectNothingLeft, expectOnce, expectReached } from './fakes/judge.js';

describe('a deployment', () => {
  it('reaches the spec, does each step once and ends the operation', async () => {
    const harness = new Harness();
    const operation = harness.database.admit(threeTier());
    const worker = await harness.worker('a');

    expect(await harness.settle(worker, VSYS)).toBe('rested');

    expectReached(harness, VSYS, operation);
    expectOnce(harness);
    const { stepsDone, stepsTotal } = harness.database.operation(operation);
    expect(stepsDone).toBe(harness.pool.effects.length);
    expect(stepsTotal).toBe(stepsDone);
    expect(harness.database.system(VSYS).phase).toBe('ready');
    expect([...harness.database.system(VSYS).parts.values()].every(({ state }) => state !== 'planned')).toBe(
      true,
    );
  });

  it('tells how far it is while it runs', async () => {
    const harness = new Harness();
    const operation = harness.database.admit(threeTier());
    const worker = await harness.worker('a');
    await harness.settle(worker, VSYS);

    const told = harness.database.turns
      .flatMap((turn) => turn.operations ?? [])
      .filter(({ id }) => id === operation);
    expect(told[0]).toMatchObject({
      state: 'running',
      stepsDone: 0,
      stepsTotal: harness.pool.effects.length,
    });
    const done = told.map(({ stepsDone }) => stepsDone);
    expect(done).toEqual(done.toSorted((a, b) => a - b));
    expect(new Set(done).size).toBeGreaterThan(5);
  });

  it('writes one commit a turn: many intents and results together', async () => {
    const harness = new Harness();
    harness.database.delayMs = 5;
    const servers = Array.from({ length: 20 }, (_, i) => server(VSYS, i + 1));
    const operation = harness.database.admit(system(VSYS, servers));
    const worker = await harness.worker('a');
    await harness.settle(worker, VSYS);

    expectReached(harness, VSYS, operation);
    const actions = harness.pool.effects.length;
    expect(harness.database.turns[0]?.intents?.length).toBeGreaterThan(20);
    expect(harness.database.turns.length).toBeLessThan(actions * 1.2);
  });

  it('respects the pool’s slots and starts servers in order', async () => {
    const harness = new Harness();
    harness.database.admit(threeTier());
    const worker = await harness.worker('a');
    await harness.settle(worker, VSYS);

    const clones = harness.pool.effects.filter(({ key }) => key.startsWith('vserver.clone'));
    expect(maxOverlap(clones)).toBe(1);
    const starts = harness.pool.effects
      .filter(({ key }) => key.startsWith('vserver.start'))
      .map(({ key }) => key.slice(-4));
    expect(starts.slice(0, 2)).toEqual(['0001', '0004']);
  });

  it('is taken down without a trace', async () => {
    const harness = new Harness();
    harness.database.admit(threeTier());
    const worker = await harness.worker('a');
    await harness.settle(worker, VSYS);
    const deletion = harness.database.admit({ ...threeTier(), presence: 'absent' }, 'keep');

    expect(await harness.settle(worker, VSYS)).toBe('rested');

    expect(harness.database.operation(deletion).state).toBe('succeeded');
    expect(harness.database.system(VSYS)).toMatchObject({ phase: 'deleted', deleted: true });
    expect(harness.pool.violations).toEqual([]);
    expectNothingLeft(harness, VSYS);
  });

  it('takes up a newer spec between two steps and two callers at once', async () => {
    const harness = new Harness();
    const first = harness.database.admit(threeTier());
    const worker = await harness.worker('a');
    await harness.clock.advance(2_500);
    const grown = withServers(threeTier(), [5, 6]);
    const second = harness.database.admit(grown);
    const shrunk: VsysSpec = { ...grown, servers: grown.servers.filter(({ name }) => name !== 'web-2') };
    const third = harness.database.admit(shrunk);

    expect(await harness.settle(worker, VSYS)).toBe('rested');

    for (const operation of [first, second, third]) expectReached(harness, VSYS, operation);
    expect(harness.pool.count('vserver.start:DEMO0001-AAAAAAAA1-S-0002')).toBe(0);
    expect(harness.pool.world(VSYS).servers).toHaveLength(5);
  });

  it('gives up what waits and is no longer wanted', async () => {
    const harness = new Harness();
    const servers = Array.from({ length: 12 }, (_, i) => server(VSYS, i + 1));
    harness.database.admit(system(VSYS, servers));
    const worker = await harness.worker('a');
    await harness.clock.advance(500);
    const second = harness.database.admit(system(VSYS, servers.slice(0, 2)));
    await harness.settle(worker, VSYS);

    expectReached(harness, VSYS, second);
    expect(harness.pool.count('vserver.clone')).toBe(2);
    const outcomes = [...harness.database.actions.values()].map(({ result }) => result?.outcome);
    expect(outcomes.filter((outcome) => outcome === 'withdrawn')).toHaveLength(10);
  });

  it('can be deleted at any moment: nothing is touched while something else is done to it', async () => {
    for (let at = 100; at < 10_000; at += 330) {
      const harness = new Harness();
      harness.database.admit(threeTier());
      const worker = await harness.worker('a');
      await harness.clock.advance(at);
      const deletion = harness.database.admit({ ...threeTier(), presence: 'absent' }, 'keep');
      await harness.settle(worker, VSYS);
      expect(harness.pool.violations).toEqual([]);
      expect(harness.database.operation(deletion).state).toBe('succeeded');
      expectNothingLeft(harness, VSYS);
    }
  });

  it('is not read again by each sweep, but a lost word is found in the end', async () => {
    const harness = new Harness();
    const operation = harness.database.admit(threeTier());
    harness.pool.durations = { 'vserver.clone': 40_000 };
    const worker = await harness.worker('a');
    await harness.clock.advance(1_000);
    const before = harness.database.reads;
    for (let n = 0; n < 5; n++) {
      await harness.clock.runUntil(worker.engine.sweep());
      await harness.clock.advance(1_000);
    }
    expect(harness.database.reads).toBe(before);
    // Nobody tells the worker of this.
    harness.database.operation(operation).cancelRequested = true;
    await harness.clock.advance(30_000);
    await harness.clock.runUntil(worker.engine.sweep());
    await harness.clock.advance(60_000);
    expect(harness.database.operation(operation).state).toBe('cancelled');
    expect(harness.pool.count('vserver.clone')).toBe(1);
  });

  it('at rest is not looked at because of noise in the pool that changes nothing', async () => {
    const harness = new Harness();
    harness.database.admit(threeTier());
    const worker = await harness.worker('a');
    await harness.settle(worker, VSYS);
    await harness.clock.advance(5_000);
    const before = harness.database.reads;
    for (let n = 0; n < 5; n++) {
      harness.pool.meddle(VSYS, (world) => structuredClone(world));
      await harness.clock.advance(2_000);
    }
    expect(harness.database.reads).toBe(before);
  });

  it('leaves systems of other pools alone', async () => {
    const harness = new Harness();
    harness.database.admit(threeTier());
    harness.database.poolOf = () => poolId(uuidOf(99));
    const worker = await harness.worker('a');
    expect(await harness.settle(worker, VSYS)).toBe('gone');
    expect(harness.pool.effects).toEqual([]);
    expect(harness.database.turns).toEqual([]);
  });

  it('repairs what somebody else changed in the pool, without an operation', async () => {
    const harness = new Harness();
    const operation = harness.database.admit(threeTier());
    const worker = await harness.worker('a');
    await harness.settle(worker, VSYS);
    harness.pool.meddle(VSYS, (world) => ({
      ...world,
      servers: world.servers.map((vm) =>
        vm.id.endsWith('S-0002') ? { ...vm, power: 'halted', host: null } : vm,
      ),
    }));
    await harness.clock.advance(10_000);

    expectReached(harness, VSYS, operation);
    expect(harness.pool.count('vserver.start:DEMO0001-AAAAAAAA1-S-0002')).toBe(2);
    expect(harness.database.system(VSYS).phase).toBe('ready');
    expect(worker.engine.load.loops).toBe(0);
  });
});

function withServers(spec: VsysSpec, numbers: readonly number[]): VsysSpec {
  return { ...spec, servers: [...spec.servers, ...numbers.map((n) => server(VSYS, n))] };
}

function maxOverlap(effects: readonly { readonly begun: number; readonly ended: number }[]): number {
  return Math.max(
    ...effects.map(
      (one) => effects.filter((other) => other.begun < one.ended && other.ended > one.begun).length,
    ),
  );
}
