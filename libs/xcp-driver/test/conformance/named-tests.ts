/** Finds the test files whose titles name rows of the lists. */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export const ROOT = join(import.meta.dirname, '../../../..');

/** A row inside of a text on one line: `'… (D44)'`, `'S43, S44 memory'`. */
const NAMED = /['"`](?:[^'"`\n]*[^\w'"`\n])?([DS]\d{1,2})\b/g;

function rowsIn(source: string): Set<string> {
  const rows = new Set<string>();
  for (const line of source.split('\n')) {
    if (!NAMED.test(line)) continue;
    NAMED.lastIndex = 0;
    for (const [, row = ''] of line.matchAll(/\b([DS]\d{1,2})\b/g)) rows.add(row);
  }
  return rows;
}

/** Paths from the root, by row. `patterns` are those of `fs.globSync`. */
export function filesByRow(patterns: readonly string[]): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const path of globSync([...patterns], { cwd: ROOT }).toSorted()) {
    for (const row of rowsIn(readFileSync(join(ROOT, path), 'utf8')))
      found.set(row, [...(found.get(row) ?? []), path]);
  }
  return found;
}

export const DRIVER_TESTS = [
  'libs/xcp-driver/{src,test}/**/*.spec.ts',
  'libs/provisioning/test/**/*.spec.ts',
];
export const SIMULATOR_TESTS = ['libs/xcp-sim/{src,test}/**/*.spec.ts', 'apps/xcp-sim/src/**/*.spec.ts'];
export const isOnAnyPool = (path: string): boolean => path.includes('/conformance/');
