/** The span of a story, and chance that repeats. */
export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;
export const SERVERS_A_SYSTEM = 50;

export interface Calendar {
  /** ms */
  readonly start: number;
  readonly end: number;
}

/** Small, known and good enough for stories: mulberry32. Answers numbers of [0, 1). */
export function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** An instant in the middle of some second of the span. */
export const someTime = (from: number, length: number, random: () => number): number =>
  Math.floor(from + random() * length);
