/** What a VSYS will cost while its spec is reached: shown before anything is built. */
import { Decimal } from 'decimal.js';
import type { Holdings, PartId, UsageDimension, VsysSpec } from '@openvsys/vsys';
import { holdingsWhenReached } from './holdings.js';
import { SECONDS_AN_HOUR } from './hours.js';
import type { Price } from './price.js';
import { sumAmounts } from './money.js';
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
  const byProduct = new Map(valid.map((price) => [JSON.stringify([price.product, price.dimension]), price]));
  const lines = holdings.flatMap(({ resource, items }) =>
    items.map((item): RunningPriceLine => {
      const unitPrice = byProduct.get(JSON.stringify([item.product, item.dimension]))?.amount ?? null;
      const { unitSize } = DIMENSIONS[item.dimension];
      const perHour =
        unitPrice === null ? null : amountOfUnits(item.quantity * SECONDS_AN_HOUR, unitSize, unitPrice);
      return { resource, ...item, unitPrice, perHour };
    }),
  );
  const perHour = sumAmounts(lines.map((line) => line.perHour));
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
