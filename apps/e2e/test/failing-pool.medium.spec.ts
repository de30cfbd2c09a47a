/** The pool is away, full, or refuses half-way: what the operation says, and what is left. */
import { afterEach, describe, expect, it } from 'vitest';
import { until, type Cloud } from '../src/index.js';
import {
  expectExactly,
  expectNoChargeForNothing,
  expectNothingLeft,
  FARM,
  remove,
  untilPhase,
  untilSteps,
  useCloud,
} from './use-cloud.js';

/** Simulated ms are twenty times shorter. */
const SPEED = 20;
/** An operation gives an absent pool this long here. */
const PATIENCE_SECONDS = 5;

const farm = (name: string, webCount: number, onFailure: 'rollback' | 'keep' = 'rollback') => ({
  name,
  source: FARM,
  parameters: { webCount },
  onFailure,
});

async function untilReachable({ simulator }: Cloud): Promise<void> {
  const answers = async () => (await simulator.table('pool')).length > 0;
  await until(answers, { for: 'the pool to be back', limitMs: 30_000 });
}

describe('a pool that fails', () => {
  const cloud = useCloud({ worker: { UNREACHABLE_POOL_SECONDS: String(PATIENCE_SECONDS) } });
  afterEach(async () => cloud().simulator.clearFaults());

  it('is waited for when it is away for a while, and the operation says so', async () => {
    const { tenant, simulator } = cloud();
    await simulator.change({ change: 'unreachable', ms: 2_500 * SPEED });
    const { vsysId, operation } = await tenant.create(farm('patient', 2));
    await until(async () => (await tenant.get(vsysId)).vnets.some(({ reason }) => reason !== null), {
      for: 'the reason at the part that waits',
      limitMs: 10_000,
    });
    const waiting = await tenant.get(vsysId);
    expect(waiting.vnets[0]?.reason).toMatch(/pool/i);
    expect(await tenant.operation(operation.id)).toMatchObject({ state: 'running', error: null });

    expect(await tenant.ended(operation.id)).toMatchObject({ state: 'succeeded', error: null });
    await expectExactly(cloud(), vsysId);
    await remove(cloud(), vsysId);
    await expectNothingLeft(cloud());
  }, 60_000);

  it('that stays away fails the operation, and nothing is left', async () => {
    const { tenant, simulator } = cloud();
    await simulator.change({ change: 'unreachable', ms: 2 * PATIENCE_SECONDS * 1000 * SPEED });
    const { vsysId, operation } = await tenant.create(farm('doomed', 6));
    const ended = await tenant.ended(operation.id);
    expect(ended).toMatchObject({ state: 'failed', error: { code: 'pool-unreachable' } });
    expect(ended.error?.message).toContain(vsysId);
    expect(ended.error?.remedy).toBeTruthy();
    expect((await tenant.get(vsysId)).phase).toBe('deleted');
    await untilReachable(cloud());
    await expectNothingLeft(cloud());
    await expectNoChargeForNothing(cloud(), vsysId);
  }, 60_000);

  it('that goes away half-way for too long is cleaned as soon as it is back', async () => {
    const { tenant, simulator } = cloud();
    const { vsysId, operation } = await tenant.create(farm('interrupted', 6));
    await untilSteps(cloud(), vsysId, 8);
    await simulator.change({ change: 'unreachable', ms: 3 * PATIENCE_SECONDS * 1000 * SPEED });
    const isExplained = async () => {
      const { vservers, vdisks, vnets } = await tenant.get(vsysId);
      return [...vservers, ...vdisks, ...vnets].some(({ reason }) => reason !== null);
    };
    await until(isExplained, { for: 'the reason at a part that waits', limitMs: 10_000 });
    const isRollingBack = async () => (await tenant.operation(operation.id)).state === 'rolling-back';
    await until(isRollingBack, { for: 'the roll-back to begin', limitMs: 3 * PATIENCE_SECONDS * 1000 });
    const ended = await tenant.ended(operation.id);
    expect(ended).toMatchObject({ state: 'failed', error: { code: 'pool-unreachable' } });
    expect((await tenant.get(vsysId)).phase).toBe('deleted');
    await expectNothingLeft(cloud());
    await expectNoChargeForNothing(cloud(), vsysId);
  }, 60_000);

  it('whose storage fills up half-way leaves nothing of a system that is rolled back', async () => {
    const { tenant, simulator } = cloud();
    const { vsysId, operation } = await tenant.create(farm('too-large', 8));
    await untilSteps(cloud(), vsysId, 5);
    await simulator.change({ change: 'sr-full', sr: 'nfs-1' });
    const ended = await tenant.ended(operation.id);
    await simulator.change({ change: 'sr-normal', sr: 'nfs-1' });
    expect(ended).toMatchObject({ state: 'failed', error: { code: 'no-capacity' } });
    expect(ended.error?.remedy).toMatch(/storage/);
    expect((await tenant.get(vsysId)).phase).toBe('deleted');
    await expectNothingLeft(cloud());
    await expectNoChargeForNothing(cloud(), vsysId);
  }, 60_000);

  it('whose storage fills up half-way leaves a kept system to be resumed', async () => {
    const { tenant, simulator } = cloud();
    const { vsysId, operation } = await tenant.create(farm('kept', 8, 'keep'));
    await untilSteps(cloud(), vsysId, 5);
    await simulator.change({ change: 'sr-full', sr: 'nfs-1' });
    const failed = await tenant.ended(operation.id);
    expect(failed).toMatchObject({ state: 'failed', error: { code: 'no-capacity' } });
    const parked = await tenant.get(vsysId);
    expect(parked.phase).toBe('needs-attention');
    expect(parked.problem?.remedy).toMatch(/storage/);
    expect(parked.problem?.message).toContain(vsysId);

    await simulator.change({ change: 'sr-normal', sr: 'nfs-1' });
    await tenant.resume(operation.id);
    expect(await tenant.ended(operation.id)).toMatchObject({ state: 'succeeded', error: null });
    await untilPhase(cloud(), vsysId, 'ready');
    await expectExactly(cloud(), vsysId);
    await remove(cloud(), vsysId);
    await expectNothingLeft(cloud());
  }, 60_000);

  it('that refuses the third start for good is rolled back; the operation names the server and the reason', async () => {
    const { tenant, simulator } = cloud();
    const error = { kind: 'error', code: 'OPERATION_NOT_ALLOWED', params: ['not today'] } as const;
    await simulator.addFault({ method: 'VM.start_on', nth: 3, effect: error });
    await simulator.addFault({ method: 'VM.start', nth: 3, effect: error });
    const { vsysId, operation, parts } = await tenant.create(farm('refused', 4));
    const ended = await tenant.ended(operation.id);
    expect(ended).toMatchObject({ state: 'failed', error: { code: 'pool-refused' } });
    const servers = parts.filter(({ kind }) => kind === 'vserver').map(({ id }) => id);
    expect(servers).toContain(ended.error?.details?.['part']);
    expect(ended.error?.message).toContain(String(ended.error?.details?.['part']));
    expect(JSON.stringify(ended.error)).toContain('not today');
    await expectNothingLeft(cloud());
    await expectNoChargeForNothing(cloud(), vsysId);
  }, 60_000);

  it('that has no memory left for the last servers says so and is rolled back', async () => {
    const { tenant, simulator } = cloud();
    const error = {
      kind: 'error',
      code: 'HOST_NOT_ENOUGH_FREE_MEMORY',
      params: ['1073741824', '0'],
    } as const;
    await simulator.addFault({ method: 'VM.start_on', nth: 3, effect: error });
    await simulator.addFault({ method: 'VM.start', nth: 3, effect: error });
    const { vsysId, operation } = await tenant.create(farm('crowded', 3));
    const ended = await tenant.ended(operation.id, 100_000);
    expect(ended).toMatchObject({ state: 'failed', error: { code: 'no-capacity' } });
    expect(ended.error?.remedy).toBeTruthy();
    await expectNothingLeft(cloud());
    await expectNoChargeForNothing(cloud(), vsysId);
  }, 120_000);

  it('that fails once here and there is asked again', async () => {
    const { tenant, simulator } = cloud();
    for (const method of ['VM.clone', 'VM.provision', 'VM.start', 'VM.start_on', 'VDI.create', 'VIF.create'])
      await simulator.addFault({ method, nth: 2, count: 1, effect: { kind: 'error', code: 'TOO_BUSY' } });
    const { vsysId, operation } = await tenant.create(farm('bumpy', 4));
    expect(await tenant.ended(operation.id)).toMatchObject({ state: 'succeeded', error: null });
    await expectExactly(cloud(), vsysId);
    await remove(cloud(), vsysId);
    await expectNothingLeft(cloud());
  }, 60_000);
});
