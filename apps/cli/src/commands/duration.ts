/** Lengths of time on the command line. */
import { InvalidArgumentError } from 'commander';

const LENGTH = /^(\d+)(s|m|h|d)$/;
const SECONDS_OF_UNIT = { s: 1, m: 60, h: 3_600, d: 86_400 } as const;

/** `90s`, `15m`, `2h`, `1d` in seconds; above 0. For options of commander. */
export function parseSeconds(text: string): number {
  const [, count, unit] = LENGTH.exec(text) ?? [];
  if (count !== undefined && (unit === 's' || unit === 'm' || unit === 'h' || unit === 'd')) {
    const seconds = Number(count) * SECONDS_OF_UNIT[unit];
    if (Number.isSafeInteger(seconds) && seconds > 0) return seconds;
  }
  throw new InvalidArgumentError('Give a length of time like 90s, 15m, 2h or 1d.');
}
