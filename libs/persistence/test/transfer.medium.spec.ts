/** A system that changes its VDC is paid for in both, to the second, as the oracle says; back-ups that outlive it are paid for on. */
import { differencesOf, replayMonth, type OracleNews, type OraclePrice } from '@openvsys/bill-oracle';
import { closeDueHours } from '@openvsys/metering';
import {
  vdcId,
  type BackupId,
  type Fence,
  type Holdings,
  type PartId,
  type VdcId,
  type VsysSpec,
} from '@openvsys/vsys';
import { v7 as uuidv7 } from 'uuid';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  insertPrices,
  insertVdc,
  listUsage,
  lockVsys,
  PgPoolLeaseStore,
  PgProvisioningStore,
  PgUsageStore,
  readBill,
  setQuotas,
  transferVsys,
} from '../src/index.js';
import { admit, expectInvariants, look, useWorld } from './persistence-fixture.js';

const getWorld = useWorld();
const BEGIN = Date.parse('2026-03-10T08:10:00Z');
const MONTH = { month: '2026-03', timeZone: 'Europe/Berlin' };
const HOUR = 3_600_000;
const SOLD = [
  ['small', 'vserver-running', '0.36'],
  ['storage', 'vdisk-gib', '0.0036'],
  ['backup', 'backup-gib', '0.00072'],
] as const;
const PRICES = SOLD.map(([product, dimension, amount]): OraclePrice => ({
  id: uuidv7(),
  product,
  dimension,
  amount,
  own: false,
  minimum: 'second',
  tiers: [],
  validFrom: BEGIN - 90 * 24 * HOUR,
  validTo: null,
}));
const HOLDS = {
  server: [{ dimension: 'vserver-running', product: 'small', quantity: 1 }],
  disk: [{ dimension: 'vdisk-gib', product: 'storage', quantity: 20 }],
  backup: [{ dimension: 'backup-gib', product: 'backup', quantity: 20 }],
} as const;

let fence: Fence;
let other: VdcId;
beforeAll(async () => {
  const { database, poolId, organizationId, zoneId } = getWorld();
  const acquired = await new PgPoolLeaseStore(database).tryAcquire(poolId, 'worker-1', 36_000);
  if (acquired === undefined) throw new Error('the lease is free');
  fence = acquired;
  other = vdcId(uuidv7());
  await database.transaction(async (session) => {
    const createdAt = new Date(BEGIN);
    await insertVdc(session, { id: other, organizationId, zoneId, name: 'other', createdAt });
    const prices = PRICES.map(({ own: _own, validFrom, validTo: _end, ...price }) => ({
      ...price,
      currency: 'EUR',
      organizationId: null,
      validFrom: new Date(validFrom),
      validTo: null,
    }));
    await look(
      getWorld(),
      'TRUNCATE usage_interval, usage_hour, usage_parked, closed_hour, price, price_list_version',
    );
    await insertPrices(session, prices);
  });
});

interface Holder {
  readonly id: string;
  readonly holds: Holdings['items'];
}

async function deploy(): Promise<{ readonly spec: VsysSpec; readonly holders: readonly Holder[] }> {
  const world = getWorld();
  const { spec } = await world.database.transaction((session) => admit(session, world));
  const backup = `${spec.vsysId}-B-0001` as BackupId;
  await look(
    world,
    `INSERT INTO backup (id, vsys_id, organization_id, created_at, name, source, source_name, size_gib, sr, outlives)
     VALUES ($1, $2, $3, $4, 'b', 'd', 'd', 20, $5, TRUE)`,
    [backup, spec.vsysId, world.organizationId, new Date(BEGIN), uuidv7()],
  );
  const holders = [
    ...spec.servers.map(({ id }) => ({ id, holds: HOLDS.server })),
    ...spec.disks.map(({ id }) => ({ id, holds: HOLDS.disk })),
    { id: backup, holds: HOLDS.backup },
  ];
  return { spec, holders };
}

const tell = async (spec: VsysSpec, at: number, holders: readonly Holder[]): Promise<void> =>
  new PgProvisioningStore(getWorld().database).commit(fence, {
    vsysId: spec.vsysId,
    generation: 1,
    at: new Date(at),
    holdings: holders.map(({ id, holds }) => ({ resource: id as PartId, items: holds })),
  });

const transfer = async (spec: VsysSpec, to: VdcId, at: number): Promise<void> => {
  const { database, scope } = getWorld();
  await database.transaction(async (session) =>
    transferVsys(session, await lockVsys(session, scope, spec.vsysId), to, new Date(at)),
  );
};

const linesOf = async (vdc: VdcId) => {
  const { database, organizationId, scope } = getWorld();
  const owner = { id: organizationId, currency: 'EUR', timeZone: MONTH.timeZone, scope };
  const bill = await database.session((session) =>
    readBill(session, owner, MONTH.month, new Date('2026-06-01')),
  );
  return bill.lines.filter((line) => line.vdcId === vdc);
};

describe('a transferred system', () => {
  it('is paid for in both VDCs to the second, in drafts and closed hours, there and back in one hour', async () => {
    const world = getWorld();
    const { spec, holders } = await deploy();
    // Out in the middle of an hour, back 754 s later, out again for good after hours.
    const moves = [
      [other, BEGIN + 1_234_000],
      [world.vdcId, BEGIN + 1_988_000],
      [other, BEGIN + 7 * HOUR + 17_000],
    ] as const;
    const end = BEGIN + 20 * HOUR + 59_000;
    await tell(spec, BEGIN, holders);
    for (const [to, at] of moves) await transfer(spec, to, at);
    // A worker that says again what it said changes nothing; one whose clock is behind takes no second twice.
    await tell(spec, BEGIN + 7 * HOUR - 60_000, holders);
    await tell(
      spec,
      end,
      holders.map((holder) => ({ ...holder, holds: [] })),
    );
    const stays = [
      { vdc: world.vdcId, from: BEGIN, to: moves[0][1] },
      { vdc: other, from: moves[0][1], to: moves[1][1] },
      { vdc: world.vdcId, from: moves[1][1], to: moves[2][1] },
      { vdc: other, from: moves[2][1], to: end },
    ];
    const newsOf = (vdc: VdcId): OracleNews[] =>
      stays
        .filter((stay) => stay.vdc === vdc)
        .flatMap(({ from, to }) =>
          holders.flatMap(({ id, holds }): OracleNews[] => [
            { resource: id, vsysId: spec.vsysId, at: from, holds },
            { resource: id, vsysId: spec.vsysId, at: to, holds: [] },
          ]),
        );
    const compare = async () =>
      Promise.all(
        [world.vdcId, other].map(async (vdc) =>
          differencesOf(await linesOf(vdc), replayMonth({ news: newsOf(vdc), prices: PRICES, ...MONTH })),
        ),
      );
    expect(await compare()).toEqual([[], []]);
    await closeDueHours(new PgUsageStore(world.database), new Date(end + 3 * HOUR));
    expect(await compare()).toEqual([[], []]);
    expect((await linesOf(other)).length).toBe(3);
    // Each line of the split hour has a place of its own in lists, page by page.
    const filter = { from: new Date(BEGIN - HOUR), to: new Date(end + HOUR), vsysId: spec.vsysId };
    const list = async (limit: number, cursor?: string) =>
      world.database.session(async (session) =>
        listUsage(session, world.scope, filter, { limit, cursor }, new Date(end + HOUR)),
      );
    const all = (await list(500)).items;
    const paged = [];
    for (let cursor: string | undefined; ;) {
      const page = await list(7, cursor);
      paged.push(...page.items);
      if (page.nextCursor === null) break;
      cursor = page.nextCursor;
    }
    expect(paged).toEqual(all);
    await expectInvariants(world);
  });

  it('needs room in the quotas of the other VDC, and nothing else of the organization', async () => {
    const { database, vdcId: home, organizationId } = getWorld();
    const { spec } = await deploy();
    const limit = async (scope: 'vdc' | 'organization', id: string, most: number | null) =>
      database.transaction(async (session) =>
        setQuotas(session, scope, id, [{ resource: 'vserver', limit: most }]),
      );
    await limit('organization', organizationId, 0);
    await limit('vdc', other, 4);
    await transfer(spec, other, BEGIN);
    await transfer(spec, home, BEGIN + 1_000);
    await limit('vdc', other, 0);
    await expect(transfer(spec, other, BEGIN + 2_000)).rejects.toMatchObject({ code: 'quota-exceeded' });
    const [row] = await look<{ vdc: string }>(getWorld(), 'SELECT vdc_id AS vdc FROM vsys WHERE id = $1', [
      spec.vsysId,
    ]);
    expect(row?.vdc).toBe(home);
  });
});
