/**
 * A month's bill: a pure function of the usage of its hours, the prices, and what was credited. Anyone who has these
 * gets the same lines.
 *
 *   hours ──sum──► usage lines ─┐
 *   days that were begun ───────┼──► tiers (what a month's total changes) ──► subtotal ──► total, rounded once
 *   adjustments, corrections ───┘
 */
import type { UsageDimension } from '@openvsys/vsys';
import { DIMENSIONS } from '../dimensions.js';
import { amountText, Exact, sumAmounts } from '../money.js';
import type { Price } from '../price.js';
import { begunDayLines, type DayOfResource } from './begun-days.js';
import { unitsOf, type StatementLine } from './statement-line.js';
import { tierLines } from './tiers.js';

/** All hours of a month of one VSYS, product and price. */
export interface UsageSum {
  readonly vdcId: string;
  readonly vsysId: string;
  readonly dimension: UsageDimension;
  readonly product: string;
  /** Null: no price was valid. */
  readonly priceId: string | null;
  /** Quantity × billed seconds, or what was counted; decimal text, whole. */
  readonly billed: string;
  /** Sum of the hours' amounts; null: it waits for a price. */
  readonly amount: string | null;
}

export interface Credit {
  readonly vsysId: string | null;
  readonly vdcId: string | null;
  readonly amount: string;
  readonly description: string;
  readonly refersTo: string | null;
}

export interface StatementInput {
  readonly sums: readonly UsageSum[];
  readonly days: readonly DayOfResource[];
  readonly timeZone: string;
  /** Every price that a sum names. */
  readonly prices: readonly Price[];
  readonly adjustments: readonly Credit[];
  readonly corrections: readonly StatementLine[];
  /** ISO 4217 */
  readonly currency: string;
}

export interface Statement {
  readonly lines: readonly StatementLine[];
  /** Exact, 10 decimals. */
  readonly subtotal: string;
  /** Rounded half up to the digits of the currency: what is to be paid. */
  readonly total: string;
  /** What should have a price and has none: nothing is charged for it yet. */
  readonly unpriced: readonly UsageSum[];
}

export function makeStatement(input: StatementInput): Statement {
  const prices = new Map(input.prices.map((price) => [price.id, price]));
  const usage = input.sums.filter(({ amount }) => amount !== null).map((sum) => usageLine(sum, prices));
  const days = begunDayLines(input.days, prices, input.timeZone);
  const lines = [
    ...usage,
    ...days,
    ...tierLines([...usage, ...days], prices),
    ...input.corrections,
    ...input.adjustments.map(creditLine),
  ];
  const subtotal = sumAmounts(lines.map(({ amount }) => amount));
  return {
    lines,
    subtotal,
    total: new Exact(subtotal).toFixed(digitsOf(input.currency)),
    unpriced: input.sums.filter(({ amount }) => amount === null),
  };
}

/** Digits after the point of the currency's amounts (ISO 4217): 2 for EUR, 0 for JPY. */
export function digitsOf(currency: string): number {
  const format = new Intl.NumberFormat('en', { style: 'currency', currency });
  return format.resolvedOptions().maximumFractionDigits ?? 2;
}

function usageLine(sum: UsageSum, prices: ReadonlyMap<string, Price>): StatementLine {
  const { vdcId, vsysId, dimension, product, priceId, amount } = sum;
  const { title, unit } = DIMENSIONS[dimension];
  return {
    kind: 'usage',
    vdcId,
    vsysId,
    dimension,
    product,
    priceId,
    units: amountText(unitsOf(dimension, new Exact(sum.billed))),
    unit,
    unitPrice: priceId === null ? null : (prices.get(priceId)?.amount ?? null),
    amount: amount ?? '0',
    description: `${title}: ${product}`,
    refersTo: null,
  };
}

const creditLine = ({ vsysId, vdcId, amount, description, refersTo }: Credit): StatementLine => ({
  kind: 'adjustment',
  vdcId,
  vsysId,
  dimension: null,
  product: null,
  priceId: null,
  units: null,
  unit: null,
  unitPrice: null,
  amount,
  description,
  refersTo,
});
