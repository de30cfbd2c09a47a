/** Ownership of pools: one owner at a time, by the database's clock. */
import type { Fence } from '@openvsys/vsys';
import { beforeEach, describe, expect, it } from 'vitest';
import { CapacityStore, listPlaces, PgPoolLeaseStore, PoolStore } from '../src/index.js';
import { AT, look, secrets, SR, useWorld } from './persistence-fixture.js';

const getWorld = useWorld();
const leases = () => new PgPoolLeaseStore(getWorld().database);

async function acquire(workerId: string, seconds = 60): Promise<Fence> {
  const fence = await leases().tryAcquire(getWorld().poolId, workerId, seconds);
  if (fence === undefined) throw new Error('the lease is free');
  return fence;
}

/** As if the time had passed. */
const expire = () =>
  look(
    getWorld(),
    `UPDATE pool SET lease_until = clock_timestamp() - interval '1 ms' WHERE lease_owner IS NOT NULL`,
  );

beforeEach(async () => {
  await look(getWorld(), 'UPDATE pool SET lease_owner = NULL, lease_until = NULL');
});

describe('a pool lease', () => {
  it('is given to exactly one of many workers', async () => {
    const { poolId } = getWorld();
    const tried = await Promise.all(
      Array.from({ length: 40 }, async (_, n) => leases().tryAcquire(poolId, `worker-${n}`, 60)),
    );
    expect(tried.filter((fence) => fence !== undefined)).toHaveLength(1);
  });

  it('is not given to a second process under the same worker id', async () => {
    await acquire('worker-1');
    expect(await leases().tryAcquire(getWorld().poolId, 'worker-1', 60)).toBeUndefined();
  });

  it('grows its epoch with each owner and refuses what is old', async () => {
    const old = await acquire('worker-1');
    await expire();
    const next = await acquire('worker-2');
    expect(next.epoch).toBe(old.epoch + 1);
    expect(await leases().renew(old, 60)).toBe(false);
    await leases().release(old);
    expect(await leases().renew(next, 60)).toBe(true);
  });

  it('cannot be renewed once it has ended, even if nobody else took it', async () => {
    const fence = await acquire('worker-1');
    await expire();
    expect(await leases().renew(fence, 60)).toBe(false);
  });

  it('tells its owner and its end, and is free at once when released', async () => {
    const { poolId } = getWorld();
    const fence = await acquire('worker-1', 30);
    const mine = (await leases().list()).find((lease) => lease.poolId === poolId);
    expect(mine?.owner).toBe('worker-1');
    expect(mine?.endsInMs).toBeGreaterThan(25_000);
    expect(mine?.endsInMs).toBeLessThanOrEqual(30_000);
    await leases().release(fence);
    expect((await leases().list()).find((lease) => lease.poolId === poolId)).toEqual({
      poolId,
      owner: null,
      endsInMs: 0,
    });
  });
});

describe('a pool', () => {
  it('keeps its password sealed and gives it back opened', async () => {
    const { database, poolId } = getWorld();
    expect(await new PoolStore(database, secrets).get(poolId)).toMatchObject({
      name: 'pool-1',
      password: 'canary-password',
    });
    const [row] = await look<{ text: string }>(
      getWorld(),
      `SELECT encode(secret, 'escape') AS text FROM pool WHERE id = $1`,
      [poolId],
    );
    expect(row?.text).not.toContain('canary');
  });

  it('shows the last seen capacity, written by its owner only', async () => {
    const { database, poolId, zoneId } = getWorld();
    const store = new CapacityStore(database);
    const host = { uuid: '00000000-0000-4000-8000-000000000001', name: 'xcp-1', available: true, cpus: 16 };
    const capacity = {
      hosts: [{ ...host, memoryMiB: 65536, freeMemoryMiB: 60000, roles: ['a/web'] }],
      srs: [{ uuid: SR, name: 'nfs', type: 'nfs', shared: true, sizeGiB: 1000.7, freeGiB: 900.2 }],
      images: [{ name: 'debian-13', sr: SR, systemDiskGiB: 4 }],
    };
    const fence = await acquire('worker-1');
    await store.replace(
      fence,
      { ...capacity, hosts: [...capacity.hosts, { ...capacity.hosts[0], uuid: SR } as never] } as never,
      AT,
    );
    await store.replace(fence, capacity as never, AT);
    const seen = (await database.session((session) => listPlaces(session, zoneId))).find(
      (each) => each.poolId === poolId,
    );
    expect(seen).toMatchObject({ ...capacity, srs: [{ sizeGiB: 1000, freeGiB: 900 }], seenAt: AT });
    await expect(store.replace({ ...fence, epoch: 0 }, capacity as never, AT)).rejects.toMatchObject({
      code: 'lease-lost',
    });
  });
});
