/** What workers do with pools as a whole, asked for through the database as the API asks. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  cancelPoolOperation,
  getPoolOperation,
  getPoolOverview,
  insertPoolOperation,
  listPoolFindings,
  PoolStore,
  KeyRing,
  SecretBox,
  type PoolFindingRecord,
  type PoolOperationRecord,
} from '@openvsys/persistence';
import { poolId, type HostUuid, type PoolId, type PoolTask } from '@openvsys/vsys';
import { startSimServer, type SimServer } from '@openvsys/xcp-sim';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { admit, ended, eventually, firstSr, objectsOf, smallSystem, useWorld } from './worker-fixture.js';

const SECRET_KEY = Buffer.alloc(32, 5);
const secrets = new SecretBox(SECRET_KEY);

describe('pools in the care of a worker', () => {
  const world = useWorld();
  let second: SimServer;
  const third = poolId(uuidv7());

  beforeAll(async () => {
    second = await startSimServer({
      seed: 11,
      directory: [{ name: 'next', password: 'new-secret', role: 'pool-admin' }],
    });
    await world().startWorker('care-1');
  });
  afterAll(async () => second.close());

  async function ask(pool: PoolId, task: PoolTask, password?: string): Promise<string> {
    const id = uuidv7();
    await world().database.transaction(async (session) =>
      insertPoolOperation(session, {
        id,
        poolId: pool,
        task,
        subject: null,
        secret: password === undefined ? null : secrets.seal(password, `pool-operation:${id}`),
        requestId: null,
        requestedBy: 'test',
        createdAt: new Date(),
      }),
    );
    return id;
  }
  const look = async (id: string): Promise<PoolOperationRecord> =>
    world().database.session(async (session) => getPoolOperation(session, id));
  const outcome = async (id: string): Promise<PoolOperationRecord> =>
    eventually(async () => {
      const operation = await look(id);
      return operation.finishedAt === null ? undefined : operation;
    });
  const overview = async (id: PoolId) =>
    world().database.session(async (session) => getPoolOverview(session, id));
  const registration = (urls: readonly string[], name: string, username = 'root') => ({
    kind: 'pool.register' as const,
    name,
    zoneId: world().demo.zoneId,
    vlanFirst: 100,
    vlanLast: 200,
    login: { urls, username, fingerprints: [], ca: null },
  });
  /** With the keys that the worker seals with. */
  const pools = async (): Promise<PoolStore> => {
    const keys = await KeyRing.open(world().database, { secretKey: SECRET_KEY });
    keys.close();
    return new PoolStore(world().database, new SecretBox(keys));
  };

  it('are registered by any member, with everything that was seen', async () => {
    const slave = second.hosts[2]!.url;
    const done = await outcome(await ask(third, registration([slave], 'second'), 'secret'));
    expect(done).toMatchObject({ state: 'succeeded', error: null, result: { poolId: third } });
    const stored = await (await pools()).get(third);
    expect(stored.urls.toSorted()).toEqual(second.hosts.map(({ url }) => url).toSorted());
    expect(stored.urls[0]).toBe(second.hosts[0]!.url);
    expect(stored.password).toBe('secret');
    const shown = await eventually(async () => {
      const pool = await overview(third);
      return pool.leaseOwner === null || pool.hosts.length === 0 ? undefined : pool;
    });
    expect(shown.description).toMatchObject({ members: [{}, {}, {}], product: expect.any(String) as string });
    const { secret } = await world().database.session(
      async (session) =>
        (await session.first<{ secret: unknown }>('SELECT secret FROM pool_operation WHERE id = $1', [
          done.id,
        ]))!,
    );
    expect(secret).toBeNull();
  });

  it('are not registered when something is wrong, and nothing is stored', async () => {
    const count = async (): Promise<number> =>
      (await world().database.session(async (session) =>
        session.first<{ n: number }>('SELECT count(*)::int AS n FROM pool'),
      ))!.n;
    const before = await count();
    const [url] = second.hosts.map((host) => host.url);
    const fails = async (task: PoolTask, password: string) => {
      const done = await outcome(await ask(poolId(uuidv7()), task, password));
      expect(done.state).toBe('failed');
      return done.error;
    };
    const website = createServer((_, response) => response.end('<html>hello</html>'));
    await new Promise<void>((resolve) => website.listen(0, '127.0.0.1', resolve));
    const { port } = website.address() as AddressInfo;
    const remedy: unknown = expect.stringMatching(/\w/);
    expect(await fails(registration([url!], 'again'), 'secret')).toMatchObject({
      code: 'conflict',
      message: expect.stringContaining('registered already') as string,
      pointer: '/urls',
      remedy,
    });
    expect(await fails(registration([url!], 'wrong'), 'no')).toMatchObject({
      code: 'pool-refused',
      pointer: '/password',
      remedy,
    });
    expect(await fails(registration(['http://127.0.0.1:1'], 'nobody'), 'x')).toMatchObject({
      code: 'pool-unreachable',
      pointer: '/urls',
      remedy,
    });
    expect(await fails(registration([`http://127.0.0.1:${port}`], 'website'), 'x')).toMatchObject({
      code: 'pool-refused',
      message: expect.stringContaining('does not speak XenAPI') as string,
      pointer: '/urls',
      remedy,
    });
    website.close();
    expect(await count()).toBe(before);
  });

  it('take up another login without a break, and refuse one that does not work', async () => {
    const urls = second.hosts.map(({ url }) => url);
    const owner = async () => (await overview(third)).leaseOwner;
    const before = await owner();
    const users = () => second.pool.db.rows('session').map((row) => row.text('auth_user_name'));
    const wrong = { urls, username: 'next', fingerprints: [], ca: null };
    const refused = await outcome(
      await ask(third, { kind: 'pool.update', name: 'second', login: wrong }, 'guess'),
    );
    expect(refused.error).toMatchObject({ code: 'pool-refused' });
    expect((await (await pools()).get(third)).username).toBe('root');
    const done = await outcome(
      await ask(third, { kind: 'pool.update', name: 'renamed', login: wrong }, 'new-secret'),
    );
    expect(done).toMatchObject({ state: 'succeeded' });
    expect(await (await pools()).get(third)).toMatchObject({
      username: 'next',
      password: 'new-secret',
      name: 'renamed',
    });
    await eventually(
      () => (users().includes('next') && !users().includes('root') ? true : undefined),
      20_000,
    );
    expect(await owner()).toBe(before);
    const other = {
      urls: world().sim.hosts.map(({ url }) => url),
      username: 'root',
      fingerprints: [],
      ca: null,
    };
    const stranger = await outcome(
      await ask(third, { kind: 'pool.update', name: 'renamed', login: other }, 'secret'),
    );
    expect(stranger.error).toMatchObject({ code: 'conflict' });
  });

  it('have hosts emptied and returned, told step by step', async () => {
    const spec = smallSystem(4, await firstSr(world()), 301);
    await ended(world(), await admit(world(), spec));
    const { poolId: pool } = world().demo;
    const host = await eventually(async () => busiestHost());
    const plan = await outcome(await ask(pool, { kind: 'host.plan', host }));
    expect(plan.result).toMatchObject({ host, obstacles: [] });
    const { moves: planned } = plan.result as { moves: readonly unknown[] };
    const moves = planned.length;
    expect(moves).toBeGreaterThan(0);
    const done = await outcome(await ask(pool, { kind: 'host.maintain', host, concurrency: 1 }));
    expect(done).toMatchObject({ state: 'succeeded', result: { moved: moves, obstacles: [] } });
    expect(done.progress).toMatchObject({ moved: moves });
    const shown = await overview(pool);
    expect(shown.hosts.find(({ uuid }) => uuid === host)).toMatchObject({ available: false });
    expect(shown.description?.members.find(({ uuid }) => uuid === host)).toMatchObject({
      inMaintenance: true,
    });
    expect(objectsOf(world(), spec.vsysId).running).toBe(4);
    await outcome(await ask(pool, { kind: 'host.return', host }));
    const back = await overview(pool);
    expect(back.hosts.find(({ uuid }) => uuid === host)).toMatchObject({ available: true });
    const unknown = await outcome(
      await ask(pool, { kind: 'host.plan', host: '00000000-0000-4000-8000-0000000000ff' as HostUuid }),
    );
    expect(unknown.error).toMatchObject({ code: 'not-found' });
  });

  it('go on emptying a host when the worker is replaced in the middle', async () => {
    const { poolId: pool } = world().demo;
    const host = await eventually(async () => busiestHost());
    const fault = world().sim.faults.add({ method: 'VM.pool_migrate', effect: { kind: 'slow', ms: 500 } });
    const id = await ask(pool, { kind: 'host.maintain', host, concurrency: 1 });
    await eventually(async () => ((await look(id)).progress?.['moving'] === 1 ? true : undefined));
    expect(runningOn(host)).toBeGreaterThan(0);
    await world().database.session(async (session) =>
      session.change(
        `UPDATE pool SET lease_owner = 'thief', lease_epoch = lease_epoch + 1,
           lease_until = clock_timestamp() + interval '1 second' WHERE id = $1`,
        [pool],
      ),
    );
    const done = await outcome(id);
    fault.remove();
    expect(done).toMatchObject({ state: 'succeeded', result: { obstacles: [] } });
    expect(runningOn(host)).toBe(0);
    await outcome(await ask(pool, { kind: 'host.return', host }));
  });

  it('tell what lies about in them, and remove on command what provably belongs to nothing', async () => {
    const { poolId: pool } = world().demo;
    const spec = smallSystem(1, await firstSr(world()), 302);
    await ended(world(), await admit(world(), spec));
    const { sim } = world();
    const disk = sim.pool.db.rows('VDI').find((row) => row.text('name_label') === spec.disks[0]!.id)!;
    const likeIt = Object.fromEntries(
      ['SR', 'virtual_size', 'type', 'managed'].map((key) => [key, disk.get(key)]),
    );
    const tags = disk.map('other_config');
    const deletion = await ended(
      world(),
      await admit(world(), { ...spec, generation: 2, presence: 'absent' }, 'keep'),
    );
    expect(deletion.state).toBe('succeeded');
    const leave = (vsys: string): string => {
      const left = sim.pool.db.create('VDI', { ...likeIt, name_label: 'left' });
      const own = { ...tags, 'openvsys-vsys': vsys, 'openvsys-self': left.uuid };
      sim.pool.db.update(left, { other_config: own });
      return left.uuid;
    };
    // As after a restore of the pool's storage: one of a deleted system, one of a system that nobody knows here.
    const known = leave(spec.vsysId);
    const unknown = leave('DEMO0001-ZZZZZZZZZ');
    await eventually(async () => {
      await outcome(await ask(pool, { kind: 'pool.audit' }));
      return (await findings()).length === 2 ? true : undefined;
    });
    const removable = new Map((await findings()).map((finding) => [finding.uuid, finding.removable]));
    expect([removable.get(known), removable.get(unknown), removable.size]).toEqual([true, false, 2]);
    const refused = await outcome(await ask(pool, { kind: 'orphan.remove', uuid: unknown }));
    expect(refused.error).toMatchObject({ code: 'conflict' });
    const removed = await outcome(await ask(pool, { kind: 'orphan.remove', uuid: known }));
    expect(removed).toMatchObject({ state: 'succeeded', result: { uuid: known, class: 'VDI' } });
    expect(sim.pool.db.rows('VDI').map(({ uuid }) => uuid)).not.toContain(known);
    expect(sim.pool.db.rows('VDI').map(({ uuid }) => uuid)).toContain(unknown);
    expect((await findings()).map(({ uuid }) => uuid)).toEqual([unknown]);
    const never = await outcome(await ask(pool, { kind: 'orphan.remove', uuid: uuidv7() }));
    expect(never.error).toMatchObject({ code: 'not-found' });
  });

  it('do not begin what was cancelled', async () => {
    const { poolId: pool } = world().demo;
    const id = uuidv7();
    await world().database.transaction(async (session) => {
      await insertPoolOperation(session, {
        id,
        poolId: pool,
        task: { kind: 'pool.audit' },
        subject: null,
        secret: null,
        requestId: null,
        requestedBy: null,
        createdAt: new Date(),
      });
      await cancelPoolOperation(session, id, new Date());
    });
    expect(await outcome(id)).toMatchObject({ state: 'cancelled', startedAt: null });
  });

  async function findings(): Promise<readonly PoolFindingRecord[]> {
    const { poolId: pool } = world().demo;
    const page = await world().database.session(async (session) =>
      listPoolFindings(session, pool, ['orphan'], { limit: 100 }),
    );
    return page.items;
  }

  function runningOn(host: string): number {
    const { db } = world().sim.pool;
    return db
      .rows('VM')
      .filter((vm) => !vm.bool('is_control_domain') && db.find('host', vm.link('resident_on'))?.uuid === host)
      .length;
  }

  /** Never the coordinator: emptying that one restarts toolstacks, which takes its time. */
  function busiestHost(): HostUuid | undefined {
    const { db, master } = world().sim.pool;
    const hosts = db
      .rows('host')
      .filter((host) => host !== master)
      .toSorted((a, b) => runningOn(b.uuid) - runningOn(a.uuid));
    const [busiest] = hosts;
    return busiest !== undefined && runningOn(busiest.uuid) > 0 ? (busiest.uuid as HostUuid) : undefined;
  }
});
