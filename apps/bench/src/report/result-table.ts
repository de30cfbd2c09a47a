/** Results for people. */
import Table from 'cli-table3';
import colors from 'picocolors';
import type { Result } from '../measure.js';

/** Wide enough to read, narrow enough for a terminal of 140 columns. */
const CONDITIONS_WIDTH = 62;

export function resultTable(results: readonly Result[]): string {
  const table = new Table({
    head: ['Measure', 'Measured', 'Limit', 'Goal', '', 'Conditions'].map((title) => colors.bold(title)),
    colWidths: [36, 10, 7, 8, 6, CONDITIONS_WIDTH],
    wordWrap: true,
    // The table's own colours do not ask whether this is a terminal.
    style: { head: [], border: [] },
  });
  for (const result of results) {
    const { name, measured, limit, conditions } = result;
    const verdict = result.pass ? colors.green('pass') : colors.red('MISS');
    table.push([name, shorten(measured), shorten(limit), goalText(result), verdict, conditions]);
  }
  return table.toString();
}

/** A goal above the limit bounds from above, one below it from below. */
function goalText({ goal, limit }: Result): string {
  return `${goal < limit ? '≥' : '≤'} ${goal}`;
}

function shorten(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toFixed(value < 10 ? 3 : 1);
}
