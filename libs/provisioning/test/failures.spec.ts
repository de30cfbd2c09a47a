/** What goes wrong in the pool, and what becomes of the operation then. */
import { describe, expect, it } from 'vitest';
import { DomainError, type ErrorCode, type Retry } from '@openvsys/vsys';
import { HOSTS, server, system, threeTier, VSYS } from './fakes/fixtures.js';
import { Harness } from './fakes/harness.js';
import { expectNothingLeft, expectOnce, expectReached } from './fakes/judge.js';

const refusal = (code: ErrorCode, retry?: Retry) => ({
  is: 'refuse' as const,
  error: new DomainError(code, `the pool says ${code}`, retry === undefined ? {} : { retry }),
});
const lost = { is: 'lose-answer' as const, error: new DomainError('uncertain', 'the connection broke') };

describe('a passing failure', () => {
  it('is tried again after a pause, and the caller sees no error', async () => {
    const harness = new Harness();
    const operation = harness.database.admit(threeTier());
    harness.pool.fail('vserver.clone', refusal('pool-busy'), 5);
    harness.pool.fail('nic.create', refusal('internal', 'same'), 3);
    await harness.settle(await harness.worker('a'), VSYS);

    expectReached(harness, VSYS, operation);
    expect(harness.database.operation(operation).error).toBeUndefined();
    const attempts = [...harness.database.actions.values()].map(({ attempt }) => attempt);
    expect(Math.max(...attempts)).toBeGreaterThan(1);
  });

  it('on one host leads to another', async () => {
    const harness = new Harness();
    const operation = harness.database.admit(system(VSYS, [server(VSYS, 1)]));
    harness.pool.fail('vserver.start', refusal('no-capacity'), 2);
    await harness.settle(await harness.worker('a'), VSYS);

    expectReached(harness, VSYS, operation);
    const host = harness.pool.world(VSYS).servers[0]?.host;
    expect(HOSTS.slice(2)).toContain(host);
  });

  it('of the database loses nothing', async () => {
    const harness = new Harness();
    const operation = harness.database.admit(threeTier());
    const away = new DomainError('internal', 'connection terminated', { retry: 'same' });
    const faults = 6;
    for (let n = 0; n < faults; n++) harness.database.commitFaults.push({ error: away, after: n % 2 === 0 });
    await harness.settle(await harness.worker('a'), VSYS);

    expect(harness.database.commitFaults).toEqual([]);
    expectReached(harness, VSYS, operation);
    expectOnce(harness);
  });
});

describe('a lost answer', () => {
  it.each([
    'vnet.create',
    'vserver.clone',
    'vserver.configure',
    'vserver.start',
    'nic.create',
    'vdisk.create',
    'vdisk.attach',
  ])('of %s is settled, not repeated', async (kind) => {
    const harness = new Harness();
    const operation = harness.database.admit(threeTier());
    harness.pool.fail(kind, lost, 100);
    await harness.settle(await harness.worker('a'), VSYS);

    expect(harness.pool.answersLost).toBeGreaterThan(0);
    expectReached(harness, VSYS, operation);
    expectOnce(harness);
  });

  it('that nothing followed from is repeated', async () => {
    const harness = new Harness();
    const operation = harness.database.admit(threeTier());
    harness.pool.fail('vserver.clone', refusal('uncertain'), 2);
    await harness.settle(await harness.worker('a'), VSYS);

    const failed = [...harness.database.actions.values()].filter(
      ({ result }) => result?.outcome === 'failed',
    );
    expect(failed).toHaveLength(2);
    expectReached(harness, VSYS, operation);
    expectOnce(harness);
  });
});

describe('a failure that stays', () => {
  it('rolls a creation back to nothing', async () => {
    const harness = new Harness();
    const operation = harness.database.admit(threeTier(), 'rollback');
    harness.pool.fail('vserver.start:DEMO0001-AAAAAAAA1-S-0004', refusal('pool-refused'), 100);
    expect(await harness.settle(await harness.worker('a'), VSYS)).toBe('rested');

    const row = harness.database.operation(operation);
    expect(row).toMatchObject({ state: 'failed', generation: 2, error: { code: 'pool-refused' } });
    expect(harness.database.system(VSYS)).toMatchObject({ phase: 'deleted', deleted: true });
    expectNothingLeft(harness, VSYS);
    expect(harness.pool.violations).toEqual([]);
  });

  it('rolls a change back to what was there', async () => {
    const harness = new Harness();
    harness.database.admit(threeTier());
    const worker = await harness.worker('a');
    await harness.settle(worker, VSYS);
    const before = harness.pool.world(VSYS);
    const grown = { ...threeTier(), servers: [...threeTier().servers, server(VSYS, 5)] };
    const change = harness.database.admit(grown, 'rollback');
    harness.pool.fail('nic.create:DEMO0001-AAAAAAAA1-S-0005', refusal('pool-refused'), 100);
    expect(await harness.settle(worker, VSYS)).toBe('rested');

    expectReached(harness, VSYS, change, 'failed');
    expect(harness.pool.world(VSYS)).toEqual(before);
    expect([...harness.database.system(VSYS).parts.keys()].filter((id) => id.includes('S-0005'))).toEqual([]);
    expect(harness.database.system(VSYS).phase).toBe('ready');
  });

  it('with two errors at once falls once', async () => {
    const harness = new Harness();
    const operation = harness.database.admit(threeTier(), 'rollback');
    harness.pool.fail('nic.create', refusal('pool-refused'), 100);
    expect(await harness.settle(await harness.worker('a'), VSYS)).toBe('rested');
    expect(harness.database.operation(operation)).toMatchObject({ state: 'failed', generation: 2 });
    expectNothingLeft(harness, VSYS);
  });

  it('during a roll-back, for the spec that is given up, does not stop the roll-back', async () => {
    const harness = new Harness();
    const operation = harness.database.admit(threeTier(), 'rollback');
    harness.pool.fail('vdisk.create', refusal('pool-refused'), 100);
    // Takes longer: fails when the roll-back has begun.
    harness.pool.fail('vserver.clone', refusal('pool-refused'), 100);
    expect(await harness.settle(await harness.worker('a'), VSYS)).toBe('rested');
    expect(harness.database.operation(operation)).toMatchObject({ state: 'failed', generation: 2 });
    expectNothingLeft(harness, VSYS);
  });

  it('in the roll-back of a change parks instead of going round in circles', async () => {
    const harness = new Harness();
    harness.database.admit(threeTier());
    const worker = await harness.worker('a');
    await harness.settle(worker, VSYS);
    const grown = { ...threeTier(), servers: [...threeTier().servers, server(VSYS, 5)] };
    const change = harness.database.admit(grown, 'rollback');
    harness.pool.fail('vserver.start', refusal('pool-refused'), 100);
    harness.pool.fail('vserver.destroy', refusal('pool-refused'), 100);
    expect(await harness.settle(worker, VSYS)).toBe('parked');
    expect(harness.database.operation(change)).toMatchObject({ state: 'failed', generation: 3 });
    expect(harness.database.system(VSYS)).toMatchObject({
      phase: 'needs-attention',
      spec: { generation: 3 },
    });
  });

  it('keeps what is there, waits for a person, and goes on when resumed', async () => {
    const harness = new Harness();
    const operation = harness.database.admit(threeTier(), 'keep');
    harness.pool.fail('vdisk.create', refusal('pool-refused'), 1);
    const worker = await harness.worker('a');
    expect(await harness.settle(worker, VSYS)).toBe('parked');

    expect(harness.database.operation(operation)).toMatchObject({
      state: 'failed',
      error: { code: 'pool-refused' },
    });
    expect(harness.database.system(VSYS)).toMatchObject({
      phase: 'needs-attention',
      parked: { code: 'pool-refused' },
    });
    expect(harness.database.openActions).toEqual([]);
    const sofar = harness.pool.effects.length;
    expect(sofar).toBeGreaterThan(0);
    await harness.clock.runUntil(worker.engine.sweep());
    expect(harness.pool.effects.length).toBe(sofar);

    harness.database.resume(VSYS, operation);
    expect(await harness.settle(worker, VSYS)).toBe('rested');
    expectReached(harness, VSYS, operation);
    expectOnce(harness);
  });

  it('in a roll-back parks with what is left', async () => {
    const harness = new Harness();
    const operation = harness.database.admit(threeTier(), 'rollback');
    harness.pool.fail('vserver.start', refusal('pool-refused'), 100);
    harness.pool.fail('vserver.destroy', refusal('pool-refused'), 100);
    expect(await harness.settle(await harness.worker('a'), VSYS)).toBe('parked');

    expect(harness.database.operation(operation).state).toBe('failed');
    expect(harness.database.system(VSYS).phase).toBe('needs-attention');
    expect(harness.pool.world(VSYS).servers.length).toBeGreaterThan(0);
  });

  it('of a deletion never brings anything back', async () => {
    const harness = new Harness();
    harness.database.admit(threeTier());
    const worker = await harness.worker('a');
    await harness.settle(worker, VSYS);
    const deletion = harness.database.admit({ ...threeTier(), presence: 'absent' }, 'rollback');
    harness.pool.fail('vdisk.destroy', refusal('pool-refused'), 1);
    expect(await harness.settle(worker, VSYS)).toBe('parked');

    expect(harness.database.operation(deletion).state).toBe('failed');
    expect(harness.pool.count('vserver.clone')).toBe(4);
  });

  it('names the full pool within a minute', async () => {
    const harness = new Harness();
    harness.pool.hostMemoryMiB = 512;
    const operation = harness.database.admit(system(VSYS, [server(VSYS, 1)]));
    await harness.settle(await harness.worker('a'), VSYS);

    expect(harness.database.operation(operation)).toMatchObject({
      state: 'failed',
      error: { code: 'no-capacity' },
    });
    expectNothingLeft(harness, VSYS);
    expect(harness.clock.elapsed).toBeLessThan(60_000);
  });

  it('with two objects for one part parks whatever the policy says', async () => {
    const harness = new Harness();
    const operation = harness.database.admit(threeTier(), 'rollback');
    harness.pool.fail('vserver.clone:DEMO0001-AAAAAAAA1-S-0002', lost, 1);
    harness.pool.fail(
      'vserver.clone:DEMO0001-AAAAAAAA1-S-0002',
      { is: 'conflict', message: 'VMs x and y' },
      1,
    );
    expect(await harness.settle(await harness.worker('a'), VSYS)).toBe('parked');

    expect(harness.database.operation(operation)).toMatchObject({
      state: 'failed',
      error: { code: 'conflict' },
    });
    expect(harness.pool.count('vserver.destroy')).toBe(0);
  });

  it('of a repair without operation is left to the next drift sweep', async () => {
    const harness = new Harness();
    harness.database.admit(system(VSYS, [server(VSYS, 1)]));
    const worker = await harness.worker('a');
    await harness.settle(worker, VSYS);
    harness.pool.fail('vserver.start', refusal('pool-refused'), 1);
    for (let noise = 0; noise < 3; noise++) {
      harness.pool.meddle(VSYS, (world) => ({
        ...world,
        servers: world.servers.map((vm) => ({ ...vm, power: 'halted', host: null })),
      }));
      await harness.clock.advance(10_000);
    }
    expect(harness.pool.world(VSYS).servers[0]?.power).toBe('halted');
    expect(harness.database.system(VSYS).parked).toBeNull();

    await harness.clock.runUntil(worker.engine.driftSweep());
    expect(harness.pool.world(VSYS).servers[0]?.power).toBe('running');
    expect(harness.database.system(VSYS).phase).toBe('ready');
  });
});

describe('what the database refuses for good', () => {
  const rule = new DomainError('conflict', 'a rule of the database is broken', { retry: 'after-change' });

  it('ends the operation and waits for a person instead of being tried for ever', async () => {
    const harness = new Harness();
    const operation = harness.database.admit(threeTier());
    harness.database.refusalOf = (turn) => ((turn.intents ?? []).length > 0 ? rule : undefined);
    expect(await harness.settle(await harness.worker('a'), VSYS)).toBe('parked');

    expect(harness.database.operation(operation)).toMatchObject({
      state: 'failed',
      error: { code: 'conflict' },
    });
    expect(harness.database.system(VSYS)).toMatchObject({
      phase: 'needs-attention',
      parked: { code: 'conflict' },
    });
    expect(harness.pool.effects).toEqual([]);
  });

  it('is a roll-back: the operation fails where it is, and can be resumed', async () => {
    const harness = new Harness();
    const operation = harness.database.admit(threeTier(), 'rollback');
    harness.pool.fail('vdisk.create', refusal('pool-refused'), 1);
    harness.database.refusalOf = (turn) => (turn.newSpec === undefined ? undefined : rule);
    // Still under way when the system is parked: the loop may not end, and nobody may settle it, before it is done.
    harness.pool.durations = { 'vserver.clone': 60_000 };
    const worker = await harness.worker('a');
    expect(await harness.settle(worker, VSYS)).toBe('parked');
    expect(harness.database.operation(operation).state).toBe('failed');
    expect(harness.pool.count('vserver.clone')).toBe(1);

    harness.database.resume(VSYS, operation);
    expect(await harness.settle(worker, VSYS)).toBe('rested');
    expectReached(harness, VSYS, operation);
    expectOnce(harness);
  });
});

describe('a cancellation', () => {
  it('of a creation leaves nothing', async () => {
    const harness = new Harness();
    const operation = harness.database.admit(threeTier(), 'keep');
    const worker = await harness.worker('a');
    await harness.clock.advance(2_000);
    harness.database.operation(operation).cancelRequested = true;
    expect(await harness.settle(worker, VSYS)).toBe('rested');

    expect(harness.database.operation(operation).state).toBe('cancelled');
    expectNothingLeft(harness, VSYS);
    expect(harness.pool.count('vserver.start')).toBeLessThan(4);
  });

  it('of a change goes back', async () => {
    const harness = new Harness();
    harness.database.admit(threeTier());
    const worker = await harness.worker('a');
    await harness.settle(worker, VSYS);
    const before = harness.pool.world(VSYS);
    const change = harness.database.admit({
      ...threeTier(),
      servers: [...threeTier().servers, server(VSYS, 5)],
    });
    void worker.engine.wake(VSYS);
    await harness.clock.advance(1_000);
    harness.database.operation(change).cancelRequested = true;
    expect(await harness.settle(worker, VSYS)).toBe('rested');

    expectReached(harness, VSYS, change, 'cancelled');
    expect(harness.pool.world(VSYS)).toEqual(before);
  });

  it('of a creation that is deleted meanwhile does not stop the deletion', async () => {
    const harness = new Harness();
    const creation = harness.database.admit(threeTier());
    const worker = await harness.worker('a');
    await harness.clock.advance(2_000);
    harness.database.operation(creation).cancelRequested = true;
    const deletion = harness.database.admit({ ...threeTier(), presence: 'absent' }, 'keep');
    expect(await harness.settle(worker, VSYS)).toBe('rested');

    expect(harness.database.operation(creation).state).toBe('cancelled');
    expect(harness.database.operation(deletion).state).toBe('succeeded');
    expectNothingLeft(harness, VSYS);
  });

  it('of a deletion stops where it is', async () => {
    const harness = new Harness();
    harness.database.admit(threeTier());
    const worker = await harness.worker('a');
    await harness.settle(worker, VSYS);
    const deletion = harness.database.admit({ ...threeTier(), presence: 'absent' }, 'keep');
    void worker.engine.wake(VSYS);
    await harness.clock.advance(300);
    harness.database.operation(deletion).cancelRequested = true;
    expect(await harness.settle(worker, VSYS)).toBe('parked');
    expect(harness.database.operation(deletion).state).toBe('cancelled');
    expect(harness.pool.count('vserver.clone')).toBe(4);
  });
});
