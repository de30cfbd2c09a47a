/** Instants on the command line: as the API tells them, as a day, or as a time ago. */
import { InvalidArgumentError } from 'commander';

const AGO = /^(\d+)(m|h|d)$/;
const MS_OF_UNIT = { m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
/** A day, or an instant with its offset: without one nobody knows which hour is meant. */
const ISO = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2}))?$/;

/** `2026-11-01` (UTC), `2026-11-01T08:00Z`, or `24h`, `7d`, `30m` before `now`. Answers ISO 8601 in UTC. */
export function instantOf(text: string, now: Date): string {
  const [, count, unit] = AGO.exec(text) ?? [];
  if (count !== undefined && (unit === 'm' || unit === 'h' || unit === 'd')) {
    return new Date(now.getTime() - Number(count) * MS_OF_UNIT[unit]).toISOString();
  }
  const date = new Date(text);
  if (ISO.test(text) && !Number.isNaN(date.getTime())) return date.toISOString();
  throw new InvalidArgumentError(
    'Give a day (2026-11-01), an instant (2026-11-01T08:00Z), or a time ago (24h, 7d).',
  );
}

/** For options of commander. */
export function parseInstant(text: string): string {
  return instantOf(text, new Date());
}
