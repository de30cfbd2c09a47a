import { Queue } from 'bullmq';
import { describe, expect, it } from 'vitest';
import { admit, ended, eventually, firstSr, objectsOf, smallSystem, useWorld } from './worker-fixture.js';

describe('a worker', () => {
  const world = useWorld();

  it('brings a system up, keeps it, meters it and takes it down without a trace', async () => {
    const worker = await world().startWorker('w-1');
    const spec = smallSystem(3, await firstSr(world()), 201);
    const creation = await ended(world(), await admit(world(), spec));
    expect(creation).toMatchObject({ state: 'succeeded', error: null });
    expect(creation.steps_done).toBeGreaterThanOrEqual(13);
    expect(objectsOf(world(), spec.vsysId)).toEqual({ vms: 3, running: 3, disks: 4, networks: 1 });
    // Of each server its running, its processors, its memory and its system disk; and the data disk.
    expect(await openUsage(spec.vsysId)).toBe(13);

    const deletion = await ended(
      world(),
      await admit(world(), { ...spec, generation: 2, presence: 'absent' }, 'keep'),
    );
    expect(deletion).toMatchObject({ state: 'succeeded', error: null });
    expect(objectsOf(world(), spec.vsysId)).toEqual({ vms: 0, running: 0, disks: 0, networks: 0 });
    expect(await openUsage(spec.vsysId)).toBe(0);

    const metrics = await (await fetch(`http://127.0.0.1:${worker.probePort}/metrics`)).text();
    expect(metrics).toMatch(/openvsys_pool_lease_held\{[^}]*\} 1/);
    expect(metrics).toMatch(/openvsys_actions_total\{kind="vserver.clone",outcome="done"[^}]*\} 3/);
    expect(metrics).toMatch(/openvsys_invariant_breaches\{[^}]*invariant="metered-once"[^}]*\} 0/);
    expect((await fetch(`http://127.0.0.1:${worker.probePort}/health/ready`)).status).toBe(200);
  });

  it('starts a server again that somebody stopped in the pool', async () => {
    const spec = smallSystem(1, await firstSr(world()), 202);
    await ended(world(), await admit(world(), spec));
    const { sim } = world();
    const vm = sim.pool.db.rows('VM').find((row) => row.get('name_label') === spec.servers[0]?.id);
    const client = new PoolUser(sim.hosts[0]?.url ?? '');
    await client.login();
    await client.call('VM.hard_shutdown', String(vm?.ref));
    await eventually(() => (objectsOf(world(), spec.vsysId).running === 0 ? true : undefined));
    await eventually(() => (objectsOf(world(), spec.vsysId).running === 1 ? true : undefined));
    expect(objectsOf(world(), spec.vsysId)).toMatchObject({ vms: 1, running: 1 });
  });

  it('makes a server anew that somebody destroyed in the pool, and says loudly that its contents are gone', async () => {
    const spec = smallSystem(1, await firstSr(world()), 206);
    await ended(world(), await admit(world(), spec));
    const { sim, database } = world();
    const server = spec.servers[0]?.id ?? '';
    const vm = sim.pool.db.rows('VM').find((row) => row.get('name_label') === server);
    const client = new PoolUser(sim.hosts[0]?.url ?? '');
    await client.login();
    await client.call('VM.hard_shutdown', String(vm?.ref));
    await client.call('VM.destroy', String(vm?.ref));
    const events = await eventually(async () => {
      const rows = await database.session(async (session) =>
        session.rows<{ data: { message: string } }>(
          `SELECT data FROM event WHERE resource = $1 AND type = 'vserver.contents-lost'`,
          [server],
        ),
      );
      return rows.length > 0 && objectsOf(world(), spec.vsysId).running === 1 ? rows : undefined;
    });
    expect(events).toHaveLength(1);
    expect(events[0]?.data.message).toContain('without what was in it');
    const row = await database.session(async (session) =>
      session.first<{ lost: Date | null }>('SELECT contents_lost_at AS lost FROM vserver WHERE id = $1', [
        server,
      ]),
    );
    expect(row?.lost).toBeInstanceOf(Date);
    const disk = await database.session(async (session) =>
      session.first<{ lost: Date | null }>('SELECT contents_lost_at AS lost FROM vdisk WHERE vsys_id = $1', [
        spec.vsysId,
      ]),
    );
    // The data disk was only detached: nothing of it is lost.
    expect(disk?.lost).toBeNull();
  });

  it('finds work without Redis and without notifications', async () => {
    const spec = smallSystem(1, await firstSr(world()), 203);
    const queue = new Queue(`pool-${world().demo.poolId}`, {
      connection: { url: world().redisUrl },
      prefix: 'openvsys',
    });
    await queue.obliterate({ force: true });
    await queue.close();
    const operation = await admit(world(), spec);
    expect(await ended(world(), operation)).toMatchObject({ state: 'succeeded' });
  });

  it('rolls back what the pool refuses and leaves nothing', async () => {
    const spec = smallSystem(2, await firstSr(world()), 204);
    const fault = world().sim.faults.add({
      method: 'VDI.create',
      effect: { kind: 'error', code: 'SR_FULL', params: ['5', '4'] },
    });
    const operation = await ended(world(), await admit(world(), spec, 'rollback'));
    fault.remove();
    expect(operation.state).toBe('failed');
    expect(operation.error).not.toBeNull();
    expect(objectsOf(world(), spec.vsysId)).toEqual({ vms: 0, running: 0, disks: 0, networks: 0 });
    expect(await openUsage(spec.vsysId)).toBe(0);
  });

  async function openUsage(vsys: string): Promise<number> {
    const row = await world().database.session(
      async (session) =>
        await session.first<{ n: number }>(
          'SELECT count(*)::int AS n FROM usage_interval WHERE vsys_id = $1 AND ended_at IS NULL',
          [vsys],
        ),
    );
    return row?.n ?? -1;
  }
});

/** Somebody else who works on the pool. */
class PoolUser {
  #session = '';

  constructor(private readonly url: string) {}

  async login(): Promise<void> {
    this.#session = String(
      await this.#post('session.login_with_password', ['root', 'secret', '1.0', 'somebody']),
    );
  }

  async call(method: string, ...params: readonly unknown[]): Promise<unknown> {
    return await this.#post(method, [this.#session, ...params]);
  }

  async #post(method: string, params: readonly unknown[]): Promise<unknown> {
    const response = await fetch(`${this.url}/jsonrpc`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
    });
    const { result, error } = (await response.json()) as { result?: unknown; error?: unknown };
    if (error !== undefined && error !== null) throw new Error(JSON.stringify(error));
    return result;
  }
}
