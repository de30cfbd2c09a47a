/**
 * Prices for days that were begun: what is missing of a day of the contract is paid with the price that counted last on
 * it. A day of 23 or 25 hours is paid as that many.
 */
import type { UsageDimension } from '@openvsys/vsys';
import type { Decimal } from 'decimal.js';
import { DIMENSIONS } from '../dimensions.js';
import type { Price } from '../price.js';
import { secondsOfDay } from './period.js';
import { amountText, Exact } from '../money.js';
import { unitsOf, type StatementLine } from './statement-line.js';

/** One resource and dimension on one local day on which a price for days may have counted last. */
export interface DayOfResource {
  readonly vdcId: string;
  readonly vsysId: string;
  readonly resource: string;
  readonly dimension: UsageDimension;
  /** `2026-03-29` */
  readonly day: string;
  /** Of all its lines on the day. */
  readonly billedSeconds: number;
  /** Of the line that counted last: of the lines of its last hour on the day the one that was held longest. */
  readonly product: string;
  readonly quantity: number;
  readonly priceId: string;
}

export function begunDayLines(
  days: readonly DayOfResource[],
  prices: ReadonlyMap<string, Price>,
  timeZone: string,
): readonly StatementLine[] {
  const groups = Map.groupBy(days, ({ vdcId, vsysId, dimension, product, priceId }) =>
    JSON.stringify([vdcId, vsysId, dimension, product, priceId]),
  );
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    const price = first === undefined ? undefined : prices.get(first.priceId);
    if (first === undefined || price?.minimum !== 'day') return [];
    const missing = group.reduce(
      (total, { day, quantity, billedSeconds }) =>
        total.plus(new Exact(quantity).times(secondsOfDay(day, timeZone) - billedSeconds)),
      new Exact(0),
    );
    return missing.isZero() ? [] : [lineOf(first, price, missing)];
  });
}

function lineOf(of: DayOfResource, price: Price, missing: Decimal): StatementLine {
  const { vdcId, vsysId, dimension, product, priceId } = of;
  const units = unitsOf(dimension, missing);
  return {
    kind: 'begun-days',
    vdcId,
    vsysId,
    dimension,
    product,
    priceId,
    units: amountText(units),
    unit: DIMENSIONS[dimension].unit,
    unitPrice: price.amount,
    // Multiplied before it is divided: units have no end of decimals, and a half has to stay a half.
    amount: amountText(missing.times(price.amount).div(DIMENSIONS[dimension].unitSize)),
    description: `Rest of days that were begun: ${product}`,
    refersTo: null,
  };
}
