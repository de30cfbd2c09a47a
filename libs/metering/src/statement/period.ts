/**
 * The month of a bill: a calendar month in the contract's time zone, made of whole UTC hours. An hour belongs to the month
 * and the day in which it begins, so no second is in two bills and none in no bill, also in zones that are half an hour
 * apart from UTC. A month of an always-on server has exactly as many hours as the calendar says, 23- and 25-hour days included.
 */
import { DomainError } from '@openvsys/vsys';
import { DateTime } from 'luxon';
import { MS_AN_HOUR, SECONDS_AN_HOUR } from '../hours.js';

export interface Period {
  /** `2026-03` */
  readonly label: string;
  readonly timeZone: string;
  /** The first hour. */
  readonly start: Date;
  /** The first hour of the next period. */
  readonly end: Date;
}

const LABEL = /^\d{4}-(0[1-9]|1[0-2])$/;

/** Throws `invalid-request` for anything but `YYYY-MM` and for an unknown time zone. */
export function periodOf(label: string, timeZone: string): Period {
  if (!LABEL.test(label)) {
    throw new DomainError('invalid-request', `“${label}” is not a month.`, {
      remedy: 'Write year and month as in 2026-03.',
    });
  }
  const first = DateTime.fromISO(`${label}-01T00:00:00`, { zone: timeZone });
  if (!first.isValid) throw new DomainError('invalid-request', `“${timeZone}” is not a time zone.`);
  return { label, timeZone, start: firstHourOf(first), end: firstHourOf(first.plus({ months: 1 })) };
}

/** The month in which the hour of the instant begins. */
export function periodAt(instant: Date, timeZone: string): Period {
  const hour = Math.floor(instant.getTime() / MS_AN_HOUR) * MS_AN_HOUR;
  return periodOf(DateTime.fromMillis(hour, { zone: timeZone }).toFormat('yyyy-MM'), timeZone);
}

export const periodAfter = ({ end, timeZone }: Period): Period => periodAt(end, timeZone);

/** Seconds of the hours that begin on a local day (`2026-03-29`): 23, 24 or 25 of them. */
export function secondsOfDay(day: string, timeZone: string): number {
  const first = DateTime.fromISO(`${day}T00:00:00`, { zone: timeZone });
  const hours = (firstHourOf(first.plus({ days: 1 })).getTime() - firstHourOf(first).getTime()) / MS_AN_HOUR;
  return hours * SECONDS_AN_HOUR;
}

/** The first UTC hour that does not begin before. */
const firstHourOf = (instant: DateTime): Date =>
  new Date(Math.ceil(instant.toMillis() / MS_AN_HOUR) * MS_AN_HOUR);
