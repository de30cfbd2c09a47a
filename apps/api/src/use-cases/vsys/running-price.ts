/** What a spec costs while it is reached. */
import { effectivePrices, runningPriceOf } from '@openvsys/metering';
import { listPricesBetween, type PriceFilter, type Session } from '@openvsys/persistence';
import type { VsysSpec } from '@openvsys/vsys';

export interface SpecPrice {
  readonly currency: string;
  readonly perHour: string;
  readonly perMonth: string;
  /** Products in use without a price: the sums are too low by them. */
  readonly unpriced: readonly string[];
}

/** Prices each spec with the prices that count for the buyer at the instant. */
export async function priceSpecs(
  session: Session,
  buyer: PriceFilter & { readonly organizationId: string },
  at: Date,
  specs: readonly VsysSpec[],
): Promise<readonly SpecPrice[]> {
  // A range of 1 ms: prices are valid in half-open ranges.
  const prices = effectivePrices(
    await listPricesBetween(session, buyer, at, new Date(at.getTime() + 1)),
    buyer.organizationId,
  );
  return specs.map((spec) => {
    const { perHour, perMonth, unpriced } = runningPriceOf(spec, prices, at);
    return { currency: buyer.currency, perHour, perMonth, unpriced };
  });
}

export const nothing = (currency: string): SpecPrice => ({
  currency,
  perHour: '0',
  perMonth: '0',
  unpriced: [],
});
