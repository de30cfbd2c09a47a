/** Numbers as people read them. Amounts of money stay exact: they are cut as text, never as floats. */

/** Decimals that a price keeps even when they are 0. */
const MIN_DECIMALS = 2;

/** `0.0240000000` → `0.024`. */
export function money(amount: string): string {
  const [whole = '0', decimals = ''] = amount.split('.');
  const kept = decimals.replace(/0+$/, '').padEnd(MIN_DECIMALS, '0');
  return `${whole}.${kept}`;
}

/** A duration in ms: `350 ms`, `12.3 s`, `4 min 05 s`. */
export function duration(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1_000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1_000);
  return `${Math.floor(seconds / 60)} min ${String(seconds % 60).padStart(2, '0')} s`;
}

/** An instant without its milliseconds, in UTC as the API tells it. */
export function instant(text: string | null): string | null {
  return text === null ? null : text.replace(/\.\d+Z$/, 'Z');
}

/** Units × seconds as units × hours, for reading only. */
export function unitHours(quantitySeconds: number): string {
  return (quantitySeconds / 3_600).toFixed(3);
}

/** How long something took, once it has ended. */
export function took(work: { startedAt: string | null; finishedAt: string | null }): string | undefined {
  const { startedAt, finishedAt } = work;
  if (startedAt === null || finishedAt === null) return undefined;
  return duration(Date.parse(finishedAt) - Date.parse(startedAt));
}
