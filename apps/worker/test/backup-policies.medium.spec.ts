/** Back-ups by policy: taken once for each due time however many workers look, and given up when no rule wants them. */
import { insertBackupPolicy, type Session } from '@openvsys/persistence';
import type { BackupId, KeepRules, SrUuid, VsysId, VsysSpec } from '@openvsys/vsys';
import { v7 as uuidv7 } from 'uuid';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  expireBackups,
  listSystemsToBackUp,
  listSystemsWithExpiredBackups,
  runBackups,
} from '../src/due/run-backups.js';
import { admit, smallSystem, useWorld } from './worker-fixture.js';

const world = useWorld();
const SR = '0a000000-0000-4000-8000-000000000001' as SrUuid;
let vlan = 600;

const sql = async (text: string, values: readonly unknown[] = []): Promise<unknown> =>
  world().database.session(async (session: Session) => session.change(text, values));

beforeAll(async () => {
  const { demo } = world();
  await sql(
    `INSERT INTO pool_sr (pool_id, uuid, name, type, shared, size_gib, free_gib)
     VALUES ($1, $2, 'nfs', 'nfs', TRUE, 9000, 9000) ON CONFLICT DO NOTHING`,
    [demo.poolId, SR],
  );
});

async function deploy(): Promise<VsysId> {
  vlan += 1;
  const spec = smallSystem(1, SR, vlan);
  await admit(world(), spec);
  return spec.vsysId;
}

async function policy(
  vsysId: VsysId,
  nextAt: string,
  keep: KeepRules,
  sources: readonly string[] = [],
): Promise<string> {
  const id = uuidv7();
  const at = new Date(nextAt);
  const about = { id, vsysId, name: 'nightly', sources, cron: '30 2 * * *', timeZone: 'Europe/Berlin', keep };
  await world().database.session(async (session) =>
    insertBackupPolicy(session, { ...about, nextAt: at, createdBy: 'test', createdAt: at }),
  );
  return id;
}

const specOf = async (id: VsysId): Promise<VsysSpec> => {
  const row = await world().database.session(async (session) =>
    session.first<{ spec: VsysSpec }>(
      `SELECT g.spec FROM vsys v JOIN vsys_generation g ON g.vsys_id = v.id AND g.generation = v.generation WHERE v.id = $1`,
      [id],
    ),
  );
  if (row === undefined) throw new Error(`there is no ${id}`);
  return row.spec;
};
const backupsOf = async (id: VsysId): Promise<readonly string[]> =>
  ((await specOf(id)).backups ?? []).map((backup) => backup.id.slice(-4));
const runsOf = async (id: string) =>
  world().database.session(async (session) =>
    session.rows<{ due: string; outcome: string; reason: string | null }>(
      `SELECT to_char(due_at AT TIME ZONE 'UTC', 'MM-DD HH24:MI') AS due, outcome, reason FROM backup_policy_run
       WHERE policy_id = $1 ORDER BY due_at`,
      [id],
    ),
  );
/** As a worker would say of those that are not yet. */
const complete = async (id: VsysId, at: string): Promise<unknown> =>
  sql(`UPDATE backup SET state = 'ready', taken_at = $2 WHERE vsys_id = $1 AND taken_at IS NULL`, [
    id,
    new Date(at),
  ]);
/** Many workers that look at the same moment. */
const byMany = async (run: () => Promise<void>) => Promise.all(Array.from({ length: 6 }, run));

describe('a policy', () => {
  it('takes back-ups of all disks once for each due time, also when the clocks change', async () => {
    const id = await deploy();
    const nightly = await policy(id, '2027-03-27T01:30:00Z', { last: 2 });
    const now = new Date('2027-03-27T01:30:05Z');
    expect(await listSystemsToBackUp(world().database, new Date('2027-03-27T01:29:59Z'))).not.toContain(id);
    expect(await listSystemsToBackUp(world().database, now)).toContain(id);
    await byMany(async () => runBackups(world().database, id, now));
    const spec = await specOf(id);
    const sources = [...spec.disks, ...spec.servers].length;
    expect(spec.generation).toBe(2);
    expect(spec.backups).toHaveLength(sources);
    expect(spec.backups?.[0]).toMatchObject({ name: 'nightly 2027-03-27T01:30Z', sr: SR });
    // 2:30 does not exist on the 28th: it is due right after the gap, at 3:00 summer time.
    await runBackups(world().database, id, new Date('2027-03-28T00:59:59Z'));
    expect(await runsOf(nightly)).toHaveLength(1);
    await byMany(async () => runBackups(world().database, id, new Date('2027-03-28T01:31:00Z')));
    expect(await runsOf(nightly)).toHaveLength(2);
    expect(await backupsOf(id)).toHaveLength(2 * sources);
    const operations = await world().database.session(async (session) =>
      session.rows<{ kind: string; policy: string }>(
        `SELECT kind, on_failure AS policy FROM operation WHERE vsys_id = $1 AND kind = 'backup.create'`,
        [id],
      ),
    );
    const asked = { kind: 'backup.create', policy: 'rollback' };
    expect(operations).toEqual([asked, asked]);
  });

  it('really deletes what its rules do not keep, but never what is not complete or somebody took', async () => {
    const id = await deploy();
    const { servers } = await specOf(id);
    const { name } = servers[0]!;
    await policy(id, '2027-05-01T00:30:00Z', { last: 2 }, [name]);
    for (const day of ['01', '02', '03', '04']) {
      await runBackups(world().database, id, new Date(`2027-05-${day}T00:30:01Z`));
      if (day !== '04') await complete(id, `2027-05-${day}T00:40:00Z`);
    }
    await sql('UPDATE backup SET policy_id = NULL WHERE id = $1', [`${id}-B-0001` as BackupId]);
    expect(await listSystemsWithExpiredBackups(world().database)).not.toContain(id);
    await complete(id, '2027-05-04T00:40:00Z');
    expect(await listSystemsWithExpiredBackups(world().database)).toContain(id);
    await byMany(async () => expireBackups(world().database, id, new Date('2027-05-04T01:00:00Z')));
    expect(await backupsOf(id)).toEqual(['0001', '0003', '0004']);
    expect(await listSystemsWithExpiredBackups(world().database)).not.toContain(id);
    expect((await specOf(id)).generation).toBe(6);
  });

  it('notes why it could not, and goes on with the next due time', async () => {
    const id = await deploy();
    const lost = await policy(id, '2027-06-01T00:30:00Z', { daily: 1 }, ['no-such-disk']);
    await runBackups(world().database, id, new Date('2027-06-01T00:31:00Z'));
    expect(await runsOf(lost)).toMatchObject([
      { outcome: 'skipped', reason: expect.stringMatching(/none of the disks/) as string },
    ]);
    expect((await specOf(id)).generation).toBe(1);
    expect(await listSystemsToBackUp(world().database, new Date('2027-06-01T12:00:00Z'))).not.toContain(id);
    // After a long silence only the last due time counts.
    await runBackups(world().database, id, new Date('2027-06-09T12:00:00Z'));
    expect((await runsOf(lost)).map(({ due }) => due)).toEqual(['06-01 00:30', '06-09 00:30']);
  });
});
