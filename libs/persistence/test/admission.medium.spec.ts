/** Admissions side by side: nothing is given out twice, no limit is exceeded by one, nothing is left after a refusal. */
import {
  DomainError,
  organizationId,
  QUOTA_RESOURCES,
  quotaDemandOf,
  Scope,
  storageQuotaOf,
  type VsysSpec,
} from '@openvsys/vsys';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, describe, expect, it } from 'vitest';
import {
  claimIdempotencyKey,
  countQuotaUse,
  enforceQuotas,
  ensureDescriptorVersion,
  findDescriptorByName,
  listBrokenInvariants,
  insertGeneration,
  insertVsys,
  lockVsys,
  nextMacs,
  pickPublicAddresses,
  pickVlans,
  purgeIdempotencyKeys,
  setQuotas,
  storeAnswer,
  type Session,
} from '../src/index.js';
import {
  admit,
  AT,
  freshVsysId,
  look,
  newVsysOf,
  specOf,
  useWorld,
  expectInvariants,
} from './persistence-fixture.js';

const getWorld = useWorld();
afterAll(async () => expectInvariants(getWorld()));

const withoutNets = (spec: VsysSpec): VsysSpec => ({
  ...spec,
  nets: [],
  servers: spec.servers.map((server) => ({ ...server, nics: [] })),
});

describe('parallel admissions', () => {
  it('never share a VLAN, a MAC or a public address', async () => {
    const world = getWorld();
    await Promise.all(
      Array.from({ length: 60 }, async () =>
        world.database.transaction((session) => admit(session, world, 3)),
      ),
    );
    const [counts] = await look<Record<string, number>>(
      world,
      `SELECT (SELECT count(*) FROM vnet) AS nets, (SELECT count(DISTINCT vlan) FROM vnet) AS vlans,
         (SELECT max(vlan) FROM vnet) AS "lastVlan", (SELECT count(DISTINCT mac) FROM nic) AS macs,
         (SELECT count(DISTINCT address) FROM public_ip) AS addresses,
         (SELECT count(*) FROM public_address a JOIN public_ip p ON p.address = a.address AND p.id = a.public_ip_id) AS taken`,
    );
    expect(counts).toEqual({ nets: 60, vlans: 60, lastVlan: 159, macs: 180, addresses: 60, taken: 60 });
  });

  it('stop exactly at a quota: 1,000 at once, room for 100', async () => {
    const world = getWorld();
    const { database, vdcId } = world;
    const use = await database.session((session) => countQuotaUse(session, 'vdc', vdcId));
    const servers = use.find(({ resource }) => resource === 'vserver');
    const before = (servers?.used ?? 0) + (servers?.reserved ?? 0);
    await database.transaction((session) =>
      setQuotas(session, 'vdc', vdcId, [{ resource: 'vserver', limit: before + 100 }]),
    );
    // Nothing that would make them wait for each other before the quota does.
    const spec = () => withoutNets(specOf(freshVsysId(), 1, { vlan: 0, macs: [], publicAddress: undefined }));
    const create = async () => {
      const mine = spec();
      for (;;) {
        try {
          return await database.transaction(async (session) => {
            await insertVsys(session, newVsysOf(world, mine, null));
            await enforceQuotas(session, world, mine);
          });
        } catch (error) {
          // No connection was free for too long: nothing was done, and a caller would repeat it.
          if (!(error instanceof DomainError) || error.code !== 'unavailable') throw error;
        }
      }
    };
    const tries = await Promise.allSettled(Array.from({ length: 1_000 }, create));
    const refused = tries.filter((result) => result.status === 'rejected');
    expect(tries.length - refused.length).toBe(100);
    expect(refused.every(({ reason }) => Reflect.get(reason, 'code') === 'quota-exceeded')).toBe(true);
    expect(refused[0]?.reason).toMatchObject({
      details: {
        exceeded: [
          {
            scope: 'vdc',
            resource: 'vserver',
            limit: before + 100,
            used: servers?.used,
            reserved: (servers?.reserved ?? 0) + 100,
            requested: 1,
            wouldBe: before + 101,
            raisedBy: 'organization',
          },
        ],
      },
    });
    const [rows] = await look(world, 'SELECT count(*) AS n FROM vserver');
    expect(rows).toEqual({ n: before + 100 });
    await database.transaction((session) =>
      setQuotas(session, 'vdc', vdcId, [{ resource: 'vserver', limit: null }]),
    );
  }, 120_000);

  it('do the work of one Idempotency-Key once, and give everybody the same answer', async () => {
    const { database, organizationId: owner } = getWorld();
    let effects = 0;
    const once = async () =>
      database.transaction(async (session) => {
        const answered = await claimIdempotencyKey(session, owner, 'key-1', 'hash', AT);
        if (answered !== undefined) return answered;
        effects += 1;
        const answer = { status: 202, response: { effect: effects } };
        const audit = {
          id: uuidv7(),
          organizationId: owner,
          actor: 'test',
          verb: 'do',
          resource: 'it',
          detail: {},
        };
        await storeAnswer(session, owner, 'key-1', answer, { ...audit, requestId: null, at: AT });
        return answer;
      });
    const answers = await Promise.all(Array.from({ length: 50 }, once));
    expect(effects).toBe(1);
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    await expect(
      database.transaction((session) => claimIdempotencyKey(session, owner, 'key-1', 'other', AT)),
    ).rejects.toMatchObject({ code: 'idempotency-reused' });
  });

  it('forget keys that are older than asked for, and no others', async () => {
    const { database, organizationId: owner } = getWorld();
    const later = new Date(AT.getTime() + 1);
    const claim = (key: string, at: Date) =>
      database.transaction((session) => claimIdempotencyKey(session, owner, key, 'hash', at));
    await claim('old', AT);
    await claim('young', later);
    await database.session((session) => purgeIdempotencyKeys(session, later));
    await expect(claim('old', later)).resolves.toBeUndefined();
    const [young] = await look(getWorld(), "SELECT count(*) AS n FROM idempotency_key WHERE key = 'young'");
    expect(young).toEqual({ n: 1 });
  });
});

describe('addresses', () => {
  it('are refused with the numbers when there are too few, and nothing is taken', async () => {
    const { database, poolId, zoneId } = getWorld();
    await expect(database.transaction((session) => pickVlans(session, poolId, 1000))).rejects.toMatchObject({
      code: 'address-exhausted',
      details: { wanted: 1000 },
    });
    await expect(
      database.transaction((session) => pickPublicAddresses(session, zoneId, 1000)),
    ).rejects.toMatchObject({ code: 'address-exhausted' });
  });

  it('of the internet are handed to admissions side by side without waiting and without a clash', async () => {
    const { database, zoneId } = getWorld();
    let holding = 0;
    const all = Promise.withResolvers<void>();
    const picked = await Promise.all(
      Array.from({ length: 5 }, async () =>
        database.transaction(async (session) => {
          const addresses = await pickPublicAddresses(session, zoneId, 3);
          holding += 1;
          if (holding === 5) all.resolve();
          await all.promise;
          return addresses;
        }),
      ),
    );
    expect(new Set(picked.flat()).size).toBe(15);
  });

  it('of MACs are locally administered, lower case and never repeat', async () => {
    const macs = await getWorld().database.session((session) => nextMacs(session, 300));
    expect(new Set(macs).size).toBe(300);
    expect(macs.every((mac) => /^02:6f:76(:[0-9a-f]{2}){3}$/.test(mac))).toBe(true);
  });

  it('that a spec names but somebody else holds are refused by the database itself', async () => {
    const world = getWorld();
    const { spec } = await world.database.transaction((session) => admit(session, world));
    const [net] = spec.nets;
    const [publicIp] = spec.publicIps;
    const macs = spec.servers.flatMap(({ nics }) => nics.map(({ mac }) => mac));
    const insert = async (other: VsysSpec) =>
      world.database.transaction((session) => insertVsys(session, newVsysOf(world, other, null)));
    const fresh = { vlan: 399, macs: ['02:00:00:00:00:01', '02:00:00:00:00:02'], publicAddress: undefined };
    await expect(insert(specOf(freshVsysId(), 2, { ...fresh, vlan: net?.vlan ?? 0 }))).rejects.toThrow(
      /VLAN was taken/,
    );
    await expect(insert(specOf(freshVsysId(), 2, { ...fresh, macs }))).rejects.toThrow(
      /MAC address was taken/,
    );
    await expect(
      insert(specOf(freshVsysId(), 2, { ...fresh, publicAddress: publicIp?.address })),
    ).rejects.toThrow(/public address/);
    await expect(
      insert(specOf(freshVsysId(), 2, { ...fresh, publicAddress: '198.51.100.1' })),
    ).rejects.toThrow(/public address/);
    const [left] = await look(world, 'SELECT count(*) AS n FROM vsys WHERE id = ANY($1)', [[freshVsysId()]]);
    expect(left).toEqual({ n: 0 });
  });
});

describe('a newer generation', () => {
  it('adds, changes and unwants parts, lets NICs change places, and wakes a parked VSYS', async () => {
    const world = getWorld();
    const { spec } = await world.database.transaction((session) => admit(session, world));
    await look(world, `UPDATE vsys SET parked = '{"code":"internal"}' WHERE id = $1`, [spec.vsysId]);
    const [one, two] = spec.servers;
    if (one === undefined || two === undefined) throw new Error('the spec has two servers');
    const withAddress = (server: typeof one, ipv4: string) => ({
      ...server,
      type: 'standard.large',
      nics: server.nics.map((nic) => ({ ...nic, ipv4 })),
    });
    const next: VsysSpec = {
      ...spec,
      generation: 2,
      servers: [withAddress(one, '10.0.0.3'), withAddress(two, '10.0.0.2')],
      disks: [],
    };
    await world.database.transaction(async (session) => {
      const locked = await lockVsys(session, world.scope, spec.vsysId);
      await insertGeneration(session, locked, {
        ...locked,
        spec: next,
        phase: 'changing',
        operationId: null,
        at: AT,
      });
    });
    expect(
      await look(world, `SELECT host(ipv4) AS ip, wanted FROM nic WHERE vsys_id = $1 ORDER BY id`, [
        spec.vsysId,
      ]),
    ).toEqual([
      { ip: '10.0.0.3', wanted: true },
      { ip: '10.0.0.2', wanted: true },
    ]);
    expect(
      await look(world, 'SELECT wanted, released_at AS at FROM vdisk WHERE vsys_id = $1', [spec.vsysId]),
    ).toEqual([{ wanted: false, at: null }]);
    expect(await look(world, 'SELECT generation, parked FROM vsys WHERE id = $1', [spec.vsysId])).toEqual([
      { generation: 2, parked: null },
    ]);
  });

  it('is made one at a time: of many callers with the same old spec one wins', async () => {
    const world = getWorld();
    const { spec } = await world.database.transaction((session) => admit(session, world));
    const change = async (name: string) =>
      world.database.transaction(async (session) => {
        const locked = await lockVsys(session, world.scope, spec.vsysId);
        const next = { ...spec, generation: 2, name };
        await insertGeneration(session, locked, {
          ...locked,
          spec: next,
          phase: 'changing',
          operationId: null,
          at: AT,
        });
      });
    const results = await Promise.allSettled(Array.from({ length: 10 }, async (_, n) => change(`name-${n}`)));
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const refused = results.filter((result) => result.status === 'rejected');
    expect(refused.every(({ reason }) => Reflect.get(reason, 'code') === 'stale')).toBe(true);
  });

  it('cannot be made through a foreign scope', async () => {
    const world = getWorld();
    const { spec } = await world.database.transaction((session) => admit(session, world));
    const stranger = Scope.of({
      actor: 'stranger',
      organizationId: organizationId('019399d2-5d5a-7cc8-9d6e-0a2f6d3b1c22'),
      roles: ['org-admin'],
      vdcIds: null,
    });
    await expect(
      world.database.transaction((session) => lockVsys(session, stranger, spec.vsysId)),
    ).rejects.toMatchObject({ code: 'not-found' });
  });
});

describe('a descriptor version', () => {
  const version = (source: string) => ({
    organizationId: getWorld().organizationId,
    name: 'shop',
    version: '1.0.0',
    document: { source },
    source,
    hash: source,
    at: AT,
  });
  const ensure = async (source: string) =>
    getWorld().database.transaction((session) => ensureDescriptorVersion(session, version(source)));

  it('is stored once however many store it at once, and never with another text', async () => {
    const stored = await Promise.all(Array.from({ length: 10 }, async () => ensure('text')));
    expect(new Set(stored.map(({ id }) => id)).size).toBe(1);
    await expect(ensure('other text')).rejects.toMatchObject({
      code: 'conflict',
      pointer: '/metadata/version',
    });
    const { database, scope } = getWorld();
    const found = await database.session((session) => findDescriptorByName(session, scope, 'shop'));
    expect(found).toMatchObject({ version: '1.0.0', source: 'text', document: { source: 'text' } });
  });
});

describe('invariants', () => {
  it.each([
    ['a deleted VSYS holds no part', 'UPDATE vsys SET deleted_at = now() WHERE id = $1'],
    [
      'a taken public address belongs',
      'UPDATE public_address SET vsys_id = NULL, public_ip_id = NULL WHERE vsys_id = $1',
    ],
    // A deleted system whose newest generation is not reached is still worked on: its back-ups are being removed.
    [
      'an operation that has not ended belongs',
      'UPDATE vsys SET deleted_at = now(), observed_generation = generation WHERE id = $1',
    ],
    [
      'a VSYS that is as wanted holds no part',
      `WITH unwanted AS (UPDATE nic SET wanted = FALSE WHERE vsys_id = $1)
       UPDATE vsys SET observed_generation = generation WHERE id = $1`,
    ],
    ['the newest spec of a VSYS is stored', 'DELETE FROM vsys_generation WHERE vsys_id = $1'],
    ['wanted servers are those', 'UPDATE vserver SET wanted = FALSE WHERE vsys_id = $1'],
    ['nothing is metered that is gone', 'UPDATE vserver SET gone_at = now() WHERE vsys_id = $1'],
    ['an operation that has not ended can still', 'UPDATE operation SET generation = 9 WHERE vsys_id = $1'],
    [
      'intervals of one resource and dimension',
      `INSERT INTO usage_interval SELECT gen_random_uuid(), organization_id, vdc_id, vsys_id, resource, dimension,
         product, quantity, started_at - interval '1 minute', started_at + interval '1 minute'
       FROM usage_interval WHERE vsys_id = $1`,
    ],
  ])('are found broken: %s', async (name, harm) => {
    const world = getWorld();
    const undone = new Error('undone');
    const broken = world.database.transaction(async (session) => {
      const { spec } = await admit(session, world);
      await session.change(
        `INSERT INTO usage_interval (id, organization_id, vdc_id, vsys_id, resource, dimension, product, quantity, started_at)
         VALUES (gen_random_uuid(), $1, $2, $3, $4, 'vserver-running', 'small', 1, $5)`,
        [world.organizationId, world.vdcId, spec.vsysId, spec.servers[0]?.id, AT],
      );
      expect(await listBrokenInvariants(session)).toEqual([]);
      await session.change(harm, [spec.vsysId]);
      const names = (await listBrokenInvariants(session)).map(({ invariant }) => invariant);
      expect(names.some((invariant) => invariant.startsWith(name))).toBe(true);
      throw undone;
    });
    await expect(broken).rejects.toBe(undone);
  });
});

describe('quota', () => {
  it('counts what a spec demands, and nothing more once it is released', async () => {
    const world = getWorld();
    const totals = async (session: Session) => {
      const resources = [...QUOTA_RESOURCES, storageQuotaOf()];
      const use = await countQuotaUse(session, 'organization', world.organizationId, resources);
      return Object.fromEntries(use.map(({ resource, used, reserved }) => [resource, used + reserved]));
    };
    const undone = new Error('undone');
    const counted = world.database.transaction(async (session) => {
      const before = await totals(session);
      const { spec } = await admit(session, world);
      const demand = Object.entries({ ...quotaDemandOf(spec), operation: 1 });
      expect(quotaDemandOf(spec)).toMatchObject({
        vserver: 2,
        vcpu: 2,
        'memory-mib': 4096,
        'storage-gib': 28,
        'storage-gib/standard': 28,
      });
      const after = await totals(session);
      expect(after).toEqual(Object.fromEntries(demand.map(([name, n]) => [name, (before[name] ?? 0) + n])));
      for (const table of ['vserver', 'vdisk', 'vnet', 'public_ip']) {
        await session.change(`UPDATE ${table} SET released_at = now() WHERE vsys_id = $1`, [spec.vsysId]);
      }
      await session.change('UPDATE vsys SET deleted_at = now() WHERE id = $1', [spec.vsysId]);
      await session.change(`UPDATE operation SET state = 'cancelled' WHERE vsys_id = $1`, [spec.vsysId]);
      expect(await totals(session)).toEqual(before);
      throw undone;
    });
    await expect(counted).rejects.toBe(undone);
  });

  it('keeps nobody over a lowered limit from shrinking and deleting, and refuses only what grows', async () => {
    const world = getWorld();
    const { spec } = await world.database.transaction((session) => admit(session, world));
    const limit = (to: number | null) =>
      world.database.transaction((session) =>
        setQuotas(session, 'vdc', world.vdcId, [{ resource: 'vserver', limit: to }]),
      );
    const become = async (next: Partial<VsysSpec>) =>
      world.database.transaction(async (session) => {
        const locked = await lockVsys(session, world.scope, spec.vsysId);
        const changed = { ...locked.spec, ...next, generation: locked.generation + 1 };
        const facts = { ...locked, phase: 'changing', operationId: null, at: AT } as const;
        await insertGeneration(session, locked, { ...facts, spec: changed });
        await enforceQuotas(session, world, changed);
      });
    await limit(0);
    await expect(become({ servers: spec.servers.slice(0, 1) })).resolves.toBeUndefined();
    await expect(become({ servers: spec.servers })).rejects.toMatchObject({ code: 'quota-exceeded' });
    await expect(become({ presence: 'absent' })).resolves.toBeUndefined();
    await limit(null);
  });

  it('shows what is not built yet as reserved', async () => {
    const world = getWorld();
    const { spec } = await world.database.transaction((session) => admit(session, world));
    // On its way to a state in which it is metered, so that nothing has to be metered yet.
    await look(world, `UPDATE vserver SET state = 'starting' WHERE id = $1`, [spec.servers[0]?.id]);
    const use = await world.database.session((session) => countQuotaUse(session, 'vdc', world.vdcId));
    const servers = use.find(({ resource }) => resource === 'vserver');
    expect(servers?.used).toBe(1);
    expect(servers?.reserved).toBeGreaterThan(0);
    await look(world, `UPDATE vserver SET state = 'planned' WHERE id = $1`, [spec.servers[0]?.id]);
  });
});
