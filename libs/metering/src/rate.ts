/**
 * Money from seconds. A price is for one unit for one hour; the amount of a line is
 *
 *   quantity × billed seconds × price ÷ unit size, kept with 10 decimals, halves rounded up.
 *
 * Nothing else is rounded: totals are sums of lines, and only what is shown is rounded to the currency's digits. What
 * depends on more than an hour (days that were begun, tiers) is added by the statement of the month.
 */
import type { UsageDimension } from '@openvsys/vsys';
import { DIMENSIONS } from './dimensions.js';
import { SECONDS_AN_HOUR, secondOf } from './hours.js';
import type { Segment } from './meter-hour.js';
import { amountText, Exact } from './money.js';
import { effectivePrices, type Price } from './price.js';

export interface RatedLine {
  readonly organizationId: string;
  readonly vdcId: string;
  readonly vsysId: string;
  readonly resource: string;
  readonly dimension: UsageDimension;
  readonly product: string;
  readonly quantity: number;
  /** In which it was held. */
  readonly seconds: number;
  /** Which are paid: more than were held when the price is for hours that were begun. */
  readonly billedSeconds: number;
  readonly quantitySeconds: number;
  /** Null: no price was valid. */
  readonly priceId: string | null;
  readonly unitPrice: string | null;
  /** Decimal text with 10 decimals; null: something that must have a price has none. */
  readonly amount: string | null;
}

interface PricedPiece {
  readonly segment: Segment;
  readonly price: Price | undefined;
  readonly seconds: number;
  /** The second in which it ends; 0 for time without a price, which is never the last. */
  readonly end: number;
}

interface OpenLine {
  readonly piece: PricedPiece;
  seconds: number;
  end: number;
}

/**
 * The lines of one hour: `segments` lie inside of it. One for each resource, dimension, product, quantity and price; a
 * price that changes inside the hour splits it.
 */
export function rate(segments: readonly Segment[], prices: readonly Price[]): readonly RatedLine[] {
  const byOrganization = Map.groupBy(segments, ({ span }) => span.organizationId);
  return [...byOrganization].flatMap(([organizationId, own]) =>
    rateOwn(own, effectivePrices(prices, organizationId)),
  );
}

/** Amount of `quantitySeconds` unit seconds at a price for an hour, as decimal text with 10 decimals. */
export const amountOf = (quantitySeconds: number, unitPrice: string): string =>
  amountOfUnits(quantitySeconds, SECONDS_AN_HOUR, unitPrice);

/** Amount of `size` when `unitSize` of it cost `unitPrice`, as decimal text with 10 decimals. */
export function amountOfUnits(size: number, unitSize: number, unitPrice: string): string {
  return amountText(new Exact(size).times(unitPrice).div(unitSize));
}

function rateOwn(segments: readonly Segment[], prices: readonly Price[]): readonly RatedLine[] {
  const byProduct = Map.groupBy(prices, ({ product, dimension }) => JSON.stringify([product, dimension]));
  const lines = new Map<string, OpenLine>();
  for (const segment of segments) {
    const { span } = segment;
    const candidates = byProduct.get(JSON.stringify([span.product, span.dimension])) ?? [];
    for (const piece of piecesOf(segment, candidates)) {
      const key = JSON.stringify([
        span.resource,
        span.dimension,
        span.product,
        span.quantity,
        span.vdcId,
        piece.price?.id,
      ]);
      const line = lines.get(key);
      if (line === undefined) lines.set(key, { piece, seconds: piece.seconds, end: piece.end });
      else {
        line.seconds += piece.seconds;
        line.end = Math.max(line.end, piece.end);
      }
    }
  }
  return withBegunHours([...lines.values()]);
}

/** What is missing of the hour is paid with the price that counted last, when that is one for hours that were begun. */
function withBegunHours(lines: readonly OpenLine[]): readonly RatedLine[] {
  const byResource = Map.groupBy(lines, ({ piece: { segment } }) =>
    JSON.stringify([segment.span.resource, segment.span.dimension]),
  );
  return [...byResource.values()].flatMap((own) => {
    const held = own.reduce((total, { seconds }) => total + seconds, 0);
    const last = own.reduce((latest, line) => (line.end > latest.end ? line : latest));
    return own.map((line) => {
      const isExtended = line === last && line.piece.price?.minimum === 'hour';
      return lineOf(line, line.seconds + (isExtended ? SECONDS_AN_HOUR - held : 0));
    });
  });
}

function piecesOf(segment: Segment, prices: readonly Price[]): readonly PricedPiece[] {
  const priced = prices.flatMap((price): PricedPiece[] => {
    const from = Math.max(segment.from, secondOf(price.validFrom));
    const end = Math.min(segment.to, price.validTo === null ? segment.to : secondOf(price.validTo));
    return end > from ? [{ segment, price, seconds: end - from, end }] : [];
  });
  const covered = priced.reduce((total, { seconds }) => total + seconds, 0);
  const unpriced = segment.to - segment.from - covered;
  if (unpriced === 0) return priced;
  return [...priced, { segment, price: undefined, seconds: unpriced, end: 0 }];
}

function lineOf({ piece: { segment, price }, seconds }: OpenLine, billedSeconds: number): RatedLine {
  const { span } = segment;
  const { unitSize, sold } = DIMENSIONS[span.dimension];
  const free = sold === 'when-priced' ? amountText(new Exact(0)) : null;
  return {
    organizationId: span.organizationId,
    vdcId: span.vdcId,
    vsysId: span.vsysId,
    resource: span.resource,
    dimension: span.dimension,
    product: span.product,
    quantity: span.quantity,
    seconds,
    billedSeconds,
    quantitySeconds: span.quantity * seconds,
    priceId: price?.id ?? null,
    unitPrice: price?.amount ?? null,
    amount: price === undefined ? free : amountOfUnits(span.quantity * billedSeconds, unitSize, price.amount),
  };
}
