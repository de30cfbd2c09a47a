/** Updates of pairs: the second appliance only after the first one serves, each step once, and an end for whatever happens. */
import {
  enrolEfmAgent,
  generateToken,
  insertEfmUpdate,
  lockVsys,
  insertGeneration,
  insertOperation,
  promoteEfmToken,
} from '@openvsys/persistence';
import { operationId, Scope, type VServerId, type VsysId, type VsysSpec } from '@openvsys/vsys';
import { v7 as uuidv7 } from 'uuid';
import { describe, expect, it } from 'vitest';
import { listUpdatedSystems, runEfmUpdates } from '../src/due/run-efm-updates.js';
import { admit, firstSr, smallSystem, useWorld } from './worker-fixture.js';

const world = useWorld();
const NOW = new Date();
const IMAGE = { image: 'openvsys-efm-2', systemDiskGiB: 3 };
const HASH = 'f'.repeat(64);
let vlan = 350;

interface Pair {
  readonly vsysId: VsysId;
  readonly appliances: readonly [VServerId, VServerId];
}

const run = async (text: string, parameters: readonly unknown[] = []): Promise<number> =>
  world().database.session(async (session) => session.change(text, parameters));
const first = async <Row>(text: string, parameters: readonly unknown[]): Promise<Row> => {
  const row = await world().database.session(async (session) =>
    session.first<Row & object>(text, parameters),
  );
  if (row === undefined) throw new Error('there is no such row');
  return row;
};

/** A firewall of two appliances, whose first one is being made anew. */
async function updating(): Promise<Pair> {
  vlan += 1;
  const sr = '0a000000-0000-4000-8000-000000000001' as Awaited<ReturnType<typeof firstSr>>;
  const bare = smallSystem(2, sr, vlan);
  const servers = bare.servers.map((server) => ({
    ...server,
    kind: 'firewall' as const,
    role: 'fw',
    efm: { configVersion: 1, configHash: HASH },
    configDrive: { files: { 'meta-data': 'x' }, version: 1 },
  }));
  await admit(world(), { ...bare, servers });
  const appliances: Pair['appliances'] = [servers[0]!.id, servers[1]!.id];
  const { vsysId } = bare;
  await world().database.transaction(async (session) => {
    const scope = Scope.of({ actor: 'test', organizationId: null, roles: [], vdcIds: null });
    const vsys = await lockVsys(session, scope, vsysId);
    const { organizationId, design, descriptor } = vsys;
    const id = operationId(uuidv7());
    const spec: VsysSpec = { ...vsys.spec, generation: 2 };
    const facts = { organizationId, vsysId, generation: 2, requestId: null, requestedBy: 'test' };
    await insertGeneration(session, vsys, {
      spec,
      design,
      descriptor,
      descriptorVersionId: null,
      parameters: {},
      numbers: { server: 2, disk: 1, publicIp: 0 },
      phase: 'changing',
      operationId: id,
      at: NOW,
    });
    await insertOperation(
      session,
      { ...facts, id, kind: 'efm.update', onFailure: 'rollback', stepsTotal: 0, createdAt: NOW },
      { id: uuidv7(), vsysName: 'x' },
    );
    for (const vserverId of appliances) {
      await enrolEfmAgent(session, { vserverId, organizationId, createdAt: NOW }, generateToken());
    }
    const what = { vsysId, efm: 'fw', appliances, ...IMAGE, generation: 2 };
    const asked = { id: uuidv7(), organizationId, requestedBy: 'test', createdAt: NOW };
    await insertEfmUpdate(session, { ...what, ...asked });
  });
  return { vsysId, appliances };
}

/** As its first report does. */
const reports = async (id: VServerId, health: readonly object[] = [{ name: 'x', ok: true, message: '' }]) =>
  run(
    `UPDATE efm_agent SET reported_at = now() + interval '1 second', applied_hash = $2, health = $3::jsonb WHERE vserver_id = $1`,
    [id, HASH, JSON.stringify(health)],
  );
const operationEnds = async (id: VsysId, state: string) =>
  run(
    `UPDATE operation SET state = $2, finished_at = now() WHERE vsys_id = $1 AND kind = 'efm.update' AND finished_at IS NULL`,
    [id, state],
  );
const look = async (id: VsysId) => runEfmUpdates(world().database, id, NOW);
const updateOf = async (id: VsysId) =>
  first<{ state: string; position: number; reason: string | null }>(
    'SELECT state, position, reason FROM efm_update WHERE vsys_id = $1',
    [id],
  );
const newestOf = async (id: VsysId) =>
  first<{ generation: number; spec: VsysSpec }>(
    'SELECT generation, spec FROM vsys_generation WHERE vsys_id = $1 ORDER BY generation DESC LIMIT 1',
    [id],
  );
const eventsOf = async (id: VsysId) =>
  world().database.session(async (session) =>
    session.rows<{ data: object }>(`SELECT data FROM event WHERE vsys_id = $1 AND type = 'efm.update'`, [id]),
  );

describe('the update of a pair', () => {
  it('goes on with the second appliance when the first one is there, reported and well; then it is done', async () => {
    const { vsysId, appliances } = await updating();
    const [one, two] = appliances;
    expect(await listUpdatedSystems(world().database)).toContain(vsysId);
    await look(vsysId);
    await reports(one);
    await look(vsysId);
    expect(await updateOf(vsysId)).toMatchObject({ state: 'running', position: 0 });
    await operationEnds(vsysId, 'succeeded');
    await reports(one, [{ name: 'process nftables', ok: false, message: 'does not run' }]);
    await look(vsysId);
    expect((await newestOf(vsysId)).generation).toBe(2);

    await reports(one);
    await Promise.all(Array.from({ length: 6 }, async () => look(vsysId)));
    const { generation, spec } = await newestOf(vsysId);
    expect(generation).toBe(3);
    expect(spec.servers.map(({ systemOrigin, configDrive }) => [systemOrigin, configDrive?.version])).toEqual(
      [
        [undefined, 1],
        [{ from: { image: IMAGE.image }, count: 3 }, 3],
      ],
    );
    expect(spec.servers[1]).toMatchObject(IMAGE);

    await operationEnds(vsysId, 'succeeded');
    await look(vsysId);
    expect(await updateOf(vsysId)).toMatchObject({ state: 'running', position: 1 });
    await reports(two);
    await Promise.all(Array.from({ length: 6 }, async () => look(vsysId)));
    expect(await updateOf(vsysId)).toMatchObject({ state: 'done', reason: null });
    expect((await eventsOf(vsysId)).map(({ data }) => data)).toEqual([
      { efm: 'fw', state: 'done', reason: null },
    ]);
    expect((await newestOf(vsysId)).generation).toBe(3);
    expect(await listUpdatedSystems(world().database)).not.toContain(vsysId);
  });

  it('waits for the fresh agent: a report with the old token is not one', async () => {
    const { vsysId, appliances } = await updating();
    const [one] = appliances;
    const fresh = generateToken();
    const { organization_id: organizationId } = await first<{ organization_id: string }>(
      'SELECT organization_id FROM vsys WHERE id = $1',
      [vsysId],
    );
    await world().database.session(async (session) =>
      enrolEfmAgent(
        session,
        { vserverId: one, organizationId: organizationId as never, createdAt: NOW },
        fresh,
      ),
    );
    await operationEnds(vsysId, 'succeeded');
    await reports(one);
    await look(vsysId);
    expect(await updateOf(vsysId)).toMatchObject({ position: 0 });
    expect(await world().database.session(async (session) => promoteEfmToken(session, fresh, NOW))).toBe(
      true,
    );
    await look(vsysId);
    expect(await updateOf(vsysId)).toMatchObject({ position: 1 });
  });

  it('ends without touching the second appliance when the first one does not come up', async () => {
    const failed = await updating();
    await operationEnds(failed.vsysId, 'failed');
    await look(failed.vsysId);
    expect(await updateOf(failed.vsysId)).toMatchObject({ state: 'failed', position: 0 });
    expect((await newestOf(failed.vsysId)).generation).toBe(2);

    const silent = await updating();
    await operationEnds(silent.vsysId, 'succeeded');
    await run(`UPDATE efm_update SET step_at = now() - interval '1 hour' WHERE vsys_id = $1`, [
      silent.vsysId,
    ]);
    await look(silent.vsysId);
    expect(await updateOf(silent.vsysId)).toMatchObject({
      state: 'failed',
      reason: 'The fresh appliance did not report that it serves.',
    });
    expect((await newestOf(silent.vsysId)).generation).toBe(2);
  });
});
