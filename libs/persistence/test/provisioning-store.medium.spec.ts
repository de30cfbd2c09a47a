/** The engine's store on a real PostgreSQL: fence, repetition, reservations, usage, roll-back. */
import {
  actionKey,
  nicIdOf,
  type ActionId,
  type Fence,
  type Intent,
  type Turn,
  type VsysSpec,
} from '@openvsys/vsys';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  countQuotaUse,
  insertGeneration,
  lockVsys,
  PgPoolLeaseStore,
  PgProvisioningStore,
} from '../src/index.js';
import { admit, AT, look, useWorld, type Admitted, expectInvariants } from './persistence-fixture.js';

const getWorld = useWorld();
afterAll(async () => expectInvariants(getWorld()));
const LATER = new Date(AT.getTime() + 90_000);

let fence: Fence;
let store: PgProvisioningStore;

beforeAll(async () => {
  const { database, poolId } = getWorld();
  store = new PgProvisioningStore(database);
  const acquired = await new PgPoolLeaseStore(database).tryAcquire(poolId, 'worker-1', 600);
  if (acquired === undefined) throw new Error('the lease is free');
  fence = acquired;
});

const admitted = async (): Promise<Admitted> => {
  const world = getWorld();
  return world.database.transaction((session) => admit(session, world));
};

function firstServer(spec: VsysSpec) {
  const server = spec.servers[0];
  if (server === undefined) throw new Error('the spec has a server');
  return server;
}

function cloneIntent({ spec, operationId }: Admitted): Intent {
  const { id, image } = firstServer(spec);
  const action = { kind: 'vserver.clone', part: id, image } as const;
  return { id: uuidv7() as ActionId, operationId, action, key: actionKey(action), attempt: 1, host: null };
}

const turnOf = (spec: VsysSpec, facts: Partial<Turn>): Turn => ({
  vsysId: spec.vsysId,
  generation: spec.generation,
  at: AT,
  ...facts,
});

const allParts = ({ servers, disks, nets, publicIps }: VsysSpec) => [
  ...servers.map(({ id }) => id),
  ...servers.flatMap(({ nics }) => nics.map(({ id }) => id)),
  ...disks.map(({ id }) => id),
  ...nets.map(({ id }) => id),
  ...publicIps.map(({ id }) => id),
];

describe('findWork', () => {
  it('answers everything that the loop starts from', async () => {
    const { spec, operationId } = await admitted();
    const work = await store.findWork(spec.vsysId);
    expect(work).toMatchObject({
      poolId: getWorld().poolId,
      organizationId: getWorld().organizationId,
      spec,
      observedGeneration: 0,
      parked: null,
      phase: 'provisioning',
      openActions: [],
      operations: [
        {
          id: operationId,
          generation: 1,
          state: 'queued',
          onFailure: 'rollback',
          cancelRequested: false,
          stepsDone: 0,
        },
      ],
    });
    expect(work?.reachedSpec).toBeUndefined();
    expect(work?.parts.map(({ part }) => part).toSorted()).toEqual(allParts(spec).toSorted());
    expect(
      work?.parts.every(({ state, host, reason }) => state === 'planned' && host === null && reason === null),
    ).toBe(true);
  });

  it('knows intents without a result as open actions', async () => {
    const system = await admitted();
    const intent = cloneIntent(system);
    await store.commit(fence, turnOf(system.spec, { intents: [intent] }));
    const { action, id } = intent;
    expect((await store.findWork(system.spec.vsysId))?.openActions).toEqual([
      { id, action, attempt: 1, host: null, epoch: fence.epoch },
    ]);
    const result = { id, outcome: 'done', startedAt: AT, finishedAt: LATER } as const;
    await store.commit(fence, turnOf(system.spec, { results: [result] }));
    expect((await store.findWork(system.spec.vsysId))?.openActions).toEqual([]);
  });

  it('answers undefined for a VSYS that is deleted or never was', async () => {
    const { spec } = await admitted();
    await store.commit(fence, turnOf(spec, { phase: 'deleted', converged: true }));
    expect(await store.findWork(spec.vsysId)).toBeUndefined();
  });
});

describe('the fence', () => {
  it.each([
    ['an older epoch', (now: Fence): Fence => ({ ...now, epoch: now.epoch - 1 })],
    ['another worker', (now: Fence): Fence => ({ ...now, workerId: 'worker-2' })],
    ['another pool', (now: Fence): Fence => ({ ...now, poolId: getWorld().otherPoolId })],
  ])('refuses a turn of %s and changes nothing', async (_title, wrong) => {
    const system = await admitted();
    const turn = turnOf(system.spec, { intents: [cloneIntent(system)], phase: 'ready', converged: true });
    await expect(store.commit(wrong(fence), turn)).rejects.toMatchObject({ code: 'lease-lost' });
    expect(await store.findWork(system.spec.vsysId)).toMatchObject({
      openActions: [],
      phase: 'provisioning',
    });
  });
});

it('refuses a turn about a VSYS of another pool, also from the owner of that pool', async () => {
  const { database, otherPoolId } = getWorld();
  const other = await new PgPoolLeaseStore(database).tryAcquire(otherPoolId, 'worker-1', 600);
  if (other === undefined) throw new Error('the lease is free');
  const { spec } = await admitted();
  await expect(store.commit(other, turnOf(spec, { phase: 'ready' }))).rejects.toMatchObject({
    code: 'stale',
  });
});

describe('commit', () => {
  it('changes nothing when the same turn comes again', async () => {
    const system = await admitted();
    const { spec, operationId } = system;
    const intent = cloneIntent(system);
    const server = firstServer(spec);
    const items = [{ dimension: 'vserver-running', product: server.type, quantity: 1 }] as const;
    const turn = turnOf(spec, {
      intents: [intent],
      parts: [{ part: server.id, state: 'running', host: null, reason: null }],
      holdings: [{ resource: server.id, items }],
      operations: [{ id: operationId, state: 'running', stepsDone: 1, stepsTotal: 9 }],
      phase: 'changing',
    });
    // One event is of the admission.
    const count = async () =>
      look(
        getWorld(),
        `SELECT (SELECT count(*) FROM event WHERE vsys_id = $1) AS events,
           (SELECT count(*) FROM usage_interval WHERE vsys_id = $1) AS intervals,
           (SELECT count(*) FROM action WHERE vsys_id = $1) AS actions`,
        [spec.vsysId],
      );
    await store.commit(fence, turn);
    const after = await count();
    expect(after).toEqual([{ events: 4, intervals: 1, actions: 1 }]);
    await store.commit(fence, turn);
    expect(await count()).toEqual(after);
  });

  it('writes a part, its host and one event for each change of state', async () => {
    const { spec } = await admitted();
    const { id } = firstServer(spec);
    const host = '019399d2-5d5a-7cc8-9d6e-0a2f6d3b1c11' as never;
    const status = { part: id, state: 'starting', host, reason: 'waits for a slot' } as const;
    await store.commit(fence, turnOf(spec, { parts: [status] }));
    expect((await store.findWork(spec.vsysId))?.parts).toContainEqual(status);
    const events = await look(getWorld(), `SELECT type, data FROM event WHERE resource = $1 ORDER BY id`, [
      id,
    ]);
    expect(events).toEqual([
      { type: 'vserver.starting', data: { state: 'starting', host, reason: 'waits for a slot' } },
    ]);
  });

  it('opens, keeps and closes usage by what a part holds', async () => {
    const { spec } = await admitted();
    const { id } = firstServer(spec);
    const holding = (
      dimension: 'vserver-running' | 'system-disk-gib',
      product: string,
      quantity: number,
    ) => ({
      dimension,
      product,
      quantity,
    });
    const say = async (
      at: Date,
      items: ReturnType<typeof holding>[],
      state: 'running' | 'stopped' | 'gone',
    ) =>
      store.commit(
        fence,
        turnOf(spec, {
          at,
          parts: [{ part: id, state, host: null, reason: null }],
          holdings: [{ resource: id, items }],
        }),
      );
    const minute = (n: number) => new Date(AT.getTime() + n * 60_000);
    await say(
      minute(0),
      [holding('vserver-running', 'small', 1), holding('system-disk-gib', 'disk', 4)],
      'running',
    );
    await say(minute(10), [holding('system-disk-gib', 'disk', 4)], 'stopped');
    await say(
      minute(20),
      [holding('vserver-running', 'large', 1), holding('system-disk-gib', 'disk', 4)],
      'running',
    );
    await say(minute(30), [], 'gone');
    const intervals = await look(
      getWorld(),
      `SELECT dimension, product, quantity, started_at AS "from", ended_at AS "to" FROM usage_interval
       WHERE resource = $1 ORDER BY dimension, started_at`,
      [id],
    );
    expect(intervals).toEqual([
      { dimension: 'system-disk-gib', product: 'disk', quantity: 4, from: minute(0), to: minute(30) },
      { dimension: 'vserver-running', product: 'small', quantity: 1, from: minute(0), to: minute(10) },
      { dimension: 'vserver-running', product: 'large', quantity: 1, from: minute(20), to: minute(30) },
    ]);
  });

  it('opens nothing for a part that is gone', async () => {
    const { spec } = await admitted();
    const { id } = firstServer(spec);
    const items = [{ dimension: 'system-disk-gib', product: 'disk', quantity: 4 }] as const;
    const say = async (state: 'gone' | 'deleting') =>
      store.commit(
        fence,
        turnOf(spec, {
          parts: [{ part: id, state, host: null, reason: null }],
          holdings: [{ resource: id, items: state === 'gone' ? [] : items }],
        }),
      );
    await say('gone');
    await say('deleting');
    expect(await look(getWorld(), 'SELECT FROM usage_interval WHERE resource = $1', [id])).toEqual([]);
  });

  it('never lets intervals overlap or run backwards when a clock goes back', async () => {
    const { spec } = await admitted();
    const { id } = firstServer(spec);
    const say = async (at: Date, quantity: number) =>
      store.commit(
        fence,
        turnOf(spec, {
          at,
          holdings: [{ resource: id, items: [{ dimension: 'vdisk-gib', product: 'x', quantity }] }],
        }),
      );
    await say(LATER, 1);
    await say(AT, 2);
    await say(new Date(LATER.getTime() + 1000), 3);
    const intervals = await look(
      getWorld(),
      `SELECT quantity, started_at AS "from", ended_at AS "to" FROM usage_interval WHERE resource = $1 ORDER BY quantity`,
      [id],
    );
    expect(intervals).toEqual([
      { quantity: 1, from: LATER, to: LATER },
      { quantity: 2, from: LATER, to: new Date(LATER.getTime() + 1000) },
      { quantity: 3, from: new Date(LATER.getTime() + 1000), to: null },
    ]);
  });

  it('gives everything back when a VSYS is deleted, even what no turn spoke of', async () => {
    const { spec } = await admitted();
    const { id } = firstServer(spec);
    const items = [{ dimension: 'vserver-running', product: 'small', quantity: 1 }] as const;
    await store.commit(fence, turnOf(spec, { holdings: [{ resource: id, items }] }));
    await store.commit(fence, turnOf(spec, { at: LATER, phase: 'deleted', converged: true }));
    const left = await look(
      getWorld(),
      `SELECT (SELECT count(*) FROM vserver WHERE vsys_id = $1 AND released_at IS NULL)
        + (SELECT count(*) FROM vdisk WHERE vsys_id = $1 AND released_at IS NULL)
        + (SELECT count(*) FROM vnet WHERE vsys_id = $1 AND released_at IS NULL)
        + (SELECT count(*) FROM nic WHERE vsys_id = $1 AND released_at IS NULL)
        + (SELECT count(*) FROM public_ip WHERE vsys_id = $1 AND released_at IS NULL)
        + (SELECT count(*) FROM public_address WHERE vsys_id = $1)
        + (SELECT count(*) FROM usage_interval WHERE vsys_id = $1 AND ended_at IS NULL) AS held`,
      [spec.vsysId],
    );
    expect(left).toEqual([{ held: 0 }]);
  });

  it('ends an operation once', async () => {
    const { spec, operationId } = await admitted();
    const end = (state: 'succeeded' | 'failed', at: Date) =>
      store.commit(
        fence,
        turnOf(spec, { at, operations: [{ id: operationId, state, stepsDone: 4, stepsTotal: 4 }] }),
      );
    await end('succeeded', AT);
    await end('failed', LATER);
    expect(
      await look(getWorld(), 'SELECT state, finished_at AS at FROM operation WHERE id = $1', [operationId]),
    ).toEqual([{ state: 'succeeded', at: AT }]);
  });

  it('gives back what is gone when the spec is reached, and nothing before or beside it', async () => {
    const world = getWorld();
    const { spec } = await admitted();
    await store.commit(fence, turnOf(spec, { converged: true }));
    const held = async () =>
      look(
        world,
        `SELECT (SELECT count(*) FROM vserver WHERE vsys_id = $1 AND released_at IS NULL) AS servers,
           (SELECT count(*) FROM nic WHERE vsys_id = $1 AND released_at IS NULL) AS nics,
           (SELECT count(*) FROM vnet WHERE vsys_id = $1 AND released_at IS NULL) AS nets,
           (SELECT count(*) FROM public_address WHERE vsys_id = $1) AS addresses`,
        [spec.vsysId],
      );
    expect(await held()).toEqual([{ servers: 2, nics: 2, nets: 1, addresses: 1 }]);
    const smaller: VsysSpec = { ...spec, generation: 2, servers: spec.servers.slice(0, 1), publicIps: [] };
    await world.database.transaction(async (session) => {
      const locked = await lockVsys(session, world.scope, spec.vsysId);
      const facts = { ...locked, phase: 'changing', operationId: null, at: AT } as const;
      await insertGeneration(session, locked, { ...facts, spec: smaller });
    });
    const removed = [
      // As the engine tells it: a server goes with its NICs.
      ...spec.servers.slice(1).flatMap(({ id }) => [id, nicIdOf(id, 0)]),
      ...spec.publicIps.map(({ id }) => id),
    ];
    const gone = removed.map((part) => ({ part, state: 'gone', host: null, reason: null }) as const);
    await store.commit(fence, turnOf(smaller, { parts: gone }));
    expect(await held()).toEqual([{ servers: 2, nics: 2, nets: 1, addresses: 1 }]);
    await store.commit(fence, turnOf(smaller, { converged: true }));
    expect(await held()).toEqual([{ servers: 1, nics: 1, nets: 1, addresses: 0 }]);
  });

  it('keeps the quota of a server that is made smaller until it is smaller', async () => {
    const world = getWorld();
    const { spec } = await admitted();
    await store.commit(fence, turnOf(spec, { converged: true }));
    const vcpus = async () => {
      const use = await world.database.session((session) =>
        countQuotaUse(session, 'organization', world.organizationId),
      );
      const { used = 0, reserved = 0 } = use.find(({ resource }) => resource === 'vcpu') ?? {};
      return used + reserved;
    };
    const become = async (vcpusEach: number, generation: number): Promise<VsysSpec> => {
      const next = {
        ...spec,
        generation,
        servers: spec.servers.map((server) => ({ ...server, vcpus: vcpusEach })),
      };
      await world.database.transaction(async (session) => {
        const locked = await lockVsys(session, world.scope, spec.vsysId);
        await insertGeneration(session, locked, {
          ...locked,
          phase: 'changing',
          operationId: null,
          at: AT,
          spec: next,
        });
      });
      return next;
    };
    const before = await vcpus();
    const larger = await become(8, 2);
    expect(await vcpus()).toBe(before + 14);
    await store.commit(fence, turnOf(larger, { converged: true }));
    const smaller = await become(2, 3);
    expect(await vcpus()).toBe(before + 14);
    await store.commit(fence, turnOf(larger, { converged: true }));
    expect(await vcpus()).toBe(before + 14);
    await store.commit(fence, turnOf(smaller, { converged: true }));
    expect(await vcpus()).toBe(before + 2);
  });

  it('keeps what is reached, and parks only the newest generation', async () => {
    const { spec } = await admitted();
    await store.commit(fence, turnOf(spec, { phase: 'ready', converged: true }));
    const work = await store.findWork(spec.vsysId);
    expect(work).toMatchObject({ observedGeneration: 1, phase: 'ready', reachedSpec: spec });
    const parked = { code: 'pool-refused', message: 'no', retry: 'never' } as const;
    await store.commit(fence, turnOf(spec, { generation: 0, parked, phase: 'needs-attention' }));
    expect(await store.findWork(spec.vsysId)).toMatchObject({ parked: null, phase: 'ready' });
    await store.commit(fence, turnOf(spec, { parked, phase: 'needs-attention' }));
    expect(await store.findWork(spec.vsysId)).toMatchObject({ parked, phase: 'needs-attention' });
  });
});

describe('a roll-back', () => {
  it('to nothing wants no part any more but keeps each reserved until all is gone', async () => {
    const { spec, operationId } = await admitted();
    const newSpec: VsysSpec = { ...spec, generation: 2, presence: 'absent' };
    const turn = turnOf(spec, {
      newSpec,
      operations: [{ id: operationId, state: 'rolling-back', stepsDone: 1, stepsTotal: 5, generation: 2 }],
    });
    await store.commit(fence, turn);
    await store.commit(fence, turn);
    expect(await store.findWork(spec.vsysId)).toMatchObject({
      spec: newSpec,
      operations: [{ state: 'rolling-back', generation: 2 }],
    });
    const [held] = await look<{ wanted: number; held: number }>(
      getWorld(),
      `SELECT count(*) FILTER (WHERE wanted) AS wanted, count(*) FILTER (WHERE released_at IS NULL) AS held
       FROM vserver WHERE vsys_id = $1`,
      [spec.vsysId],
    );
    expect(held).toEqual({ wanted: 0, held: 2 });
  });

  it('to the reached spec brings back parts that were gone meanwhile, with their addresses', async () => {
    const world = getWorld();
    const { spec } = await admitted();
    await store.commit(fence, turnOf(spec, { phase: 'ready', converged: true }));
    const smaller: VsysSpec = { ...spec, generation: 2, servers: spec.servers.slice(0, 1), publicIps: [] };
    await world.database.transaction(async (session) => {
      const locked = await lockVsys(session, world.scope, spec.vsysId);
      expect(locked.spec).toEqual(spec);
      await insertGeneration(session, locked, {
        ...locked,
        spec: smaller,
        phase: 'changing',
        operationId: null,
        at: AT,
      });
    });
    const removed = [
      ...spec.servers.slice(1).flatMap(({ id }) => [id, nicIdOf(id, 0)]),
      ...spec.publicIps.map(({ id }) => id),
    ];
    const gone = removed.map((part) => ({ part, state: 'gone', host: null, reason: null }) as const);
    await store.commit(fence, turnOf(smaller, { parts: gone }));
    expect((await store.findWork(spec.vsysId))?.parts).toHaveLength(4);
    await store.commit(fence, turnOf(smaller, { newSpec: { ...spec, generation: 3 } }));
    const work = await store.findWork(spec.vsysId);
    expect(work?.parts.map(({ part }) => part).toSorted()).toEqual(allParts(spec).toSorted());
    const [address] = await look(world, 'SELECT count(*) AS n FROM public_address WHERE vsys_id = $1', [
      spec.vsysId,
    ]);
    expect(address).toEqual({ n: 1 });
  });

  it('is refused as stale when somebody changed the VSYS meanwhile', async () => {
    const { spec } = await admitted();
    const absent: VsysSpec = { ...spec, generation: 2, presence: 'absent' };
    await store.commit(fence, turnOf(spec, { newSpec: absent }));
    const other: VsysSpec = { ...spec, generation: 2, name: 'other' };
    await expect(store.commit(fence, turnOf(spec, { newSpec: other }))).rejects.toMatchObject({
      code: 'stale',
    });
  });
});

describe('sweeps', () => {
  it('find what is unsettled and not parked, and page through what lives', async () => {
    const { poolId } = getWorld();
    const { spec } = await admitted();
    expect(await store.listUnsettled(poolId, 1000)).toContain(spec.vsysId);
    await store.commit(fence, turnOf(spec, { parked: { code: 'internal', message: 'x', retry: 'never' } }));
    expect(await store.listUnsettled(poolId, 1000)).not.toContain(spec.vsysId);
    const first = await store.listLive(poolId, null, 2);
    const second = await store.listLive(poolId, first.at(-1) ?? null, 1000);
    expect([...first, ...second]).toContain(spec.vsysId);
    expect(new Set([...first, ...second]).size).toBe(first.length + second.length);
    expect(await store.listLive(getWorld().otherPoolId, null, 10)).toEqual([]);
  });
});
