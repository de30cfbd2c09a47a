import { fc, it as property } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { hourAfter, MS_AN_HOUR, secondOf } from './hours.js';
import { meterHour, segmentsOf, type UsageSpan } from './meter-hour.js';
import { effectivePrices, type Price } from './price.js';
import { sumAmounts } from './money.js';
import { amountOf, rate } from './rate.js';

const DAY = new Date('2026-03-29T00:00:00.000Z');
const HOURS = 6;
const END = new Date(DAY.getTime() + HOURS * MS_AN_HOUR);
const hours = Array.from({ length: HOURS }, (_, n) => new Date(DAY.getTime() + n * MS_AN_HOUR));
const OWNER = { organizationId: 'o', vdcId: 'v', vsysId: 's' } as const;

const minutes = (n: number): Date => new Date(DAY.getTime() + n * 60_000);
const span = (id: string, from: number, to: number | null, over: Partial<UsageSpan> = {}): UsageSpan => ({
  ...OWNER,
  id,
  resource: 'server-1',
  dimension: 'vserver-running',
  product: 'standard.small',
  quantity: 1,
  startedAt: minutes(from),
  endedAt: to === null ? null : minutes(to),
  ...over,
});

/** Instants around the hours under test, with milliseconds. */
const instant = fc
  .integer({ min: -MS_AN_HOUR, max: (HOURS + 1) * MS_AN_HOUR })
  .map((ms) => new Date(DAY.getTime() + ms));
const anySpan = fc
  .record({
    id: fc.uuid(),
    resource: fc.constantFrom('server-1', 'server-2'),
    dimension: fc.constantFrom('vserver-running', 'vdisk-gib'),
    product: fc.constantFrom('a', 'b'),
    quantity: fc.integer({ min: 1, max: 500 }),
    start: instant,
    length: fc.option(fc.integer({ min: 0, max: 3 * MS_AN_HOUR })),
  })
  .map(({ start, length, ...facts }): UsageSpan => ({
    ...OWNER,
    ...facts,
    startedAt: start,
    endedAt: length === null ? null : new Date(start.getTime() + length),
  }));
const spans = fc.array(anySpan, { maxLength: 12 });

/** Asks for every single second who holds it: slow, and obviously right. The earliest span wins. */
function secondBySecond(all: readonly UsageSpan[], from: Date, to: Date): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  const sorted = all.toSorted(
    (a, b) => a.startedAt.getTime() - b.startedAt.getTime() || (a.id < b.id ? -1 : 1),
  );
  for (const key of new Set(sorted.map(({ resource, dimension }) => `${resource} ${dimension}`))) {
    const own = sorted.filter(({ resource, dimension }) => `${resource} ${dimension}` === key);
    for (let second = secondOf(from); second < secondOf(to); second += 1) {
      const holder = own.find(
        ({ startedAt, endedAt }) =>
          secondOf(startedAt) <= second && (endedAt === null || second < secondOf(endedAt)),
      );
      if (holder === undefined) continue;
      const line = `${key} ${holder.product} ${holder.quantity}`;
      found.set(line, (found.get(line) ?? 0) + 1);
    }
  }
  return found;
}

describe('meterHour', () => {
  it('counts the seconds inside the hour, half-open', () => {
    expect(meterHour([span('1', 30, 90)], hours[0] ?? DAY)).toEqual([
      {
        resource: 'server-1',
        dimension: 'vserver-running',
        product: 'standard.small',
        quantity: 1,
        seconds: 1800,
      },
    ]);
    expect(meterHour([span('1', 30, 90)], hours[1] ?? DAY)).toMatchObject([{ seconds: 1800 }]);
    expect(meterHour([span('1', 0, 60)], hours[1] ?? DAY)).toEqual([]);
  });

  it('keeps sizes apart and adds up pieces of one size', () => {
    const lines = meterHour(
      [span('1', 0, 10), span('2', 10, 20, { quantity: 2 }), span('3', 20, 30), span('4', 40, 45)],
      DAY,
    );
    expect(lines.map(({ quantity, seconds }) => [quantity, seconds])).toEqual([
      [1, 1500],
      [2, 600],
    ]);
  });

  it('bills no second twice where intervals overlap', () => {
    const lines = meterHour([span('1', 0, 40), span('2', 20, 50, { product: 'other' })], DAY);
    expect(lines.map(({ product, seconds }) => [product, seconds])).toEqual([
      ['standard.small', 2400],
      ['other', 600],
    ]);
  });

  it('refuses an instant between hours', () => {
    expect(() => meterHour([], minutes(1))).toThrow(expect.objectContaining({ code: 'invalid-request' }));
  });

  property.prop([spans], { numRuns: 60 })('agrees with asking for every second', (all) => {
    const [hour] = hours;
    if (hour === undefined) throw new Error('there are hours');
    const lines = new Map(
      meterHour(all, hour).map(({ resource, dimension, product, quantity, seconds }) => [
        `${resource} ${dimension} ${product} ${quantity}`,
        seconds,
      ]),
    );
    expect(lines).toEqual(secondBySecond(all, hour, hourAfter(hour)));
  });

  property.prop([spans])('gives hours that add up to the whole, to the second', (all) => {
    const byHour = hours
      .flatMap((hour) => meterHour(all, hour))
      .reduce((total, { seconds }) => total + seconds, 0);
    const whole = segmentsOf(all, DAY, END).reduce((total, { from, to }) => total + to - from, 0);
    expect(byHour).toBe(whole);
  });

  property.prop([spans, fc.infiniteStream(fc.nat())])(
    'does not depend on the order of the intervals',
    (all, keys) => {
      const shuffled = all
        .map((each) => ({ each, key: keys.next().value ?? 0 }))
        .toSorted((a, b) => a.key - b.key)
        .map(({ each }) => each);
      const sorted = (lines: ReturnType<typeof meterHour>) =>
        lines.map((line) => JSON.stringify(line)).toSorted();
      expect(sorted(meterHour(shuffled, DAY))).toEqual(sorted(meterHour(all, DAY)));
    },
  );
});

const price = (
  id: string,
  amount: string,
  from: number,
  to: number | null,
  over: Partial<Price> = {},
): Price => ({
  id,
  product: 'standard.small',
  dimension: 'vserver-running',
  amount,
  organizationId: null,
  minimum: 'second',
  tiers: [],
  validFrom: minutes(from),
  validTo: to === null ? null : minutes(to),
  ...over,
});
const firstHour = (all: readonly UsageSpan[]) => segmentsOf(all, DAY, hourAfter(DAY));

describe('rate', () => {
  it('splits a line where the price changes, at the second', () => {
    const lines = rate(firstHour([span('1', 0, 60)]), [
      price('old', '0.36', -60, 20),
      price('new', '0.72', 20, null),
    ]);
    expect(lines.map(({ priceId, seconds, amount }) => [priceId, seconds, amount])).toEqual([
      ['old', 1200, '0.1200000000'],
      ['new', 2400, '0.4800000000'],
    ]);
  });

  it('shows time without a price as a line without an amount', () => {
    const lines = rate(firstHour([span('1', 0, 60)]), [price('p', '1', 30, null)]);
    expect(lines.map(({ priceId, seconds, amount }) => [priceId, seconds, amount])).toEqual([
      ['p', 1800, '0.5000000000'],
      [null, 1800, null],
    ]);
  });

  it('fills up an hour that was begun at the price that counted last', () => {
    const lines = rate(firstHour([span('1', 10, 20), span('2', 30, 45, { product: 'standard.large' })]), [
      price('p', '0.36', -60, null, { minimum: 'hour' }),
      price('large', '0.72', -60, null, { product: 'standard.large', minimum: 'hour' }),
    ]);
    expect(
      lines.map(({ priceId, seconds, billedSeconds, amount }) => [priceId, seconds, billedSeconds, amount]),
    ).toEqual([
      ['p', 600, 600, '0.0600000000'],
      ['large', 900, 3000, '0.6000000000'],
    ]);
  });

  it('takes the own price of an organization before the list, and the list around it', () => {
    const prices = [
      price('list', '0.36', -60, null),
      price('own', '0.18', 20, 40, { organizationId: 'o' }),
      price('other', '9', -60, null, { organizationId: 'somebody' }),
    ];
    const lines = rate(firstHour([span('1', 0, 60)]), prices);
    const seconds = Object.fromEntries(lines.map((line) => [line.priceId, line.seconds]));
    expect(seconds).toEqual({ list: 2400, own: 1200 });
    expect(
      effectivePrices(prices, 'o').map(({ id, validFrom, validTo }) => [id, validFrom, validTo]),
    ).toEqual([
      ['own', minutes(20), minutes(40)],
      ['list', minutes(-60), minutes(20)],
      ['list', minutes(40), null],
    ]);
  });

  it('gives away what needs no price', () => {
    const [line] = rate(firstHour([span('1', 0, 60, { dimension: 'vcpu', product: 'vcpu' })]), []);
    expect(line).toMatchObject({ priceId: null, amount: '0.0000000000' });
  });

  it('takes the price of the product and the dimension, no other', () => {
    const others = [
      price('x', '9', -60, null, { product: 'other' }),
      price('y', '9', -60, null, { dimension: 'vdisk-gib' }),
    ];
    expect(rate(firstHour([span('1', 0, 60)]), others)).toMatchObject([{ priceId: null }]);
  });

  it.each([
    [3600, '0.015', '0.0150000000'],
    [1, '0.01', '0.0000027778'],
    [1, '0.00000018', '0.0000000001'],
    [500 * 3600, '0.0001', '0.0500000000'],
    [1_000_000_000_000, '1234567890.0123456789', '342935525003429355.2500000000'],
  ])('prices %i unit seconds at %s as %s', (quantitySeconds, unitPrice, amount) => {
    expect(amountOf(quantitySeconds, unitPrice)).toBe(amount);
  });

  it('adds without a float', () => {
    expect(sumAmounts(['0.1', '0.2', null])).toBe('0.3000000000');
  });

  const amounts = fc.bigInt({ min: 0n, max: 10n ** 20n - 1n });
  property.prop([fc.integer({ min: 1, max: 1_000_000_000 }), amounts])(
    'rounds half up, as whole numbers say',
    (quantitySeconds, scaled) => {
      const unitPrice = `${scaled / 10n ** 10n}.${String(scaled % 10n ** 10n).padStart(10, '0')}`;
      const exact = (BigInt(quantitySeconds) * scaled * 2n + 3600n) / 7200n;
      const text = `${exact / 10n ** 10n}.${String(exact % 10n ** 10n).padStart(10, '0')}`;
      expect(amountOf(quantitySeconds, unitPrice)).toBe(text);
    },
  );
});
