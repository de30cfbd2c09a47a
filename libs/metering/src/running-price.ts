/** What a VSYS will cost while its spec is reached: shown before anything is built. */
import { Decimal } from 'decimal.js';
import type { Holdings, PartId, UsageDimension, VsysSpec } from '@openvsys/vsys';
import { holdingsWhenReached, type HoldingItem } from './holdings.js';
import { SECONDS_AN_HOUR } from './hours.js';
import type { Price } from './price.js';
import { Exact, sumAmounts } from './money.js';
import { amountOfUnits } from './rate.js';
import { DIMENSIONS } from './dimensions.js';

/** 8,760 hours a year ÷ 12; months of a bill are counted by their real hours. */
export const HOURS_A_MONTH = 730;

export interface RunningPriceLine {
  readonly resource: PartId;
  readonly dimension: UsageDimension;
  readonly product: string;
  readonly quantity: number;
  /** Null: no price is valid at the instant; then it costs nothing or waits for one. */
  readonly unitPrice: string | null;
  readonly perHour: string | null;
}

export interface RunningPrice {
  readonly lines: readonly RunningPriceLine[];
  /** Decimal texts; sums of the lines that have a price. */
  readonly perHour: string;
  readonly perMonth: string;
  /** Products without a price: the sums are too low by them. */
  readonly unpriced: readonly string[];
}

/** What a VSYS costs once its spec is reached; see `priceHoldings`. */
export const runningPriceOf = (spec: VsysSpec, prices: readonly Price[], at: Date): RunningPrice =>
  priceHoldings(holdingsWhenReached(spec), prices, at);

/** What it costs when every server and EFM of it is stopped: disks and addresses go on. */
export const stoppedPriceOf = (spec: VsysSpec, prices: readonly Price[], at: Date): RunningPrice =>
  runningPriceOf(
    { ...spec, servers: spec.servers.map((server) => ({ ...server, power: 'stopped' })) },
    prices,
    at,
  );

/**
 * What these holdings cost as long as they are held. `prices`: those that count for the organization, see
 * `effectivePrices`. Tiers are left out: they depend on the month.
 */
export function priceHoldings(
  holdings: readonly Holdings[],
  prices: readonly Price[],
  at: Date,
): RunningPrice {
  const valid = prices.filter(
    ({ validFrom, validTo }) => validFrom <= at && (validTo === null || at < validTo),
  );
  const priceOf = pricing(valid);
  const lines = holdings.flatMap(({ resource, items }) =>
    items.map((item): RunningPriceLine => ({ resource, ...item, ...priceOf(item) })),
  );
  const perHour = sumOf(lines);
  const unpriced = lines
    .filter(({ dimension, unitPrice }) => unitPrice === null && DIMENSIONS[dimension].sold === 'always')
    .map(({ product }) => product);
  return {
    lines,
    perHour,
    perMonth: new Decimal(perHour).times(HOURS_A_MONTH).toFixed(),
    unpriced: [...new Set(unpriced)],
  };
}

type Priced = Pick<RunningPriceLine, 'unitPrice' | 'perHour'>;

const keyOf = (product: string, dimension: string): string => `${dimension} ${product}`;

/** Systems are made of many equal things: each is worked out once. */
function pricing(prices: readonly Price[]): (item: HoldingItem) => Priced {
  const amounts = new Map(prices.map((price) => [keyOf(price.product, price.dimension), price.amount]));
  const known = new Map<string, Priced>();
  return ({ product, dimension, quantity }) => {
    const key = keyOf(product, dimension);
    const exact = `${quantity} ${key}`;
    const before = known.get(exact);
    if (before !== undefined) return before;
    const unitPrice = amounts.get(key) ?? null;
    const { unitSize } = DIMENSIONS[dimension];
    const perHour =
      unitPrice === null ? null : amountOfUnits(quantity * SECONDS_AN_HOUR, unitSize, unitPrice);
    const priced = { unitPrice, perHour };
    known.set(exact, priced);
    return priced;
  };
}

/** As `sumAmounts`; equal amounts are multiplied instead of added one by one. */
function sumOf(lines: readonly Priced[]): string {
  const times = new Map<string | null, number>();
  for (const { perHour } of lines) times.set(perHour, (times.get(perHour) ?? 0) + 1);
  return sumAmounts([...times].map(([amount, count]) => new Exact(amount ?? 0).times(count).toFixed()));
}
