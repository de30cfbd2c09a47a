/**
 * Prices and which of them counts. A list has prices for everybody; an organization may have prices of its own, which
 * lie over the list while they are valid:
 *
 *   list       ├──── 0.10 ────┼──── 0.12 ──────────►
 *   own              ├─ 0.08 ─┤
 *   effective  ├0.10─┼─ 0.08 ─┼──── 0.12 ──────────►
 */
/** The least time that is billed: exactly what was used, each clock hour (UTC) that was begun, each day of the contract. */
export const PRICE_MINIMUMS = ['second', 'hour', 'day'] as const;
export type PriceMinimum = (typeof PRICE_MINIMUMS)[number];

/** From so many units of a month on (decimal text), a unit costs `amount`. */
export interface PriceTier {
  readonly from: string;
  readonly amount: string;
}

export interface Price {
  readonly id: string;
  readonly product: string;
  readonly dimension: string;
  /** Decimal text, for one unit (for one hour, when it is held). */
  readonly amount: string;
  /** Null: for everybody who has no price of its own. */
  readonly organizationId: string | null;
  readonly minimum: PriceMinimum;
  /** Ascending; below the first, `amount` counts. Units that are included cost 0 from 0 on. Applied to a month's total. */
  readonly tiers: readonly PriceTier[];
  readonly validFrom: Date;
  /** Exclusive; null: until further notice. */
  readonly validTo: Date | null;
}

interface Validity {
  readonly validFrom: Date;
  readonly validTo: Date | null;
}

/** The prices that count for the organization, cut to when they do. Prices of other organizations are left out. */
export function effectivePrices(prices: readonly Price[], organizationId: string): readonly Price[] {
  const own = prices.filter((price) => price.organizationId === organizationId);
  const list = prices.filter((price) => price.organizationId === null);
  if (own.length === 0) return list;
  const bySold = Map.groupBy(own, soldKey);
  return [...own, ...list.flatMap((price) => without(price, bySold.get(soldKey(price)) ?? []))];
}

const soldKey = ({ product, dimension }: Price): string => JSON.stringify([product, dimension]);

/** What is left of a price when the times of others are taken out of its time. */
function without(price: Price, others: readonly Validity[]): readonly Price[] {
  return others.reduce<readonly Price[]>(
    (rest, other) => rest.flatMap((piece) => outside(piece, other)),
    [price],
  );
}

function outside(piece: Price, { validFrom, validTo }: Validity): readonly Price[] {
  const ends = piece.validTo?.getTime() ?? Infinity;
  const before = Math.min(ends, validFrom.getTime());
  const after = Math.max(piece.validFrom.getTime(), validTo?.getTime() ?? Infinity);
  const left: Price[] =
    before > piece.validFrom.getTime()
      ? [{ ...piece, validTo: before === Infinity ? null : new Date(before) }]
      : [];
  const right: Price[] = after < ends ? [{ ...piece, validFrom: new Date(after) }] : [];
  return [...left, ...right];
}
