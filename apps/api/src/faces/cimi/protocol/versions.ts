/** `CIMI-Specification-Version` of the 1.x family. Version 2 has no such header: its namespace says it all. */
import { CimiRefusal } from './refusal.js';

export const VERSION_HEADER = 'CIMI-Specification-Version';

/** Newest first. What they add to each other is in every answer. */
const LEVELS = ['1.1.0', '1.0.1', '1.0.0'];

/** The level that a request is answered in; the newest when it names none. Throws 400. */
export function negotiatedVersion(header: string | undefined): string {
  const wanted = (header ?? '')
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '');
  if (wanted.length === 0) return LEVELS[0] ?? '1.1.0';
  for (const wish of wanted) {
    const level = LEVELS.find((each) => each === wish || each.startsWith(`${wish}.`));
    if (level !== undefined) return level;
  }
  throw new CimiRefusal(400, `Served versions are ${LEVELS.join(', ')}.`);
}
