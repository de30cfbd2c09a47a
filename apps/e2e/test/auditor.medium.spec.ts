/** The checks at the end of every story notice what they are there for. */
import { afterEach, describe, expect, it } from 'vitest';
import {
  expectExactly,
  expectNoChargeForNothing,
  expectNothingLeft,
  FARM,
  remove,
  useCloud,
} from './use-cloud.js';

/** What a failing check found instead of what it expected. */
async function noticed(check: Promise<void>): Promise<unknown> {
  const failure: unknown = await check.then(
    () => undefined,
    (error: unknown) => error,
  );
  return failure instanceof Error && 'actual' in failure ? failure.actual : undefined;
}

describe('the auditor', () => {
  const cloud = useCloud();
  let undo: () => Promise<unknown> = async () => undefined;
  afterEach(async () => {
    await undo();
    undo = async () => undefined;
    await expectNothingLeft(cloud());
  });

  it('notices a VM that nobody wanted, or only its disk', async () => {
    const user = await cloud().poolUser();
    const vm = await user.makeVm('debian-13', 'orphan');
    const [vbd] = (await user.call('VM.get_VBDs', vm)) as readonly string[];
    const disk = await user.call('VBD.get_VDI', vbd);
    expect(await noticed(expectNothingLeft(cloud()))).toMatchObject({ vms: [{ name: 'orphan' }] });
    await user.call('VM.destroy', vm);
    undo = async () => user.call('VDI.destroy', disk);
    expect(await noticed(expectNothingLeft(cloud()))).toMatchObject({
      vms: [],
      counts: { VDI: (cloud().emptyPool.counts['VDI'] ?? 0) + 1 },
    });
  });

  it('notices an address that was not given back', async () => {
    const mark = async (part: string | null) =>
      cloud().database.transaction(async (session) =>
        session.change(
          `UPDATE public_address SET public_ip_id = $1, vsys_id = (SELECT id FROM vsys LIMIT 1) WHERE address = '203.0.113.1'`,
          [part],
        ),
      );
    const { tenant } = cloud();
    const { vsysId, operation } = await tenant.create({
      name: 'short',
      source: FARM,
      parameters: { webCount: 0 },
    });
    await tenant.ended(operation.id);
    await remove(cloud(), vsysId);
    await mark('lost');
    undo = async () =>
      cloud().database.transaction(async (session) =>
        session.change('UPDATE public_address SET public_ip_id = NULL, vsys_id = NULL', []),
      );
    expect(await noticed(expectNothingLeft(cloud()))).toMatchObject({ reserved: 1 });
  }, 30_000);

  it('notices a twin and a charge for what was never made', async () => {
    const { tenant, database } = cloud();
    const { vsysId, operation } = await tenant.create({
      name: 'twin',
      source: FARM,
      parameters: { webCount: 1 },
    });
    await tenant.ended(operation.id);
    await expectExactly(cloud(), vsysId);
    const [server] = (await tenant.get(vsysId)).vservers;
    const user = await cloud().poolUser();
    const twin = await user.makeVm('debian-13', server?.id ?? '');
    expect(await noticed(expectExactly(cloud(), vsysId))).toMatchObject({ vms: { length: 3 } });
    const [vbd] = (await user.call('VM.get_VBDs', twin)) as readonly string[];
    const disk = await user.call('VBD.get_VDI', vbd);
    await user.call('VM.destroy', twin);
    await user.call('VDI.destroy', disk);

    await expectNoChargeForNothing(cloud(), vsysId);
    await database.transaction(async (session) =>
      session.change(`UPDATE action SET outcome = 'failed' WHERE vsys_id = $1`, [vsysId]),
    );
    expect(await noticed(expectNoChargeForNothing(cloud(), vsysId))).toContain(
      `${server?.id ?? ''} vserver-running`,
    );
    await remove(cloud(), vsysId);
  }, 30_000);
});
