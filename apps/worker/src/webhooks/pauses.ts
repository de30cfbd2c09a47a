/** How long to wait before something is sent again. */
const SECOND = 1_000;
const FIRST_MS = 5 * SECOND;
/** A target that is back after a night is told within this time. */
const LONGEST_MS = 15 * 60 * SECOND;
/** What a target may ask for by `Retry-After`. */
const LONGEST_ASKED_MS = 60 * 60 * SECOND;
/** A failing target is asked with one message at a time, at most this far apart. */
const LONGEST_PROBE_MS = 60 * SECOND;
/** Spreads what failed together. */
const SPREAD = 0.2;

/** Of one message, after this many attempts; `chance` is in [0, 1). */
export function messagePause(attempts: number, chance: number, askedMs: number | undefined): number {
  const grown = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(attempts - 1, 20));
  const spread = grown * (1 - SPREAD + 2 * SPREAD * chance);
  return Math.round(Math.max(spread, Math.min(askedMs ?? 0, LONGEST_ASKED_MS)));
}

/** Of everything for one target, after this many failures without a success between them. */
export function targetPause(failures: number, askedMs: number | undefined): number {
  const grown = Math.min(LONGEST_PROBE_MS, (FIRST_MS / 5) * 2 ** Math.min(failures - 1, 20));
  return Math.max(grown, Math.min(askedMs ?? 0, LONGEST_ASKED_MS));
}

/** `Retry-After` in ms, seconds or a date (RFC 9110, 10.2.3); undefined when absent or neither. */
export function retryAfterMs(header: string | undefined, now: Date): number | undefined {
  if (header === undefined) return undefined;
  if (/^\d{1,9}$/.test(header)) return Number(header) * SECOND;
  const at = Date.parse(header);
  return Number.isNaN(at) ? undefined : Math.max(0, at - now.getTime());
}
