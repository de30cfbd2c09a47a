/** Exact decimals: money never passes through a float, and nothing is rounded before a line is complete. */
import { Decimal } from 'decimal.js';

/** Decimals that an amount keeps; the column in the database has as many. */
export const AMOUNT_DECIMALS = 10;

/** Enough digits that quantity × seconds × price is exact before the one division. */
export const Exact = Decimal.clone({ precision: 60, rounding: Decimal.ROUND_HALF_UP });

/** As amounts are kept: 10 decimals, halves rounded up. */
export const amountText = (amount: Decimal): string =>
  amount.toDecimalPlaces(AMOUNT_DECIMALS).toFixed(AMOUNT_DECIMALS);

/** Exact sum of decimal texts; null adds nothing. */
export const sumAmounts = (amounts: readonly (string | null)[]): string =>
  amounts.reduce((total, amount) => total.plus(amount ?? 0), new Exact(0)).toFixed(AMOUNT_DECIMALS);
