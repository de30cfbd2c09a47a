import { describe, expect, it } from 'vitest';
import { Exact } from '../money.js';
import type { Price } from '../price.js';
import type { StatementLine } from '../statement/statement-line.js';
import { FOCUS_COLUMNS, focusRows, type FocusBill, type FocusRow } from './focus.js';
import { brokenFocusRules } from '../../test/focus-rules.js';

const START = new Date('2026-02-28T23:00:00Z');
const END = new Date('2026-03-31T22:00:00Z');

const price = (over: Partial<Price>): Price => ({
  id: 'price-1',
  product: 'small',
  dimension: 'vserver-running',
  amount: '0.1',
  organizationId: null,
  minimum: 'second',
  tiers: [],
  validFrom: START,
  validTo: null,
  ...over,
});

const line = (over: Partial<StatementLine>): StatementLine => ({
  kind: 'usage',
  vdcId: 'vdc-1',
  vsysId: 'DEMO0001-AAAAAAAAA',
  dimension: 'vserver-running',
  product: 'small',
  priceId: 'price-1',
  units: '743.0000000000',
  unit: 'server-hour',
  unitPrice: '0.1000000000',
  amount: '74.3000000000',
  description: 'Running server: small',
  refersTo: null,
  ...over,
});
const nothing = { units: null, unit: null, unitPrice: null } as const;
const LINES: readonly StatementLine[] = [
  line({}),
  line({ kind: 'begun-days', units: '1.5000000000', amount: '0.1500000000' }),
  line({ kind: 'tier', vdcId: null, vsysId: null, ...nothing, amount: '-2.3333333333' }),
  line({ kind: 'correction', ...nothing, amount: '-0.2000000000', refersTo: '2026-02' }),
  line({
    kind: 'adjustment',
    dimension: null,
    product: null,
    priceId: null,
    ...nothing,
    amount: '-5.0000000000',
  }),
  line({
    kind: 'adjustment',
    dimension: null,
    product: null,
    priceId: null,
    ...nothing,
    amount: '1.0000000000',
  }),
];

const bill = (over: Partial<FocusBill> = {}): FocusBill => ({
  accountId: 'DEMO0001',
  accountName: 'Demo',
  currency: 'EUR',
  start: START,
  end: END,
  subtotal: '67.9166666667',
  total: '67.92',
  provider: 'OpenVSYS',
  names: new Map([['vdc-1', 'main']]),
  prices: new Map([['price-1', price({})]]),
  listPrices: [],
  ...over,
});

const rows = (over: Partial<FocusBill> = {}): readonly FocusRow[] => [...focusRows(bill(over), LINES)];

describe('FOCUS rows', () => {
  it('keep the column rules, each line and the rounding', () => {
    for (const row of rows())
      expect([row['ChargeDescription'], brokenFocusRules(row)]).toEqual([row['ChargeDescription'], []]);
  });

  it('have every column in every row', () => {
    for (const row of rows()) expect(Object.keys(row).toSorted()).toEqual(FOCUS_COLUMNS.toSorted());
  });

  it('add up to what is to be paid, and to the exact sum while the month is a draft', () => {
    const sum = (all: readonly FocusRow[]): string =>
      all.reduce((total, { BilledCost }) => total.plus(BilledCost ?? 'NaN'), new Exact(0)).toFixed();
    expect(sum(rows())).toBe('67.92');
    expect(sum(rows({ total: null }))).toBe('67.9166666667');
  });

  it('show the list price beside a price of the organization’s own', () => {
    const own = price({ organizationId: 'org', amount: '0.1' });
    const [first] = rows({
      prices: new Map([['price-1', own]]),
      listPrices: [price({ id: 'list', amount: '0.2' })],
    });
    expect(first).toMatchObject({
      ContractedUnitPrice: '0.1000000000',
      ListUnitPrice: '0.2',
      ListCost: '148.6000000000',
      ContractedCost: '74.3000000000',
    });
  });

  it('are refused by the rules when they are wrong, so that the rules are worth something', () => {
    const [good] = rows();
    if (good === undefined) throw new Error('there are rows');
    const wrong: readonly Partial<FocusRow>[] = [
      { BilledCost: null },
      { ChargeCategory: 'Other' },
      { ChargePeriodEnd: good.ChargePeriodStart },
      { ConsumedQuantity: null },
      { ContractedCost: '1' },
      { ListCost: null },
      { BillingCurrency: 'Euro' },
      { ChargeClass: 'Wrong' },
      { BillingPeriodStart: '2026-03-01' },
      { ServiceCategory: 'Servers' },
      { PricingUnit: null },
    ];
    for (const change of wrong) expect(brokenFocusRules({ ...good, ...change })).not.toEqual([]);
  });
});
