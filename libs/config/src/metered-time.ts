/**
 * Time as usage and bills see it. Real, but for demonstrations and tests that let an hour pass in seconds: then it
 * runs `scale` times as fast from `anchor` on. Leases, deadlines and pauses always use real time.
 */
export interface MeteredTime {
  /** Metered seconds per real second. */
  readonly scale: number;
  now(): Date;
  /** The metered instant of a real one. */
  readonly at: (real: Date) => Date;
}

/** Without an anchor (or with scale 1) metered time is real time. */
export function createMeteredTime(scale: number, anchor: Date | undefined): MeteredTime {
  const start = anchor?.getTime() ?? 0;
  const at =
    scale === 1 || anchor === undefined
      ? (real: Date) => real
      : (real: Date) => new Date(start + Math.max(0, real.getTime() - start) * scale);
  return Object.freeze({ scale, at, now: () => at(new Date()) });
}
