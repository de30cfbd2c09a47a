/** Instants as the protocol writes them, in UTC unless a time zone is asked for. */
import type { Locale } from '../protocol/write-answer.js';

/** `Dec 28, 2011 6:51:39 PM`: clients read exactly this for `en`. */
export function backupTime(at: Date, locale: Locale, timeZone = 'UTC'): string {
  if (locale === 'ja') return `${dateOf(at, timeZone)} ${clockOf(at, timeZone)}`;
  const parts = partsOf(at, timeZone, { month: 'short', hour12: true });
  return `${parts.month} ${Number(parts.day)}, ${parts.year} ${Number(parts.hour)}:${parts.minute}:${parts.second} ${parts.dayPeriod}`;
}

/** `2011/12/29T21:59:59+0000` */
export const usageTime = (at: Date): string => `${dateOf(at, 'UTC')}T${clockOf(at, 'UTC')}+0000`;

/** `2011/12/29 21:59:59` */
export const noticeTime = (at: Date, timeZone = 'UTC'): string =>
  `${dateOf(at, timeZone)} ${clockOf(at, timeZone)}`;

/** `2011/12/29` */
export function dateOf(at: Date, timeZone: string): string {
  const { year, month, day } = partsOf(at, timeZone, {});
  return `${year}/${month}/${day}`;
}

function clockOf(at: Date, timeZone: string): string {
  const { hour, minute, second } = partsOf(at, timeZone, {});
  return `${hour}:${minute}:${second}`;
}

/** True for names that the runtime knows, e.g. `Europe/Berlin`. */
export function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en-US', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

function partsOf(
  at: Date,
  timeZone: string,
  options: Intl.DateTimeFormatOptions,
): Readonly<Record<string, string>> {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: options.hour12 === true ? 'h12' : 'h23',
    ...(options.month === undefined ? {} : { month: options.month }),
  });
  return Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, value]));
}
