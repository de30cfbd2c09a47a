/** Back-ups with everything real but the pool: the worker that takes one is killed, its system is deleted, and what it held comes back. */
import {
  backUpVDisk,
  cloneVsys,
  createClient,
  createConfig,
  deleteBackup,
  deleteVsys,
  getBackup,
  restoreBackup,
  stopVsys,
  type AcceptedView,
  type PlanView,
} from '@openvsys/api-client';
import { describe, expect, it } from 'vitest';
import { until } from '../src/index.js';
import { expectNothingLeft, FARM, useCloud } from './use-cloud.js';

const dataOf = <T>({ data, error }: { readonly data?: T | undefined; readonly error?: unknown }): T => {
  if (data === undefined) throw new Error(`refused: ${JSON.stringify(error)}`);
  return data;
};

describe('a back-up', () => {
  // Copies take a while, so that a worker can be killed in the middle of one.
  const cloud = useCloud({ workers: 2, simulator: { XCP_SIM_TIME_SCALE: '8' } });

  it('survives its worker, its disk and its system, and leaves nothing behind', async () => {
    const { tenant, access, database } = cloud();
    const headers = { Authorization: `Bearer ${access.token}` };
    const client = createClient(createConfig({ baseUrl: access.url, headers }));
    const done = async (answer: AcceptedView | PlanView): Promise<AcceptedView> => {
      if (!('operation' in answer)) throw new Error('asked for a change, got a plan');
      const ended = await tenant.ended(answer.operation.id);
      expect(ended).toMatchObject({ state: 'succeeded', error: null });
      return answer;
    };
    const metered = async (): Promise<readonly unknown[]> =>
      database.session(async (session) =>
        session.rows(
          `SELECT resource, quantity::int FROM usage_interval WHERE dimension = 'backup-gib' AND ended_at IS NULL`,
        ),
      );
    const { vsysId } = await done(
      await tenant.create({ name: 'farm', source: FARM, parameters: { webCount: 0 } }),
    );
    const vdiskId = `${vsysId}-D-0001`;
    const backupId = `${vsysId}-B-0001`;

    const body = { name: 'before', outlives: true };
    const taking = dataOf(await backUpVDisk({ client, path: { vdiskId }, body }));
    const underWay = `SELECT id FROM action WHERE kind = 'backup.create' AND outcome IS NULL`;
    await until(
      async () => (await database.session(async (session) => session.rows(underWay))).length === 1,
      {
        for: 'the copy to begin',
        limitMs: 10_000,
      },
    );
    await (await cloud().owner()).kill();
    await done(taking);
    expect(dataOf(await getBackup({ client, path: { backupId } }))).toMatchObject({
      state: 'ready',
      sizeGiB: 5,
    });
    expect(await metered()).toEqual([{ resource: backupId, quantity: 5 }]);

    const path = { backupId };
    await done(dataOf(await restoreBackup({ client, path, body: { stopServer: true } })));
    expect((await tenant.get(vsysId)).vservers).toMatchObject([{ state: 'running' }]);
    await done(dataOf(await stopVsys({ client, path: { vsysId } })));
    const copy = { name: 'copy', contents: 'copy' } as const;
    const cloned = await done(dataOf(await cloneVsys({ client, path: { vsysId }, body: copy })));
    expect((await tenant.get(cloned.vsysId)).vdisks).toMatchObject([
      { state: 'attached', contentsLostAt: null },
    ]);

    await done(dataOf(await deleteVsys({ client, path: { vsysId }, query: { purge: true } })));
    const disk = `${cloned.vsysId}-D-0001`;
    await done(dataOf(await restoreBackup({ client, path, body: { disk, stopServer: true } })));
    await done(dataOf(await deleteVsys({ client, path: { vsysId: cloned.vsysId }, query: { purge: true } })));
    expect(await metered()).toHaveLength(1);
    expect((await cloud().objects()).counts['VDI']).toBe((cloud().emptyPool.counts['VDI'] ?? 0) + 1);
    await done(dataOf(await deleteBackup({ client, path })));
    await expectNothingLeft(cloud());
  }, 120_000);
});
