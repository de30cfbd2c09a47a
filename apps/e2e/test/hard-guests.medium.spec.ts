/** What pools and guests throw at a tenant's systems: too large, too deep, deaf or hostile. Clear errors, nothing left behind. */
import {
  createClient,
  createConfig,
  takeSnapshot,
  type AcceptedView,
  type PlanView,
} from '@openvsys/api-client';
import { afterEach, describe, expect, it } from 'vitest';
import { Refusal } from '../src/index.js';
import { expectExactly, expectNothingLeft, FARM, remove, useCloud } from './use-cloud.js';

/** Of the pool's storage; no disk is larger. */
const STORAGE_GIB = 64;
const ESCAPE = '\u001b';
const HOSTILE = `${ESCAPE}]0;owned\u0007${ESCAPE}[2J<script>alert(1)</script>\r\nDROP TABLE vsys; --${'x'.repeat(5_000)}`;

const operationOf = (answer: AcceptedView | PlanView | undefined): string => {
  if (answer === undefined || !('operation' in answer)) throw new Error('nothing was begun');
  return answer.operation.id;
};

describe('a system', () => {
  const cloud = useCloud({ simulator: { XCP_SIM_SR_SIZE_GIB: String(STORAGE_GIB) } });
  afterEach(async () => cloud().simulator.clearFaults());

  it('with a disk larger than every storage is refused before anything begins', async () => {
    const source = FARM.replace('size: 5', `size: ${2 * STORAGE_GIB}`);
    const refusal: unknown = await cloud()
      .tenant.create({ name: 'too-large', source })
      .catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(Refusal);
    const { problem } = refusal as Refusal;
    expect(problem).toMatchObject({ code: 'no-capacity', remedy: expect.stringMatching(/\w/) as string });
    await expectNothingLeft(cloud());
  });

  it('keeps running as it is when its disks have too many snapshots already', async () => {
    const { tenant, access, simulator } = cloud();
    const { vsysId, operation } = await tenant.create({ name: 'deep', source: FARM });
    expect(await tenant.ended(operation.id)).toMatchObject({ state: 'succeeded', error: null });
    const tooDeep = { kind: 'error', code: 'SR_BACKEND_FAILURE_109', params: ['', 'chain', ''] } as const;
    await simulator.addFault({ method: 'VM.snapshot', nth: 2, effect: tooDeep });
    const headers = { Authorization: `Bearer ${access.token}` };
    const client = createClient(createConfig({ baseUrl: access.url, headers }));
    const { data } = await takeSnapshot({ client, path: { vsysId }, body: { name: 'one too many' } });
    const ended = await tenant.ended(operationOf(data));
    expect(ended).toMatchObject({ state: 'failed', error: { code: 'no-capacity' } });
    expect(ended.error?.remedy).toContain('Remove snapshots');
    await simulator.clearFaults();
    await expectExactly(cloud(), vsysId);
    const { vservers } = await tenant.get(vsysId);
    expect(vservers.map(({ state }) => state)).toEqual(vservers.map(() => 'running'));
    await remove(cloud(), vsysId);
    await expectNothingLeft(cloud());
  }, 60_000);

  it('is stopped although its guest ignores the shutdown', async () => {
    const { tenant, simulator } = cloud();
    const { vsysId, operation } = await tenant.create({ name: 'deaf', source: FARM });
    expect(await tenant.ended(operation.id)).toMatchObject({ state: 'succeeded', error: null });
    const deaf = { kind: 'error', code: 'VM_SHUTDOWN_TIMEOUT', params: ['vm', '1200'] } as const;
    await simulator.addFault({ method: 'VM.clean_shutdown', effect: deaf });
    const [server] = (await tenant.get(vsysId)).vservers;
    const stopping = await tenant.power('stop', server?.id ?? '');
    expect(await tenant.ended(stopping.operation.id)).toMatchObject({ state: 'succeeded', error: null });
    expect((await tenant.get(vsysId)).vservers[0]).toMatchObject({ state: 'stopped' });
    await remove(cloud(), vsysId);
    await expectNothingLeft(cloud());
  }, 60_000);

  it('whose pool says hostile things passes none of them on as they are', async () => {
    const { tenant, simulator } = cloud();
    const hostile = { kind: 'error', code: 'OPERATION_NOT_ALLOWED', params: [HOSTILE] } as const;
    for (const method of ['VM.start', 'VM.start_on']) await simulator.addFault({ method, effect: hostile });
    const { operation } = await tenant.create({ name: 'hostile', source: FARM, onFailure: 'rollback' });
    const { state, error } = await tenant.ended(operation.id);
    expect([state, error?.code]).toEqual(['failed', 'pool-refused']);
    expect(error?.message).not.toMatch(/script|owned/);
    const said = JSON.stringify(error?.details);
    expect(said).toContain('script');
    expect(said).not.toContain(JSON.stringify(ESCAPE).slice(1, -1));
    expect(said).not.toContain('x'.repeat(500));
    await simulator.clearFaults();
    await expectNothingLeft(cloud());
  }, 60_000);
});
