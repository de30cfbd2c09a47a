/**
 * Money from seconds. A price is for one unit for one hour; the amount of a line is
 *
 *   quantity × seconds × price ÷ 3600, kept with 10 decimals, halves rounded up.
 *
 * Nothing else is rounded: totals are sums of lines, and only what is shown is rounded to the currency's digits.
 */
import { Decimal } from 'decimal.js';
import type { UsageDimension } from '@openvsys/vsys';
import { SECONDS_AN_HOUR, secondOf } from './hours.js';
import type { Segment } from './meter-hour.js';

/** Decimals that an amount keeps; the column in the database has as many. */
export const AMOUNT_DECIMALS = 10;
/** Enough digits that quantity × seconds × price is exact before the one division. */
const Money = Decimal.clone({ precision: 60, rounding: Decimal.ROUND_HALF_UP });

export interface Price {
  readonly id: string;
  readonly product: string;
  readonly dimension: string;
  /** Decimal text, for one unit for one hour. */
  readonly amount: string;
  readonly validFrom: Date;
  /** Exclusive; null: until further notice. */
  readonly validTo: Date | null;
}

export interface RatedLine {
  readonly organizationId: string;
  readonly vdcId: string;
  readonly vsysId: string;
  readonly resource: string;
  readonly dimension: UsageDimension;
  readonly product: string;
  readonly quantity: number;
  readonly seconds: number;
  readonly quantitySeconds: number;
  /** Null: no price was valid, so there is no amount either. */
  readonly priceId: string | null;
  readonly unitPrice: string | null;
  /** Decimal text with 10 decimals. */
  readonly amount: string | null;
}

interface PricedPiece {
  readonly segment: Segment;
  readonly price: Price | undefined;
  readonly seconds: number;
}

/** One line for each resource, dimension, product, quantity and price; a price that changes inside the time splits it. */
export function rate(segments: readonly Segment[], prices: readonly Price[]): readonly RatedLine[] {
  const byProduct = Map.groupBy(prices, ({ product, dimension }) => JSON.stringify([product, dimension]));
  const seconds = new Map<string, { readonly piece: PricedPiece; seconds: number }>();
  for (const segment of segments) {
    const { span } = segment;
    const candidates = byProduct.get(JSON.stringify([span.product, span.dimension])) ?? [];
    for (const piece of piecesOf(segment, candidates)) {
      const key = JSON.stringify([
        span.resource,
        span.dimension,
        span.product,
        span.quantity,
        piece.price?.id,
      ]);
      const line = seconds.get(key);
      if (line === undefined) seconds.set(key, { piece, seconds: piece.seconds });
      else line.seconds += piece.seconds;
    }
  }
  return [...seconds.values()].map(({ piece, seconds: total }) => lineOf(piece, total));
}

/** Amount of `quantitySeconds` unit seconds, as decimal text with 10 decimals. */
export function amountOf(quantitySeconds: number, unitPrice: string): string {
  return new Money(quantitySeconds)
    .times(unitPrice)
    .div(SECONDS_AN_HOUR)
    .toDecimalPlaces(AMOUNT_DECIMALS)
    .toFixed(AMOUNT_DECIMALS);
}

/** Exact sum of decimal texts; lines without an amount add nothing. */
export function sumAmounts(amounts: readonly (string | null)[]): string {
  const sum = amounts.reduce((total, amount) => total.plus(amount ?? 0), new Money(0));
  return sum.toFixed(AMOUNT_DECIMALS);
}

function piecesOf(segment: Segment, prices: readonly Price[]): readonly PricedPiece[] {
  const priced = prices.flatMap((price): PricedPiece[] => {
    const from = Math.max(segment.from, secondOf(price.validFrom));
    const to = Math.min(segment.to, price.validTo === null ? segment.to : secondOf(price.validTo));
    return to > from ? [{ segment, price, seconds: to - from }] : [];
  });
  const covered = priced.reduce((total, { seconds }) => total + seconds, 0);
  const unpriced = segment.to - segment.from - covered;
  return unpriced > 0 ? [...priced, { segment, price: undefined, seconds: unpriced }] : priced;
}

function lineOf({ segment: { span }, price }: PricedPiece, seconds: number): RatedLine {
  const quantitySeconds = span.quantity * seconds;
  return {
    organizationId: span.organizationId,
    vdcId: span.vdcId,
    vsysId: span.vsysId,
    resource: span.resource,
    dimension: span.dimension,
    product: span.product,
    quantity: span.quantity,
    seconds,
    quantitySeconds,
    priceId: price?.id ?? null,
    unitPrice: price?.amount ?? null,
    amount: price === undefined ? null : amountOf(quantitySeconds, price.amount),
  };
}
