/** What is due on whole systems happens once, however many workers look and however late they come. */
import { setBinHours, writeVsysSettings, NOTHING_SET, insertSchedule } from '@openvsys/persistence';
import type { ScheduleVerb, VsysId, VsysSpec } from '@openvsys/vsys';
import { v7 as uuidv7 } from 'uuid';
import { describe, expect, it } from 'vitest';
import { listSystemsToPurge, purge } from '../src/due/empty-bin.js';
import { listSystemsWithLeases, runLease } from '../src/due/run-leases.js';
import { listSystemsWithSchedules, runSchedules } from '../src/due/run-schedules.js';
import { admit, firstSr, smallSystem, useWorld } from './worker-fixture.js';

const world = useWorld();
const HOUR = 3_600_000;
let vlan = 300;

async function deploy(): Promise<VsysId> {
  vlan += 1;
  const sr = '0a000000-0000-4000-8000-000000000001' as Awaited<ReturnType<typeof firstSr>>;
  const spec = smallSystem(2, sr, vlan);
  await admit(world(), spec);
  return spec.vsysId;
}

interface Row {
  readonly generation: number;
  readonly spec: VsysSpec;
  readonly purgeAt: Date | null;
}
const rowOf = async (id: VsysId): Promise<Row> => {
  const row = await world().database.session(async (session) =>
    session.first<Row>(
      `SELECT v.generation, g.spec, v.purge_at AS "purgeAt" FROM vsys v
       JOIN vsys_generation g ON g.vsys_id = v.id AND g.generation = v.generation WHERE v.id = $1`,
      [id],
    ),
  );
  if (row === undefined) throw new Error(`there is no ${id}`);
  return row;
};
const powersOf = ({ spec }: Row) => spec.servers.map(({ power }) => power);
const eventsOf = async (id: VsysId) =>
  world().database.session(async (session) =>
    session.rows<{ type: string; data: Record<string, unknown> }>(
      `SELECT type, data FROM event WHERE vsys_id = $1 AND type LIKE 'vsys.expire%' ORDER BY at, id`,
      [id],
    ),
  );

async function schedule(vsysId: VsysId, verb: ScheduleVerb, cron: string, nextAt: Date): Promise<string> {
  const id = uuidv7();
  await world().database.session(async (session) =>
    insertSchedule(session, {
      id,
      vsysId,
      verb,
      cron,
      timeZone: 'UTC',
      nextAt,
      createdBy: 'test',
      createdAt: nextAt,
    }),
  );
  return id;
}
const runsOf = async (schedule: string) =>
  world().database.session(async (session) =>
    session.rows<{ due: string; outcome: string; reason: string | null }>(
      `SELECT to_char(due_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI') AS due, outcome, reason
       FROM vsys_schedule_run WHERE schedule_id = $1 ORDER BY due_at`,
      [schedule],
    ),
  );
const lease = async (id: VsysId, settings: object) =>
  world().database.session(async (session) =>
    writeVsysSettings(session, id, { ...NOTHING_SET, ...settings }),
  );

/** Many workers that look at the same moment. */
const byMany = async (run: () => Promise<void>) => Promise.all(Array.from({ length: 6 }, run));

describe('schedules', () => {
  it('ask once for each due time, whoever looks, and know the next', async () => {
    const id = await deploy();
    const stop = await schedule(id, 'stop', '0 18 * * *', new Date('2026-12-01T18:00:00Z'));
    const now = new Date('2026-12-01T18:00:07Z');
    expect(await listSystemsWithSchedules(world().database, new Date('2026-12-01T17:59:59Z'))).not.toContain(
      id,
    );
    expect(await listSystemsWithSchedules(world().database, now)).toContain(id);
    await byMany(async () => runSchedules(world().database, id, now));
    const row = await rowOf(id);
    expect(row.generation).toBe(2);
    expect(powersOf(row)).toEqual(['stopped', 'stopped']);
    expect(await runsOf(stop)).toEqual([{ due: '2026-12-01 18:00', outcome: 'asked', reason: null }]);
    expect(await listSystemsWithSchedules(world().database, new Date('2026-12-02T17:59:59Z'))).not.toContain(
      id,
    );

    await runSchedules(world().database, id, new Date('2026-12-02T18:00:00Z'));
    expect((await runsOf(stop)).at(-1)).toMatchObject({ due: '2026-12-02 18:00', outcome: 'skipped' });
    expect((await rowOf(id)).generation).toBe(2);
  });

  it('do after a long silence only what was due last', async () => {
    const id = await deploy();
    const stop = await schedule(id, 'stop', '0 18 * * *', new Date('2026-12-04T18:00:00Z'));
    const start = await schedule(id, 'start', '0 8 * * *', new Date('2026-12-05T08:00:00Z'));
    await runSchedules(world().database, id, new Date('2026-12-09T20:00:00Z'));
    expect(await runsOf(stop)).toMatchObject([{ due: '2026-12-09 18:00', outcome: 'asked' }]);
    expect(await runsOf(start)).toMatchObject([{ due: '2026-12-09 08:00', outcome: 'skipped' }]);
    expect(powersOf(await rowOf(id))).toEqual(['stopped', 'stopped']);
    await runSchedules(world().database, id, new Date('2026-12-10T08:00:01Z'));
    expect(powersOf(await rowOf(id))).toEqual(['running', 'running']);
    expect((await rowOf(id)).generation).toBe(3);
  });
});

describe('leases', () => {
  it('warn twice, then stop the system, each once', async () => {
    const id = await deploy();
    const expiresAt = new Date('2027-01-10T12:00:00Z');
    await lease(id, { expiresAt, expiryAction: 'stop' });
    const before = (ms: number) => new Date(expiresAt.getTime() - ms);
    expect(await listSystemsWithLeases(world().database, before(25 * HOUR))).not.toContain(id);
    for (const left of [24 * HOUR, 23 * HOUR, HOUR, HOUR / 2, 0, -HOUR])
      await byMany(async () => runLease(world().database, id, before(left)));
    expect((await eventsOf(id)).map(({ type }) => type)).toEqual([
      'vsys.expires-soon',
      'vsys.expires-soon',
      'vsys.expired',
    ]);
    expect(powersOf(await rowOf(id))).toEqual(['stopped', 'stopped']);
    expect((await rowOf(id)).generation).toBe(2);
    expect(await listSystemsWithLeases(world().database, before(-HOUR))).not.toContain(id);
  });

  it('delete into the recycle bin, from where the worker purges; protection stops instead', async () => {
    const { database, demo } = world();
    const [binned, kept] = [await deploy(), await deploy()];
    const expiresAt = new Date('2027-02-01T00:00:00Z');
    await database.session(async (session) => setBinHours(session, demo.vdcId, 24));
    await lease(binned, { expiresAt, expiryAction: 'delete' });
    await lease(kept, { expiresAt, expiryAction: 'delete', protected: true });
    for (const id of [binned, kept]) await runLease(database, id, expiresAt);
    expect(await eventsOf(kept)).toMatchObject([
      { type: 'vsys.expired', data: { done: 'stop', protected: true } },
    ]);
    expect(await rowOf(kept)).toMatchObject({ spec: { presence: 'present' }, purgeAt: null });
    const inBin = await rowOf(binned);
    expect(inBin.purgeAt).toEqual(new Date('2027-02-02T00:00:00Z'));
    expect([...powersOf(inBin), inBin.spec.presence]).toEqual(['stopped', 'stopped', 'present']);

    expect(await listSystemsToPurge(database, new Date('2027-02-01T23:59:59Z'))).not.toContain(binned);
    const late = new Date('2027-02-02T00:00:00Z');
    expect(await listSystemsToPurge(database, late)).toContain(binned);
    await purge(database, kept, late);
    await byMany(async () => purge(database, binned, late));
    expect(await rowOf(binned)).toMatchObject({ generation: 3, spec: { presence: 'absent' }, purgeAt: null });
    expect((await rowOf(kept)).spec.presence).toBe('present');
    await database.session(async (session) => setBinHours(session, demo.vdcId, 0));
  });
});
