/** LISTEN survives a lost connection, and the database pool a killed one. */
import { afterEach, describe, expect, it, vi } from 'vitest';
import {
  openNotifications,
  PgPoolLeaseStore,
  PgProvisioningStore,
  type Notification,
  type Notifications,
} from '../src/index.js';
import { admit, AT, look, useWorld } from './persistence-fixture.js';

const getWorld = useWorld();
let open: Notifications | undefined;
afterEach(async () => open?.close());

const killOthers = (name: string) =>
  look(
    getWorld(),
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
     WHERE datname = current_database() AND application_name = $1 AND pid <> pg_backend_pid()`,
    [name],
  );

describe('notifications', () => {
  it('arrive when the transaction commits, and again after the connection was lost', async () => {
    const { database } = getWorld();
    const seen: Notification[] = [];
    let connections = 0;
    open = await openNotifications({
      url: getWorld().url,
      channels: ['openvsys_vsys', 'openvsys_pool'],
      onNotification: (notification) => seen.push(notification),
      onConnected: () => {
        connections += 1;
      },
    });
    await database.transaction((session) => session.notify('openvsys_vsys', 'first'));
    await vi.waitFor(() => expect(seen).toEqual([{ channel: 'openvsys_vsys', payload: 'first' }]), {
      timeout: 5_000,
    });
    await killOthers('openvsys-listen');
    await vi.waitFor(() => expect(connections).toBe(2), { timeout: 10_000 });
    await database.transaction((session) => session.notify('openvsys_pool', 'second'));
    await vi.waitFor(() => expect(seen.at(-1)?.payload).toBe('second'), { timeout: 5_000 });
  });

  it('tell of an operation after each turn that shows in it, also of its end', async () => {
    const world = getWorld();
    const store = new PgProvisioningStore(world.database);
    const fence = await new PgPoolLeaseStore(world.database).tryAcquire(world.poolId, 'worker-1', 600);
    if (fence === undefined) throw new Error('the lease is free');
    const { spec, operationId } = await world.database.transaction((session) => admit(session, world));
    const seen: string[] = [];
    open = await openNotifications({
      url: world.url,
      channels: ['openvsys_operation'],
      onNotification: ({ payload }) => seen.push(payload),
    });
    const turn = { vsysId: spec.vsysId, generation: 1, at: AT };
    const heard = async (times: number) =>
      vi.waitFor(() => expect(seen.filter((id) => id === operationId)).toHaveLength(times), {
        timeout: 5_000,
      });
    await store.commit(fence, { ...turn, phase: 'changing' });
    await heard(1);
    await store.commit(fence, {
      ...turn,
      operations: [{ id: operationId, state: 'succeeded', stepsDone: 1, stepsTotal: 1 }],
    });
    await heard(2);
    await expect(store.commit({ ...fence, epoch: 0 }, { ...turn, phase: 'ready' })).rejects.toThrow();
    expect(seen).toHaveLength(2);
  });
});

describe('the database pool', () => {
  it('says unavailable for a transaction whose connection was killed, and serves the next', async () => {
    const { database } = getWorld();
    const interrupted = database.transaction(async (session) => {
      const [row] = await session.rows<{ pid: number }>('SELECT pg_backend_pid() AS pid');
      await look(getWorld(), 'SELECT pg_terminate_backend($1)', [row?.pid]);
      return session.rows('SELECT 1');
    });
    await expect(interrupted).rejects.toMatchObject({ code: 'unavailable', retry: 'same' });
    await expect(database.ping()).resolves.toBeUndefined();
  });

  it('rolls back everything of a transaction that failed', async () => {
    const { database, zoneId } = getWorld();
    const failed = database.transaction(async (session) => {
      await session.change('UPDATE zone SET name = $2 WHERE id = $1', [zoneId, 'changed']);
      throw new TypeError('a defect');
    });
    await expect(failed).rejects.toThrow(TypeError);
    expect(await look(getWorld(), 'SELECT name FROM zone WHERE id = $1', [zoneId])).toEqual([
      { name: 'zone-1' },
    ]);
  });

  it('runs a transaction again that lost a deadlock', async () => {
    const { database, poolId, otherPoolId } = getWorld();
    const touch = async (first: string, second: string) =>
      database.transaction(async (session) => {
        await session.change(`UPDATE pool SET reason = 'x' WHERE id = $1`, [first]);
        await session.rows('SELECT pg_sleep(0.2)');
        await session.change(`UPDATE pool SET reason = 'x' WHERE id = $1`, [second]);
      });
    await expect(Promise.all([touch(poolId, otherPoolId), touch(otherPoolId, poolId)])).resolves.toHaveLength(
      2,
    );
  });
});

describe('what never changes', () => {
  it('is refused by the database itself', async () => {
    const world = getWorld();
    await look(
      world,
      `INSERT INTO audit (id, actor, verb, resource, at, detail) VALUES (gen_random_uuid(), 'a', 'v', 'r', now(), '{}')`,
    );
    await expect(look(world, `UPDATE audit SET actor = 'b'`)).rejects.toMatchObject({ code: 'conflict' });
    await expect(look(world, 'DELETE FROM audit')).rejects.toMatchObject({ code: 'conflict' });
  });
});
