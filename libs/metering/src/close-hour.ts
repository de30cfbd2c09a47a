/**
 * Closing of hours. An hour is closed some time after its end, so that turns of engines that are still being committed
 * find their place; one that is touched later is opened again by the store and comes back as due.
 */
import { DomainError } from '@openvsys/vsys';
import { hourAfter, MS_AN_HOUR, requireHour } from './hours.js';
import type { HourClosing, UsageStore } from './usage-store.port.js';

/** Longer than a commit that waits for a restarting database and than clocks of workers differ. */
export const CLOSING_DELAY_MS = 120_000;
/** A day at a time keeps a catch-up interruptible. */
const HOURS_A_ROUND = 24;

/** Throws `invalid-request` for an instant between hours and `conflict` for an hour that has not ended at `now`. */
export async function closeHour(store: UsageStore, hour: Date, now: Date): Promise<HourClosing> {
  requireHour(hour);
  if (hourAfter(hour) > now) {
    throw new DomainError('conflict', `The hour ${hour.toISOString()} has not ended.`, {
      retry: 'same',
      remedy: 'Close it after its end.',
      details: { endsInMs: hour.getTime() + MS_AN_HOUR - now.getTime() },
    });
  }
  return store.closeHour(hour, now);
}

/** Closes every hour that is due at `now`, also those missed while nobody closed; oldest first. */
export async function closeDueHours(store: UsageStore, now: Date): Promise<readonly HourClosing[]> {
  const until = new Date(now.getTime() - CLOSING_DELAY_MS);
  const closings: HourClosing[] = [];
  for (;;) {
    const hours = await store.listDueHours(until, HOURS_A_ROUND);
    for (const hour of hours) closings.push(await closeHour(store, hour, now));
    if (hours.length < HOURS_A_ROUND) return closings;
  }
}
