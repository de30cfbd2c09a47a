/** The calendar of a contract, from what the platform knows of time zones: which UTC hours belong to a month and to a day. */

export interface LocalHour {
  /** Its first second since 1970. */
  readonly second: number;
  /** `2026-03-29` */
  readonly day: string;
}

const HOUR = 3600;
/** A month and what time zones can add to it on both sides. */
const DAYS_LOOKED_AT = 34;

/** UTC hours that begin in the month (`2026-03`) by the clock of the time zone. */
export function hoursOfMonth(month: string, timeZone: string): readonly LocalHour[] {
  const format = new Intl.DateTimeFormat('en-CA', {
    timeZone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  });
  const first = Date.parse(`${month}-01T00:00:00Z`) / 1000 - 24 * HOUR;
  return Array.from({ length: DAYS_LOOKED_AT * 24 }, (_, index): LocalHour => {
    const second = first + index * HOUR;
    return { second, day: format.format(second * 1000) };
  }).filter(({ day }) => day.startsWith(month));
}

/** Seconds of the hours that begin on each day: 23, 24 or 25 hours of them. */
export function secondsOfDays(hours: readonly LocalHour[]): ReadonlyMap<string, number> {
  const days = new Map<string, number>();
  for (const { day } of hours) days.set(day, (days.get(day) ?? 0) + HOUR);
  return days;
}
