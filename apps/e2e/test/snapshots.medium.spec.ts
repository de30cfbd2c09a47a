/** A snapshot of a whole system: taken at one moment, paid for, gone back to, given up. */
import {
  createClient,
  createConfig,
  deleteSnapshot,
  listSnapshots,
  revertSnapshot,
  takeSnapshot,
  type AcceptedView,
  type PlanView,
} from '@openvsys/api-client';
import { describe, expect, it } from 'vitest';
import { expectExactly, expectNothingLeft, remove, useCloud } from './use-cloud.js';

/** The engine holds servers still for at most this long, whatever the pool does. */
const LONGEST_PAUSE_MS = 30_000;

const dataOf = <T>({ data, error }: { readonly data?: T | undefined; readonly error?: unknown }): T => {
  if (data === undefined) throw new Error(`refused: ${JSON.stringify(error)}`);
  return data;
};
const accepted = (answer: AcceptedView | PlanView): AcceptedView => {
  if ('operation' in answer) return answer;
  throw new Error('asked for a change, got a plan');
};

describe('a snapshot of a three-tier system', () => {
  const cloud = useCloud();

  it('is taken, metered, gone back to once and deleted', async () => {
    const { tenant, access, database } = cloud();
    const headers = { Authorization: `Bearer ${access.token}` };
    const client = createClient(createConfig({ baseUrl: access.url, headers }));
    const metered = async () =>
      database.session(async (session) =>
        session.rows<{ resource: string; quantity: number }>(
          `SELECT resource, quantity::int FROM usage_interval WHERE dimension = 'snapshot-gib' AND ended_at IS NULL`,
        ),
      );
    const creation = await tenant.create({ name: 'shop', descriptor: 'three-tier' });
    const { vsysId } = creation;
    expect(await tenant.ended(creation.operation.id)).toMatchObject({ state: 'succeeded', error: null });
    const path = { vsysId };

    const body = { name: 'before the update' };
    const plan = dataOf(await takeSnapshot({ client, path, body, query: { dryRun: true } }));
    expect(plan).toMatchObject({ steps: [{ kind: 'snapshot.create' }] });
    const taking = accepted(dataOf(await takeSnapshot({ client, path, body })));
    const snapshotId = `${vsysId}-X-0001`;
    expect(taking.parts).toContainEqual({ id: snapshotId, kind: 'snapshot', name: body.name });
    expect(await tenant.ended(taking.operation.id)).toMatchObject({ state: 'succeeded', error: null });
    const { items } = dataOf(await listSnapshots({ client, path }));
    const [snapshot] = items;
    expect(items).toMatchObject([{ id: snapshotId, state: 'ready', withMemory: false }]);
    expect(snapshot?.servers).toHaveLength(3);
    expect(snapshot?.sizeGiB).toBeGreaterThan(0);
    expect(snapshot?.pausedMs).toBeGreaterThan(0);
    expect(snapshot?.pausedMs).toBeLessThan(LONGEST_PAUSE_MS);
    process.stdout.write(`held still for ${snapshot?.pausedMs} ms, keeps ${snapshot?.sizeGiB} GiB\n`);
    expect(await metered()).toEqual([{ resource: snapshotId, quantity: snapshot?.sizeGiB }]);
    expect((await tenant.quotaUse())['snapshot']).toBe(1);

    const of = { vsysId, snapshotId };
    const reverting = accepted(dataOf(await revertSnapshot({ client, path: of, body: {} })));
    expect(await tenant.ended(reverting.operation.id)).toMatchObject({ state: 'succeeded', error: null });
    const detail = await tenant.operation(reverting.operation.id);
    expect(detail.stepsDone).toBe(6);
    const { vservers } = await tenant.get(vsysId);
    expect(vservers.map(({ state }) => state)).toEqual(vservers.map(() => 'running'));

    const deleting = accepted(dataOf(await deleteSnapshot({ client, path: of })));
    expect(await tenant.ended(deleting.operation.id)).toMatchObject({ state: 'succeeded', error: null });
    expect(dataOf(await listSnapshots({ client, path })).items).toEqual([]);
    expect(await metered()).toEqual([]);
    await expectExactly(cloud(), vsysId);

    const second = accepted(dataOf(await takeSnapshot({ client, path, body })));
    expect(second.parts.map(({ id }) => id)).toContain(`${vsysId}-X-0002`);
    expect(await tenant.ended(second.operation.id)).toMatchObject({ state: 'succeeded' });
    await remove(cloud(), vsysId);
    await expectNothingLeft(cloud());
  }, 120_000);
});
