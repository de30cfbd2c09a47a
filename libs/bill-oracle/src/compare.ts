/** Holds a bill against what the oracle says. */
import { scaled } from './history.js';
import type { OracleLine } from './replay.js';

/** A line of a bill as the product tells it. */
export interface BilledLine {
  readonly kind: string;
  readonly vsysId: string | null;
  readonly dimension: string | null;
  readonly product: string | null;
  readonly priceId: string | null;
  readonly amount: string;
}

/**
 * The product computes tiers from units that are kept with 10 decimals, the oracle from whole seconds: a tier line may
 * differ by this much, in 10⁻¹⁰ of the currency. Every other line has to be the same to the last digit.
 */
const TIER_TOLERANCE = 100n;

/** What is different, in words; empty: the bill is proved. Adjustments and corrections are not the oracle's. */
export function differencesOf(billed: readonly BilledLine[], told: readonly OracleLine[]): readonly string[] {
  const keyOf = (line: BilledLine | OracleLine): string =>
    JSON.stringify([
      line.kind,
      line.kind === 'tier' ? null : line.vsysId,
      line.dimension,
      line.product,
      line.priceId,
    ]);
  const ours = new Map(billed.map((line) => [keyOf(line), scaled(line.amount)]));
  const theirs = new Map(told.map((line) => [keyOf(line), line.amount]));
  return [...new Set([...ours.keys(), ...theirs.keys()])].flatMap((key) => {
    const [bill = 0n, oracle = 0n] = [ours.get(key), theirs.get(key)];
    const difference = bill > oracle ? bill - oracle : oracle - bill;
    const allowed = key.startsWith('["tier"') ? TIER_TOLERANCE : 0n;
    return difference > allowed ? [`${key}: billed ${bill}, the oracle says ${oracle} (in 1e-10)`] : [];
  });
}

/** The sum of all lines in 10⁻¹⁰. */
export const totalOf = (told: readonly OracleLine[]): bigint =>
  told.reduce((sum, { amount }) => sum + amount, 0n);
