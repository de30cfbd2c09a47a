/** What a spec costs while it is reached. */
import { runningPriceOf } from '@openvsys/metering';
import { listPricesBetween, type Session } from '@openvsys/persistence';
import type { VsysSpec } from '@openvsys/vsys';

export interface SpecPrice {
  readonly currency: string;
  readonly perHour: string;
  readonly perMonth: string;
  /** Products in use without a price: the sums are too low by them. */
  readonly unpriced: readonly string[];
}

/** Prices each spec with the prices that are valid at the instant; undefined specs cost nothing. */
export async function priceSpecs(
  session: Session,
  currency: string,
  at: Date,
  specs: readonly VsysSpec[],
): Promise<readonly SpecPrice[]> {
  // A range of 1 ms: prices are valid in half-open ranges.
  const prices = await listPricesBetween(session, currency, at, new Date(at.getTime() + 1));
  return specs.map((spec) => {
    const { perHour, perMonth, unpriced } = runningPriceOf(spec, prices, at);
    return { currency, perHour, perMonth, unpriced };
  });
}

export const nothing = (currency: string): SpecPrice => ({
  currency,
  perHour: '0',
  perMonth: '0',
  unpriced: [],
});
