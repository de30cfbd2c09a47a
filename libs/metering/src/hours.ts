/** Hours of the bill: UTC, half-open [start, start + 3600 s), in whole seconds since 1970. */
import { DomainError } from '@openvsys/vsys';

export const SECONDS_AN_HOUR = 3600;
const MS_A_SECOND = 1000;
export const MS_AN_HOUR = SECONDS_AN_HOUR * MS_A_SECOND;

/** The second in which an instant lies. Cutting every instant the same way makes the seconds of neighbours add up. */
export const secondOf = (instant: Date): number => Math.floor(instant.getTime() / MS_A_SECOND);

/** The start of the hour in which an instant lies. */
export const hourOf = (instant: Date): Date =>
  new Date(Math.floor(instant.getTime() / MS_AN_HOUR) * MS_AN_HOUR);

export const hourAfter = (hour: Date): Date => new Date(hour.getTime() + MS_AN_HOUR);

/** Throws `invalid-request` unless the instant is the start of an hour. */
export function requireHour(instant: Date): void {
  if (instant.getTime() % MS_AN_HOUR === 0) return;
  throw new DomainError('invalid-request', `${instant.toISOString()} is not the start of an hour.`);
}
