/** Office hours: a cron expression in a time zone says when a system is started or stopped. */
import { Cron } from 'croner';
import { IANAZone } from 'luxon';
import { DomainError } from '../errors.js';

export const SCHEDULE_VERBS = ['start', 'stop'] as const;
export type ScheduleVerb = (typeof SCHEDULE_VERBS)[number];

export interface CronTime {
  /** Minute, hour, day of month, month, day of week. */
  readonly cron: string;
  /** IANA, e.g. `Europe/Berlin`. */
  readonly timeZone: string;
}

/** As many as a week with two times a day could need. */
export const MAX_SCHEDULES = 20;
/** Of a cron expression. */
export const MAX_CRON_LENGTH = 100;

/**
 * The first due time after `from`; undefined when there is none any more. A time that a change to summer time leaves out is
 * due right after the gap; one that comes twice in autumn is due once. Throws `invalid-request`.
 */
export function nextRun(time: CronTime, from: Date): Date | undefined {
  return compile(time).nextRun(from) ?? undefined;
}

/** The last due time that is not after `now`; undefined when there was none yet. Throws `invalid-request`. */
export function lastRun(time: CronTime, now: Date): Date | undefined {
  // Times strictly before the reference, and `now` itself counts; expressions have no seconds.
  return compile(time).previousRuns(1, new Date(now.getTime() + 1_000))[0];
}

/** Five fields only: nothing is due more often than once a minute. */
function compile({ cron, timeZone }: CronTime): Cron {
  requireZone(timeZone);
  try {
    return new Cron(cron, { paused: true, timezone: timeZone, mode: '5-part' });
  } catch (cause) {
    throw new DomainError(
      'invalid-request',
      `“${cron.slice(0, MAX_CRON_LENGTH)}” is not a cron expression.`,
      {
        pointer: '/cron',
        remedy:
          'Write five fields: minute, hour, day of month, month, day of week. `0 8 * * MON-FRI` is 8:00 on workdays.',
        cause,
      },
    );
  }
}

function requireZone(timeZone: string): void {
  if (IANAZone.isValidZone(timeZone)) return;
  throw new DomainError('invalid-request', `“${timeZone.slice(0, 64)}” is not a time zone.`, {
    pointer: '/timeZone',
    remedy: 'Use a name of the IANA database, for example Europe/Berlin.',
  });
}
