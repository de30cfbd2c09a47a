// Purpose: the round-robin archives of the statistics daemon: how long which step is kept, and the rows of each.
//
//   5 s × 120 (10 min) ─► 60 s × 120 (2 h) ─► 1 h × 168 (a week) ─► 1 day × 366 (a year)
//   the finest has averages only; the others smallest and largest values too
import type { DataSource } from './data-sources.js';

export type Consolidation = 'AVERAGE' | 'MIN' | 'MAX';

export interface Archive {
  stepS: number;
  rows: number;
  functions: readonly Consolidation[];
}

/** Seconds between two measurements. */
export const BASE_STEP_S = 5;

const ALL: readonly Consolidation[] = ['AVERAGE', 'MIN', 'MAX'];

export const ARCHIVES: readonly [Archive, ...Archive[]] = [
  { stepS: BASE_STEP_S, rows: 120, functions: ['AVERAGE'] },
  { stepS: 60, rows: 120, functions: ALL },
  { stepS: 3600, rows: 168, functions: ALL },
  { stepS: 86_400, rows: 366, functions: ALL },
];

/** The archive with at least this step; without a wish (0) the finest that reaches back to `startS`. */
export function archiveFor(intervalS: number, startS: number, nowS: number): Archive {
  const last = ARCHIVES[ARCHIVES.length - 1] ?? ARCHIVES[0];
  if (intervalS > 0) return ARCHIVES.find((archive) => archive.stepS >= intervalS) ?? last;
  return ARCHIVES.find((archive) => nowS - archive.stepS * archive.rows <= startS) ?? last;
}

/** End times of the rows after `startS` that the archive still has, oldest first. */
export function rowTimes(archive: Archive, startS: number, nowS: number): number[] {
  const last = Math.floor(nowS / archive.stepS) * archive.stepS;
  const oldest = last - (archive.rows - 1) * archive.stepS;
  const first = Math.max(oldest, (Math.floor(startS / archive.stepS) + 1) * archive.stepS);
  const count = Math.max(0, (last - first) / archive.stepS + 1);
  return Array.from({ length: count }, (_, index) => first + index * archive.stepS);
}

/** Measurements that a row of a coarse archive is made of here; a real one takes all of them. */
const MOST_POINTS = 12;

/** The value of a row that ends at `endS`; NaN if nothing was measured in it. */
export function consolidated(
  source: DataSource,
  archive: Archive,
  how: Consolidation,
  endS: number,
  sinceS: number,
): number {
  const points = Math.min(MOST_POINTS, archive.stepS / BASE_STEP_S);
  const distance = archive.stepS / points;
  const values: number[] = [];
  for (let index = 0; index < points; index += 1) {
    const timeS = endS - index * distance;
    if (timeS > sinceS) values.push(source.at(timeS));
  }
  if (values.length === 0) return Number.NaN;
  if (how === 'MIN') return Math.min(...values);
  if (how === 'MAX') return Math.max(...values);
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Values travel as text: four decimals, `NaN` for gaps. */
export function valueText(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (value === 0) return '0.0';
  return Number.isFinite(value) ? value.toFixed(4) : 'Infinity';
}
