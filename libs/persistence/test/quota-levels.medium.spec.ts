/** What counts against which limit, at which level: stopped servers, systems of their own limits, operations in flight. */
import {
  DomainError,
  snapshotIdOf,
  storageQuotaOf,
  vdiskIdOf,
  vserverIdOf,
  withPower,
  withSnapshot,
  type QuotaResource,
  type QuotaScope,
  type SnapshotId,
  type VsysSpec,
} from '@openvsys/vsys';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  countQuotaUse,
  enforceQuotas,
  insertGeneration,
  insertOperation,
  insertVsys,
  listStorageUse,
  lockVsys,
  PgPoolLeaseStore,
  PgProvisioningStore,
  setQuotas,
  type Session,
} from '../src/index.js';
import { v7 as uuidv7 } from 'uuid';
import {
  admit,
  AT,
  expectInvariants,
  freshVsysId,
  newVsysOf,
  specOf,
  SR,
  useWorld,
} from './persistence-fixture.js';
import { operationId, type Fence, type Turn } from '@openvsys/vsys';

const getWorld = useWorld();
let fence: Fence;
beforeAll(async () => {
  const { database, poolId } = getWorld();
  const acquired = await new PgPoolLeaseStore(database).tryAcquire(poolId, 'worker', 3_600);
  if (acquired === undefined) throw new Error('the pool is owned by somebody else');
  fence = acquired;
});
afterAll(async () => expectInvariants(getWorld()));

async function totals(scope: QuotaScope, id: string): Promise<Partial<Record<QuotaResource, number>>> {
  const use = await getWorld().database.session((session) => countQuotaUse(session, scope, id));
  return Object.fromEntries(use.map(({ resource, used, reserved }) => [resource, used + reserved]));
}

async function limit(scope: QuotaScope, id: string, limits: Partial<Record<QuotaResource, number | null>>) {
  const entries = Object.entries(limits) as [QuotaResource, number | null][];
  await getWorld().database.transaction((session) =>
    setQuotas(
      session,
      scope,
      id,
      entries.map(([resource, value]) => ({ resource, limit: value })),
    ),
  );
}

/** A system of two servers of 1 vCPU and 2 GiB each. */
const system = async (): Promise<VsysSpec> =>
  (await getWorld().database.transaction((session) => admit(session, getWorld()))).spec;

/** Writes `next` as the newest generation as a use case does. */
async function become(next: VsysSpec): Promise<VsysSpec> {
  const world = getWorld();
  await world.database.transaction(async (session) => {
    const locked = await lockVsys(session, world.scope, next.vsysId);
    const facts = { ...locked, phase: 'changing', operationId: null, at: AT } as const;
    await insertGeneration(session, locked, { ...facts, spec: next });
    await order(session, next);
    await enforceQuotas(session, world, next);
  });
  return next;
}

async function order(session: Session, spec: VsysSpec): Promise<void> {
  const operation = {
    id: operationId(uuidv7()),
    organizationId: getWorld().organizationId,
    vsysId: spec.vsysId,
    kind: 'vsys.change',
    onFailure: 'rollback',
    generation: spec.generation,
    requestId: null,
    requestedBy: 'test',
    stepsTotal: 0,
    createdAt: AT,
  } as const;
  await insertOperation(session, operation, { id: uuidv7(), vsysName: spec.name });
}

async function reach(spec: VsysSpec, gone: readonly SnapshotId[] = []): Promise<void> {
  const store = new PgProvisioningStore(getWorld().database);
  const parts = gone.map((part) => ({ part, state: 'gone' as const, host: null, reason: null }));
  const turn: Turn = { vsysId: spec.vsysId, generation: spec.generation, at: AT, converged: true, parts };
  await store.commit(fence, turn);
}

const firstOf = ({ servers: [server] }: VsysSpec) => {
  if (server === undefined) throw new Error('the system has no server');
  return server.id;
};

describe('a stopped server', () => {
  it('gives back vCPUs and memory when it has stopped, and not before', async () => {
    const spec = await system();
    await reach(spec);
    expect(await totals('vsys', spec.vsysId)).toMatchObject({ vserver: 2, 'vserver-running': 2, vcpu: 2 });
    const stopped = await become(withPower(spec, firstOf(spec), 'stopped'));
    expect(await totals('vsys', spec.vsysId)).toMatchObject({ vcpu: 2, 'memory-mib': 4096 });
    await reach(stopped);
    expect(await totals('vsys', spec.vsysId)).toMatchObject({
      vserver: 2,
      'vserver-running': 1,
      vcpu: 1,
      'memory-mib': 2048,
      'storage-gib': 28,
    });
  });

  it('starts only when its vCPUs fit again', async () => {
    const spec = await system();
    await reach(spec);
    const stopped = await become(withPower(spec, firstOf(spec), 'stopped'));
    await reach(stopped);
    await limit('vsys', spec.vsysId, { vcpu: 1 });
    const start = become(withPower(stopped, firstOf(spec), 'running'));
    await expect(start).rejects.toMatchObject({
      code: 'quota-exceeded',
      message: expect.stringContaining('vcpu of the VSYS: limit 1, used 0, reserved 1, requested 1'),
      details: {
        exceeded: [
          { scope: 'vsys', scopeId: spec.vsysId, resource: 'vcpu', limit: 1, requested: 1, wouldBe: 2 },
        ],
      },
    });
    await limit('vsys', spec.vsysId, { vcpu: 2 });
    await become(withPower(stopped, firstOf(spec), 'running'));
    expect(await totals('vsys', spec.vsysId)).toMatchObject({ vcpu: 2 });
  });

  it('keeps room for a paused one: its memory stays on the host', async () => {
    const spec = await system();
    await reach(await become(withPower(spec, firstOf(spec), 'paused')));
    expect(await totals('vsys', spec.vsysId)).toMatchObject({ 'memory-mib': 4096 });
  });
});

describe('limits of a VSYS', () => {
  it('hold beside those of its VDC, and hold nobody else', async () => {
    const [one, other] = [await system(), await system()];
    await limit('vsys', one.vsysId, { vserver: 2 });
    const grown = (spec: VsysSpec): VsysSpec => ({
      ...spec,
      generation: spec.generation + 1,
      disks: spec.disks.map((disk) => ({ ...disk, sizeGiB: 30 })),
    });
    await limit('vsys', one.vsysId, { 'storage-gib': 30 });
    await expect(become(grown(one))).rejects.toMatchObject({
      details: { exceeded: [{ scope: 'vsys', requested: 10, wouldBe: 38, raisedBy: 'organization' }] },
    });
    await become(grown(other));
  });
});

describe('disks of a class', () => {
  const FAST = storageQuotaOf('fast');
  const onFast = (spec: VsysSpec): VsysSpec => ({
    ...spec,
    generation: spec.generation + 1,
    disks: [
      ...spec.disks,
      { id: vdiskIdOf(spec.vsysId, 2), name: 'log', sizeGiB: 5, sr: SR, server: null, diskClass: 'fast' },
    ],
  });

  it('count for their class and for all storage, wherever there is no class as standard ones', async () => {
    const spec = await system();
    const { database } = getWorld();
    const held = async () =>
      database.session(async (session) => [...(await listStorageUse(session, 'vsys', spec.vsysId)).values()]);
    expect(await held()).toEqual([{ resource: 'storage-gib/standard', used: 0, reserved: 28 }]);
    const [first, ...others] = spec.servers;
    if (first === undefined) throw new Error('the system has no server');
    const third = {
      ...first,
      id: vserverIdOf(spec.vsysId, 9),
      name: 'db',
      nics: [],
      systemDiskClass: 'fast',
    };
    await become({ ...onFast(spec), servers: [first, ...others, third] });
    expect(await held()).toEqual([
      { resource: FAST, used: 0, reserved: 9 },
      { resource: 'storage-gib/standard', used: 0, reserved: 28 },
    ]);
    expect(await totals('vsys', spec.vsysId)).toMatchObject({ 'storage-gib': 37 });
  });

  it('have a limit of their own that keeps no other disk out', async () => {
    const spec = await system();
    await limit('vsys', spec.vsysId, { [FAST]: 4 });
    await expect(become(onFast(spec))).rejects.toMatchObject({
      code: 'quota-exceeded',
      details: {
        exceeded: [
          { scope: 'vsys', resource: FAST, limit: 4, used: 0, reserved: 0, requested: 5, wouldBe: 5 },
        ],
      },
    });
    const { diskClass, ...standard } = onFast(spec).disks[1] ?? {};
    expect(diskClass).toBe('fast');
    await become({ ...onFast(spec), disks: [...spec.disks, standard as VsysSpec['disks'][number]] });
  });

  it('stop exactly at their limit: 300 at once, room for 20', async () => {
    const { database, vdcId } = getWorld();
    const before = await totalOfClass();
    await limit('vdc', vdcId, { [FAST]: before + 20 * 5 + 4 });
    const create = async () => {
      const bare = specOf(freshVsysId(), 0, { vlan: 0, macs: [], publicAddress: undefined });
      const mine = { ...onFast({ ...bare, nets: [], disks: [] }), generation: 1 };
      for (;;) {
        try {
          return await database.transaction(async (session) => {
            await insertVsys(session, newVsysOf(getWorld(), mine, null));
            await enforceQuotas(session, getWorld(), mine);
          });
        } catch (error) {
          // No connection was free for too long: nothing was done, and a caller would repeat it.
          if (!(error instanceof DomainError) || error.code !== 'unavailable') throw error;
        }
      }
    };
    const tries = await Promise.allSettled(Array.from({ length: 300 }, create));
    const refused = tries.filter((result) => result.status === 'rejected');
    expect(refused.every(({ reason }) => Reflect.get(reason, 'code') === 'quota-exceeded')).toBe(true);
    expect(tries.length - refused.length).toBe(20);
    expect(await totalOfClass()).toBe(before + 100);
    await limit('vdc', vdcId, { [FAST]: null });
  }, 60_000);

  async function totalOfClass(): Promise<number> {
    const { database, vdcId } = getWorld();
    const [use] = await database.session((session) => countQuotaUse(session, 'vdc', vdcId, [FAST]));
    return (use?.used ?? 0) + (use?.reserved ?? 0);
  }
});

describe('snapshots', () => {
  it('are counted until the spec without them is reached', async () => {
    const spec = await system();
    const snapshot = {
      id: snapshotIdOf(spec.vsysId, 1),
      name: 'before',
      servers: [firstOf(spec)],
      withMemory: false,
    };
    const taken = await become(withSnapshot(spec, snapshot));
    await reach(taken);
    expect(await totals('vsys', spec.vsysId)).toMatchObject({ snapshot: 1 });
    const without = await become({ ...taken, generation: taken.generation + 1, snapshots: [] });
    expect(await totals('vsys', spec.vsysId)).toMatchObject({ snapshot: 1 });
    await reach(without, [snapshot.id]);
    expect(await totals('vsys', spec.vsysId)).toMatchObject({ snapshot: 0 });
  });
});

describe('operations in flight', () => {
  it('are limited, may be tried again, and keep nobody from deleting', async () => {
    const spec = await system();
    await limit('vsys', spec.vsysId, { operation: 1 });
    const stop = become(withPower(spec, firstOf(spec), 'stopped'));
    await expect(stop).rejects.toMatchObject({ code: 'quota-exceeded', retry: 'same' });
    await become({ ...spec, generation: 2, presence: 'absent' });
    expect(await totals('vsys', spec.vsysId)).toMatchObject({ operation: 2 });
  });
});
