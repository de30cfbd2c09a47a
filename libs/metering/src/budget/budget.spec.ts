import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isUsedUp, passedThresholds, requireTerms, type BudgetTerms } from './budget.js';

const terms: BudgetTerms = {
  amount: '200.00',
  atLimit: 'stop-new',
  thresholds: [
    { basis: 'spent', unit: 'percent', value: '50' },
    { basis: 'forecast', unit: 'percent', value: '100' },
    { basis: 'spent', unit: 'amount', value: '150' },
  ],
};
const passed = (spent: string, forecast: string): string[] =>
  passedThresholds(terms, { spent, forecast }).map(({ key }) => key);

describe('a budget', () => {
  it('passes each mark exactly when its figure has reached it', () => {
    expect(passed('99.9999999999', '199.99')).toEqual([]);
    expect(passed('100', '199.99')).toEqual(['spent 50 percent of 200']);
    expect(passed('100', '200')).toEqual(['spent 50 percent of 200', 'forecast 100 percent of 200']);
    expect(passed('150', '0')).toEqual(['spent 50 percent of 200', 'spent 150 amount of 200']);
  });

  it('is used up by what is spent, not by what is forecast', () => {
    expect(isUsedUp(terms, { spent: '199.9999999999', forecast: '900' })).toBe(false);
    expect(isUsedUp(terms, { spent: '200', forecast: '200' })).toBe(true);
  });

  it('passes its marks anew when its amount is another one', () => {
    const raised = passedThresholds({ ...terms, amount: '201' }, { spent: '170', forecast: '0' });
    expect(raised.map(({ key }) => key)).not.toContain('spent 50 percent of 200');
  });

  it('passes more marks the more is spent, never fewer', () => {
    const cents = fc.integer({ min: 0, max: 40_000 });
    fc.assert(
      fc.property(cents, cents, cents, (spent, more, forecast) => {
        const money = (value: number): string => (value / 100).toFixed(2);
        const before = passed(money(spent), money(forecast));
        expect(passed(money(spent + more), money(forecast + more))).toEqual(expect.arrayContaining(before));
      }),
    );
  });

  it.each(['0', '-1', '', 'x', '1e3', '1.00001', '999999999999999'])('refuses the amount “%s”', (amount) => {
    expect(() => requireTerms({ ...terms, amount })).toThrow(expect.objectContaining({ pointer: '/amount' }));
  });

  it('refuses marks that are none', () => {
    const odd = { basis: 'spent', unit: 'percent', value: '1001' } as const;
    expect(() => requireTerms({ ...terms, thresholds: [odd] })).toThrow('1000 percent');
  });
});
