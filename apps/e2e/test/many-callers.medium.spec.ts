/** Many at once: for the last room of a quota, and with one and the same request. */
import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { readLedger, Refusal } from '../src/index.js';
import { expectExactly, expectNothingLeft, remove, useCloud } from './use-cloud.js';

/** One small server without a firewall: as little work for the pool as there can be. */
const SINGLE = `
apiVersion: openvsys/v1
kind: VsysDescriptor
metadata: { name: e2e-single, version: 1.0.0 }
vnets:
  app: { cidr: 10.20.0.0/28 }
vservers:
  only: { type: standard.tiny, image: debian-13, nics: [{ vnet: app }] }
`;
const ROOM = 10;
const CALLERS = 60;
const REPEATS = 50;

describe('many callers at once', () => {
  const cloud = useCloud();

  it('get exactly as much as the quota has room for', async () => {
    const { tenant, provider, database } = cloud();
    await provider.setQuotas(await tenant.organizationId(), [{ resource: 'vserver', limit: ROOM }]);
    const answers = await Promise.allSettled(
      Array.from({ length: CALLERS }, async (_, n) => tenant.create({ name: `race-${n}`, source: SINGLE })),
    );
    const accepted = answers.filter((answer) => answer.status === 'fulfilled').map(({ value }) => value);
    const refused = answers
      .filter((answer) => answer.status === 'rejected')
      .map(({ reason }) => reason as unknown);
    expect(accepted).toHaveLength(ROOM);
    expect(refused).toHaveLength(CALLERS - ROOM);
    for (const refusal of refused) expect(refusal).toBeInstanceOf(Refusal);
    const codes = refused.map((refusal) => (refusal instanceof Refusal ? refusal.problem.code : ''));
    expect(new Set(codes)).toEqual(new Set(['quota-exceeded']));
    expect((await tenant.quotaUse())['vserver']).toBe(ROOM);

    for (const { operation } of accepted)
      expect(await tenant.ended(operation.id)).toMatchObject({ state: 'succeeded', error: null });
    await expectExactly(cloud(), ...accepted.map(({ vsysId }) => vsysId));
    await Promise.all(accepted.map(async ({ vsysId }) => remove(cloud(), vsysId)));
    await expectNothingLeft(cloud());
    expect((await readLedger(database)).reserved).toBe(0);
  }, 90_000);

  it('with one Idempotency-Key make one system', async () => {
    const { tenant } = cloud();
    const idempotencyKey = randomUUID();
    const order = { name: 'once', source: SINGLE };
    const answers = await Promise.all(
      Array.from({ length: REPEATS }, async () => tenant.create(order, { idempotencyKey })),
    );
    const [first] = answers;
    for (const answer of answers) {
      expect(answer.vsysId).toBe(first?.vsysId);
      expect(answer.operation.id).toBe(first?.operation.id);
      expect(answer.parts).toEqual(first?.parts);
    }
    expect(await tenant.list('once')).toHaveLength(1);
    await expect(tenant.create({ ...order, name: 'other' }, { idempotencyKey })).rejects.toMatchObject({
      problem: { code: 'idempotency-reused' },
    });
    expect(await tenant.ended(first?.operation.id ?? '')).toMatchObject({ state: 'succeeded', error: null });
    await expectExactly(cloud(), first?.vsysId ?? '');
    await remove(cloud(), first?.vsysId ?? '');
    await expectNothingLeft(cloud());
  }, 60_000);
});
