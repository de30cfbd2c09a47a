/**
 * Bills against an oracle that replays each second of a month and shares no code with the product. Random histories around both
 * changes of the clock, a leap day and the turn of a year: workers whose clocks differ, news that come twice or late,
 * closings in between, restarts of the store, prices that change inside hours, own prices, begun hours and days, tiers.
 */
import {
  differencesOf,
  replayMonth,
  type OracleHolding,
  type OracleNews,
  type OraclePrice,
} from '@openvsys/bill-oracle';
import { closeDueHours } from '@openvsys/metering';
import type { Fence, Holdings, PartId, VsysId } from '@openvsys/vsys';
import fc from 'fast-check';
import { v7 as uuidv7 } from 'uuid';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  insertPrices,
  PgPoolLeaseStore,
  PgProvisioningStore,
  PgUsageStore,
  readBill,
  type Bill,
} from '../src/index.js';
import { admit, expectInvariants, look, useWorld } from './persistence-fixture.js';

const getWorld = useWorld();
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** Clocks of workers differ by up to this in both directions. */
const SKEW = 5 * MINUTE;
/** So long something happens around the instant of a scene. */
const STORY = 30 * HOUR;

interface Scene {
  readonly name: string;
  readonly timeZone: string;
  readonly month: string;
  readonly begin: string;
}

const SCENES: readonly Scene[] = [
  {
    name: 'summer time begins in Berlin',
    timeZone: 'Europe/Berlin',
    month: '2026-03',
    begin: '2026-03-28T18:00:00Z',
  },
  {
    name: 'summer time ends in Berlin',
    timeZone: 'Europe/Berlin',
    month: '2026-10',
    begin: '2026-10-24T18:00:00Z',
  },
  {
    name: 'summer time begins in New York',
    timeZone: 'America/New_York',
    month: '2027-03',
    begin: '2027-03-13T22:00:00Z',
  },
  { name: 'a leap day ends the month', timeZone: 'UTC', month: '2028-02', begin: '2028-02-28T12:00:00Z' },
  {
    name: 'a zone of half an hour',
    timeZone: 'Asia/Kolkata',
    month: '2026-06',
    begin: '2026-06-30T00:00:00Z',
  },
  { name: 'a year begins', timeZone: 'Europe/Berlin', month: '2027-01', begin: '2026-12-31T12:00:00Z' },
];

const held = (dimension: string, product: string, quantity: number): OracleHolding => ({
  dimension,
  product,
  quantity,
});
const running = (type: string, vcpus: number): readonly OracleHolding[] => [
  held('vserver-running', type, 1),
  held('vcpu', 'vcpu', vcpus),
  held('memory-mib', 'memory', vcpus * 2048),
  ...(vcpus > 1 ? [held('licence', 'windows-server', vcpus)] : []),
  held('system-disk-gib', 'storage', 4),
];
const STATES = {
  server: [
    running('small', 1),
    running('large', 4),
    [held('vserver-stopped', 'small', 1), held('system-disk-gib', 'storage', 4)],
    [],
  ],
  disk: [
    [held('vdisk-gib', 'storage', 20)],
    [held('vdisk-gib', 'storage', 50)],
    [held('backup-gib', 'backup', 50), held('public-ip', 'ip.public', 1)],
    [held('snapshot-gib', 'snapshot', 7), held('image-gib', 'image', 12)],
    [held('efm-running', 'firewall/efm.small', 1)],
    [],
  ],
} as const;

const anyStep = fc.record({
  resource: fc.nat(2),
  state: fc.nat(23),
  /** ms after the begin of the story; not sorted: some news are late. */
  after: fc.integer({ min: 0, max: STORY }),
  isLate: fc.nat(9).map((n) => n === 0),
  skew: fc.integer({ min: -SKEW, max: SKEW }),
  repeats: fc.constantFrom<number>(0, 0, 0, 1, 2),
  /** Hours are closed in between. */
  closes: fc.nat(4).map((n) => n === 0),
  /** In the very second of the news before. */
  isSameSecond: fc.nat(5).map((n) => n === 0),
});
const SOLD = [
  ['small', 'vserver-running'],
  ['large', 'vserver-running'],
  ['small', 'vserver-stopped'],
  ['vcpu', 'vcpu'],
  ['memory', 'memory-mib'],
  ['windows-server', 'licence'],
  ['backup', 'backup-gib'],
  ['ip.public', 'public-ip'],
  ['snapshot', 'snapshot-gib'],
  ['image', 'image-gib'],
  ['firewall/efm.small', 'efm-running'],
  ['storage', 'system-disk-gib'],
  ['storage', 'vdisk-gib'],
] as const;
const anyAmount = fc.integer({ min: 0, max: 2_000_000_000 }).map((n) => (n / 1e10).toFixed(10));
const anyPrice = fc.record({
  sold: fc.constantFrom(...SOLD),
  own: fc.nat(3).map((n) => n === 0),
  minimum: fc.constantFrom('second' as const, 'second' as const, 'hour' as const, 'day' as const),
  amounts: fc.array(fc.tuple(anyAmount, fc.integer({ min: 0, max: STORY })), { minLength: 1, maxLength: 3 }),
  tier: fc.option(fc.tuple(fc.integer({ min: 0, max: 200 }), anyAmount)),
});
const anyStory = fc.record({
  scene: fc.constantFrom(...SCENES),
  steps: fc.array(anyStep, { minLength: 4, maxLength: 30 }),
  prices: fc.uniqueArray(anyPrice, { maxLength: 12, selector: ({ sold, own }) => `${sold.join()} ${own}` }),
});
type Story = typeof anyStory extends fc.Arbitrary<infer Value> ? Value : never;

/** Each price begins where the one before ends; the first long before. */
function pricesOf({ scene, prices }: Story): readonly OraclePrice[] {
  const begin = Date.parse(scene.begin);
  return prices.flatMap(({ sold: [product, dimension], own, minimum, amounts, tier }) => {
    const edges = [...new Set(amounts.map(([, after]) => after))].toSorted((a, b) => a - b);
    return edges.map((edge, index): OraclePrice => {
      const next = edges[index + 1];
      return {
        id: uuidv7(),
        product,
        dimension,
        amount: amounts[index]?.[0] ?? '0',
        own,
        minimum,
        tiers: tier === null ? [] : [{ from: String(tier[0]), amount: tier[1] }],
        validFrom: index === 0 && !own ? begin - 90 * 24 * HOUR : begin + edge,
        validTo: next === undefined ? null : begin + next,
      };
    });
  });
}

interface Part {
  readonly id: PartId;
  readonly kind: 'server' | 'disk';
}

let fence: Fence;
let vsysId: VsysId;
let parts: readonly Part[];

beforeAll(async () => {
  const world = getWorld();
  const acquired = await new PgPoolLeaseStore(world.database).tryAcquire(world.poolId, 'worker-1', 36_000);
  if (acquired === undefined) throw new Error('the lease is free');
  fence = acquired;
  const { spec } = await world.database.transaction((session) => admit(session, world));
  vsysId = spec.vsysId;
  parts = [
    ...spec.servers.map(({ id }): Part => ({ id, kind: 'server' })),
    ...spec.disks.map(({ id }): Part => ({ id, kind: 'disk' })),
  ];
});

beforeEach(async () => {
  await look(
    getWorld(),
    'TRUNCATE usage_interval, usage_hour, usage_parked, closed_hour, price, price_list_version',
  );
});

/** What became known, in this order; at the end nothing is held any more. */
function newsOf({ scene, steps }: Story): readonly (OracleNews & { readonly closes: boolean })[] {
  const begin = Date.parse(scene.begin);
  const sorted = steps.filter(({ isLate }) => !isLate).toSorted((a, b) => a.after - b.after);
  const late = steps.filter(({ isLate }) => isLate);
  let before = begin;
  const told = [...sorted, ...late].flatMap((step) => {
    const at = step.isSameSecond ? before : begin + step.after + step.skew;
    before = at;
    const part = partOf(step.resource);
    const states = STATES[part.kind];
    const holds = states[step.state % states.length] ?? [];
    const once = { resource: part.id, vsysId, at, holds, closes: step.closes };
    return Array.from({ length: 1 + step.repeats }, () => once);
  });
  const end = begin + STORY + 2 * SKEW;
  return [...told, ...parts.map(({ id }) => ({ resource: id, vsysId, at: end, holds: [], closes: false }))];
}

function partOf(index: number): Part {
  const part = parts[index];
  if (part === undefined) throw new Error('the system has two servers and a disk');
  return part;
}

async function tell(news: OracleNews): Promise<void> {
  // A store of its own each time: nothing is remembered between two commits.
  await new PgProvisioningStore(getWorld().database).commit(fence, {
    vsysId,
    generation: 1,
    at: new Date(news.at),
    holdings: [{ resource: news.resource as PartId, items: news.holds as Holdings['items'] }],
  });
}

const close = async (now: number): Promise<unknown> =>
  closeDueHours(new PgUsageStore(getWorld().database), new Date(now));

async function billOf({ month, timeZone }: Scene): Promise<Bill> {
  const { database, organizationId, scope } = getWorld();
  const owner = { id: organizationId, currency: 'EUR', timeZone, scope };
  return database.session((session) =>
    readBill(session, owner, month, new Date(`${Number(month.slice(0, 4)) + 1}-06-01`)),
  );
}

async function play(story: Story): Promise<readonly (readonly string[])[]> {
  const { database, organizationId } = getWorld();
  await look(
    getWorld(),
    'TRUNCATE usage_interval, usage_hour, usage_parked, closed_hour, price, price_list_version',
  );
  const prices = pricesOf(story);
  await database.transaction((session) =>
    insertPrices(
      session,
      prices.map(({ own, validFrom, validTo, ...price }) => ({
        ...price,
        currency: 'EUR',
        organizationId: own ? organizationId : null,
        validFrom: new Date(validFrom),
        validTo: validTo === null ? null : new Date(validTo),
      })),
    ),
  );
  const news = newsOf(story);
  for (const each of news) {
    await tell(each);
    if (each.closes) await close(each.at + HOUR);
  }
  const { month, timeZone } = story.scene;
  const told = replayMonth({ news, prices, timeZone, month });
  const draft = differencesOf((await billOf(story.scene)).lines, told);
  await close(Date.parse(story.scene.begin) + STORY + 3 * HOUR);
  return [draft, differencesOf((await billOf(story.scene)).lines, told)];
}

describe('the bill of a month', { timeout: 240_000 }, () => {
  it('is what the oracle says, as a draft and from closed hours', async () => {
    await fc.assert(
      fc.asyncProperty(anyStory, async (story) => {
        expect(await play(story)).toEqual([[], []]);
      }),
      { numRuns: 30 },
    );
    await expectInvariants(getWorld());
  });

  it.each(SCENES)('counts every second when $name', async (scene) => {
    const step = { isLate: false, skew: 0, repeats: 0, closes: true, isSameSecond: false };
    const steps = [
      { ...step, resource: 0, state: 0, after: 0 },
      { ...step, resource: 0, state: 3, after: STORY - 1 },
      // Made and deleted in one second: it never costs anything.
      { ...step, resource: 1, state: 1, after: 5 * HOUR },
      { ...step, resource: 1, state: 3, after: 5 * HOUR, isSameSecond: true },
    ];
    const story: Story = {
      scene,
      steps,
      prices: [
        {
          sold: ['small', 'vserver-running'],
          own: false,
          minimum: 'day',
          amounts: [['0.1', 0]],
          tier: [10, '0.05'],
        },
        { sold: ['large', 'vserver-running'], own: false, minimum: 'day', amounts: [['1', 0]], tier: null },
      ],
    };
    expect(await play(story)).toEqual([[], []]);
    const { lines } = await billOf(scene);
    expect(lines.some(({ product }) => product === 'large')).toBe(false);
    expect(lines.find(({ kind }) => kind === 'usage')).toBeDefined();
  });

  it('is found to be wrong when a second is missing', async () => {
    const [scene] = SCENES;
    if (scene === undefined) throw new Error('there are scenes');
    const at = Date.parse(scene.begin);
    const price: OraclePrice = {
      id: uuidv7(),
      product: 'small',
      dimension: 'vserver-running',
      amount: '0.36',
      own: false,
      minimum: 'second',
      tiers: [],
      validFrom: 0,
      validTo: null,
    };
    const news = (length: number): readonly OracleNews[] => [
      { resource: 'r', vsysId: 'v', at, holds: [held('vserver-running', 'small', 1)] },
      { resource: 'r', vsysId: 'v', at: at + length, holds: [] },
    ];
    const ask = { prices: [price], timeZone: scene.timeZone, month: scene.month };
    const [line] = replayMonth({ ...ask, news: news(3_599_000) });
    expect(line).toMatchObject({ amount: 3_599_000_000n });
    const billed = {
      kind: 'usage',
      vsysId: 'v',
      dimension: 'vserver-running',
      product: 'small',
      priceId: price.id,
    };
    const right = [{ ...billed, amount: '0.36' }];
    expect(differencesOf(right, replayMonth({ ...ask, news: news(3_600_000) }))).toEqual([]);
    expect(differencesOf(right, replayMonth({ ...ask, news: news(3_599_000) }))).toHaveLength(1);
  });
});
