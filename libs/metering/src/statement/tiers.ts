/**
 * Tiers: hours are rated at the price of the first unit; what a month's total changes is one line for each price.
 * Units of a product count in the order in which its prices became valid.
 *
 *   price   0.10 ──┐
 *                  └── 0.08 ──┐ from 1000
 *                             └── 0.05   from 5000 units of the month on
 */
import type { Decimal } from 'decimal.js';
import type { Price } from '../price.js';
import { amountText, Exact } from '../money.js';
import type { StatementLine } from './statement-line.js';

export function tierLines(
  lines: readonly StatementLine[],
  prices: ReadonlyMap<string, Price>,
): readonly StatementLine[] {
  const byProduct = Map.groupBy(lines, ({ product, dimension }) => JSON.stringify([product, dimension]));
  return [...byProduct.values()].flatMap((own) => {
    const byPrice = [...Map.groupBy(own, ({ priceId }) => priceId ?? '')].flatMap(([id, ofPrice]) => {
      const price = prices.get(id);
      return price === undefined ? [] : [{ price, units: unitsIn(ofPrice), model: ofPrice[0] }];
    });
    let before = new Exact(0);
    return byPrice.toSorted(byValidity).flatMap(({ price, units, model }) => {
      const after = before.plus(units);
      const difference = costBetween(price, before, after).minus(units.times(price.amount));
      before = after;
      return difference.isZero() || model === undefined ? [] : [lineOf(model, price, difference)];
    });
  });
}

/** What the units after the first `from` up to `to` of a month cost. */
export function costBetween(price: Price, from: Decimal, to: Decimal): Decimal {
  const steps = [{ from: '0', amount: price.amount }, ...price.tiers];
  return steps.reduce((cost, step, index) => {
    const next = steps[index + 1];
    const begin = Exact.max(from, step.from);
    const end = next === undefined ? to : Exact.min(to, next.from);
    return end.gt(begin) ? cost.plus(end.minus(begin).times(step.amount)) : cost;
  }, new Exact(0));
}

const unitsIn = (lines: readonly StatementLine[]): Decimal =>
  lines.reduce((total, { units }) => total.plus(units ?? 0), new Exact(0));

const byValidity = (a: { readonly price: Price }, b: { readonly price: Price }): number =>
  a.price.validFrom.getTime() - b.price.validFrom.getTime() || (a.price.id < b.price.id ? -1 : 1);

const lineOf = (model: StatementLine, price: Price, difference: Decimal): StatementLine => ({
  ...model,
  kind: 'tier',
  vdcId: null,
  vsysId: null,
  units: null,
  unitPrice: null,
  amount: amountText(difference),
  description: `Tiers of the month: ${price.product}`,
});
