/** What tiers change: units of a product count in the order of its prices, each price has steps of its own. */
import { divide, scaled, UNIT_SECONDS, type OraclePrice } from './history.js';
import type { OracleLine } from './replay.js';

export function tierLines(
  usage: readonly OracleLine[],
  prices: readonly OraclePrice[],
): readonly OracleLine[] {
  const products = new Set(usage.map(({ product, dimension }) => `${dimension} ${product}`));
  return [...products].flatMap((key) => {
    const own = usage.filter(({ product, dimension }) => `${dimension} ${product}` === key);
    const used = prices
      .filter(({ id }) => own.some(({ priceId }) => priceId === id))
      .toSorted((a, b) => a.validFrom - b.validFrom || (a.id < b.id ? -1 : 1));
    let before = 0n;
    return used.flatMap((price): OracleLine[] => {
      const billed = own
        .filter(({ priceId }) => priceId === price.id)
        .reduce((sum, line) => sum + line.billed, 0n);
      const unit = UNIT_SECONDS[price.dimension] ?? 1n;
      const cost = costOf(price, unit, before + billed) - costOf(price, unit, before);
      before += billed;
      // Cost is in 10⁻²⁰ × unit × seconds, as thresholds have decimals too.
      const amount = divide(cost - billed * scaled(price.amount) * SCALE, unit * SCALE);
      if (amount === 0n) return [];
      const { product, dimension, id: priceId } = price;
      return [{ kind: 'tier', vsysId: null, dimension, product, priceId, billed: 0n, amount }];
    });
  });
}

const SCALE = 10n ** 10n;

/** Of the first `size` unit-seconds of a month, × 10¹⁰. */
function costOf({ amount, tiers }: OraclePrice, unit: bigint, size: bigint): bigint {
  const steps = [{ from: '0', amount }, ...tiers];
  return steps.reduce((cost, step, index) => {
    const begin = scaled(step.from) * unit;
    const next = steps[index + 1];
    const end = next === undefined ? size * SCALE : smaller(size * SCALE, scaled(next.from) * unit);
    return end > begin ? cost + (end - begin) * scaled(step.amount) : cost;
  }, 0n);
}

const smaller = (a: bigint, b: bigint): bigint => (a < b ? a : b);
