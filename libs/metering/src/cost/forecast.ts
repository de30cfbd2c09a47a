/**
 * What a VSYS costs in a month: so far by its usage, from now to the end by what it holds at the moment. Rests of days
 * that were begun and tiers belong to the organization's month as a whole and are left out.
 */
import { SECONDS_AN_HOUR, secondOf } from '../hours.js';
import { amountText, Exact } from '../money.js';
import type { Period } from '../statement/period.js';

export interface CostForecast {
  /** Decimal texts with 10 decimals. */
  readonly soFar: string;
  /** What is added until the end of the month when nothing changes. */
  readonly toCome: string;
  readonly total: string;
}

/** `perHour`: what everything that is held now costs in an hour. `now` before the month counts as its begin. */
export function forecastOf(soFar: string, perHour: string, period: Period, now: Date): CostForecast {
  const from = Math.max(secondOf(now), secondOf(period.start));
  const seconds = Math.max(0, secondOf(period.end) - from);
  const toCome = new Exact(perHour).times(seconds).div(SECONDS_AN_HOUR);
  return {
    soFar: amountText(new Exact(soFar)),
    toCome: amountText(toCome),
    total: amountText(toCome.plus(soFar)),
  };
}
