/** Adds money as decimals: a sum of floats would not add up. */
import { Decimal } from 'decimal.js';

export function sumAmounts(amounts: readonly string[]): Decimal {
  return amounts.reduce((sum, amount) => sum.plus(amount), new Decimal(0));
}
