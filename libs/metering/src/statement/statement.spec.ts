import { fc, it as property } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { MS_AN_HOUR } from '../hours.js';
import { Exact, sumAmounts } from '../money.js';
import type { Price } from '../price.js';
import { correctionsOf } from './corrections.js';
import { periodAfter, periodAt, periodOf, secondsOfDay } from './period.js';
import { makeStatement, type StatementInput, type UsageSum } from './statement.js';
import { costBetween } from './tiers.js';

const price = (over: Partial<Price> = {}): Price => ({
  id: 'p-1',
  product: 'standard.small',
  dimension: 'vserver-running',
  amount: '0.1',
  organizationId: null,
  minimum: 'second',
  tiers: [],
  validFrom: new Date('2026-01-01T00:00:00Z'),
  validTo: null,
  ...over,
});
const sum = (over: Partial<UsageSum> = {}): UsageSum => ({
  vdcId: 'v',
  vsysId: 's',
  dimension: 'vserver-running',
  product: 'standard.small',
  priceId: 'p-1',
  billed: '3600',
  amount: '0.1000000000',
  ...over,
});
const input = (over: Partial<StatementInput> = {}): StatementInput => ({
  sums: [],
  days: [],
  timeZone: 'Europe/Berlin',
  prices: [price()],
  adjustments: [],
  corrections: [],
  currency: 'EUR',
  ...over,
});

describe('the month of a bill', () => {
  it.each([
    ['2026-03', 'Europe/Berlin', 31 * 24 - 1],
    ['2026-10', 'Europe/Berlin', 31 * 24 + 1],
    ['2028-02', 'UTC', 29 * 24],
    ['2026-11', 'Asia/Kolkata', 30 * 24],
    ['2026-04', 'Australia/Lord_Howe', 30 * 24 + 0.5],
  ])('%s in %s has %d hours, to the hour in which a day begins', (label, zone, hours) => {
    const { start, end } = periodOf(label, zone);
    expect(Math.abs((end.getTime() - start.getTime()) / MS_AN_HOUR - hours)).toBeLessThan(1);
    expect(start.getTime() % MS_AN_HOUR).toBe(0);
  });

  property.prop([
    fc.constantFrom('Europe/Berlin', 'America/St_Johns', 'Asia/Kathmandu', 'Pacific/Apia', 'UTC'),
    fc.integer({ min: 2011 * 12, max: 2035 * 12 }),
  ])('months follow each other without a gap and without an overlap', (zone, month) => {
    const label = `${Math.floor(month / 12)}-${String((month % 12) + 1).padStart(2, '0')}`;
    const period = periodOf(label, zone);
    expect(periodAfter(period).start).toEqual(period.end);
    expect(periodAt(period.start, zone).label).toBe(label);
    expect(periodAt(new Date(period.end.getTime() - MS_AN_HOUR), zone).label).toBe(label);
  });

  it('knows days of 23 and 25 hours, and refuses what is no month', () => {
    expect(secondsOfDay('2026-03-29', 'Europe/Berlin')).toBe(23 * 3600);
    expect(secondsOfDay('2026-10-25', 'Europe/Berlin')).toBe(25 * 3600);
    expect(() => periodOf('2026-13', 'UTC')).toThrow(/not a month/);
    expect(() => periodOf('2026-03', 'Mars/Base')).toThrow(/not a time zone/);
  });
});

describe('a statement', () => {
  it('is the sum of its hours, rounded once to the digits of the currency', () => {
    const sums = [sum({ amount: '0.3333333333' }), sum({ vsysId: 't', amount: '0.6711111111' })];
    expect(makeStatement(input({ sums }))).toMatchObject({ subtotal: '1.0044444444', total: '1.00' });
    expect(makeStatement(input({ sums, currency: 'JPY' })).total).toBe('1');
    expect(makeStatement(input({ sums: [sum({ amount: '1.005' })] })).total).toBe('1.01');
  });

  it('fills up days that were begun, with 23 hours where the day has 23', () => {
    const days = [
      { ...sum(), resource: 'r', day: '2026-03-29', billedSeconds: 3600, quantity: 2, priceId: 'p-1' },
    ];
    const [line] = makeStatement(input({ days, prices: [price({ minimum: 'day' })] })).lines;
    expect(line).toMatchObject({ kind: 'begun-days', units: '44.0000000000', amount: '4.4000000000' });
    expect(makeStatement(input({ days })).lines).toEqual([]);
  });

  it('gives included units and cheaper tiers back, across prices that follow each other', () => {
    const tiers = [
      { from: '0', amount: '0' },
      { from: '10', amount: '0.1' },
    ];
    const prices = [
      price({ tiers }),
      price({
        id: 'p-2',
        amount: '0.2',
        tiers: [{ from: '12', amount: '0.05' }],
        validFrom: new Date('2026-03-10'),
      }),
    ];
    const sums = [
      sum({ billed: String(11 * 3600), amount: '1.1000000000' }),
      sum({ priceId: 'p-2', billed: String(4 * 3600), amount: '0.8000000000' }),
    ];
    const { lines, subtotal } = makeStatement(input({ sums, prices }));
    // 10 of 11 are included; of the other 4 one is the twelfth, three are beyond it.
    expect(lines.filter(({ kind }) => kind === 'tier').map(({ amount }) => amount)).toEqual([
      '-1.0000000000',
      '-0.4500000000',
    ]);
    expect(subtotal).toBe('0.4500000000');
  });

  const anyTiers = fc
    .uniqueArray(fc.integer({ min: 1, max: 1000 }), { maxLength: 4 })
    .chain((edges) =>
      fc.tuple(
        ...edges
          .toSorted((a, b) => a - b)
          .map((from) =>
            fc
              .integer({ min: 0, max: 100 })
              .map((cents) => ({ from: String(from), amount: (cents / 100).toFixed(2) })),
          ),
      ),
    );
  property.prop([anyTiers, fc.array(fc.integer({ min: 0, max: 500 }), { minLength: 1, maxLength: 6 })])(
    'costs with tiers what its units cost one after the other',
    (tiers, parts) => {
      const tiered = price({ tiers });
      const sums = parts.map((units, n) =>
        sum({
          vsysId: `s-${n}`,
          billed: String(units * 3600),
          amount: new Exact(units).times('0.1').toFixed(10),
        }),
      );
      const total = parts.reduce((all, units) => all + units, 0);
      let oneByOne = new Exact(0);
      for (let unit = 0; unit < total; unit += 1) {
        const tier = tiers.findLast(({ from }) => Number(from) <= unit);
        oneByOne = oneByOne.plus(tier?.amount ?? '0.1');
      }
      expect(makeStatement(input({ sums, prices: [tiered] })).subtotal).toBe(oneByOne.toFixed(10));
      expect(costBetween(tiered, new Exact(0), new Exact(total)).toFixed(10)).toBe(oneByOne.toFixed(10));
    },
  );

  it('shows what waits for a price and charges nothing for it', () => {
    const { unpriced, subtotal } = makeStatement(input({ sums: [sum({ amount: null, priceId: null })] }));
    expect(unpriced).toHaveLength(1);
    expect(subtotal).toBe('0.0000000000');
  });
});

describe('corrections', () => {
  const lines = (...amounts: readonly string[]) =>
    makeStatement(input({ sums: amounts.map((amount, n) => sum({ vsysId: `s-${n}`, amount })) })).lines;

  it('bill the difference once', () => {
    const billed = lines('1', '2');
    const now = lines('1', '1.5', '3');
    const corrections = correctionsOf('2026-03', billed, now);
    expect(corrections.map(({ vsysId, amount, refersTo }) => [vsysId, amount, refersTo])).toEqual([
      ['s-1', '-0.5000000000', '2026-03'],
      ['s-2', '3.0000000000', '2026-03'],
    ]);
    expect(correctionsOf('2026-03', [...billed, ...corrections], now)).toEqual([]);
  });

  property.prop([fc.array(fc.nat(100), { maxLength: 8 }), fc.array(fc.nat(100), { maxLength: 8 })])(
    'make the closed month what it should have been',
    (before, after) => {
      const billed = lines(...before.map(String));
      const now = lines(...after.map(String));
      const all = [...billed, ...correctionsOf('2026-03', billed, now)];
      expect(sumAmounts(all.map(({ amount }) => amount))).toBe(sumAmounts(now.map(({ amount }) => amount)));
    },
  );
});
