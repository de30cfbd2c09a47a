// Keeps docs/xenapi-conformance.md true. After a change of titles run this file with `-u`.
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { format } from 'prettier';
import { conformanceDocument, simulatorOnlyRows } from './document.js';
import { filesByRow, DRIVER_TESTS, ROOT, SIMULATOR_TESTS } from './named-tests.js';
import { DRIVER_ROWS } from './driver-rows.js';
import { SIMULATOR_ROWS } from './simulator-rows.js';
import { isRealPool } from './target.js';

describe('the list of rows', () => {
  it('is what the documentation says', async () => {
    const text = await format(conformanceDocument(), { parser: 'markdown', printWidth: 110 });
    await expect(text).toMatchFileSnapshot(join(ROOT, 'docs/xenapi-conformance.md'));
  });

  it('has every row that a test names', () => {
    const named = [...filesByRow(DRIVER_TESTS).keys()].filter((row) => row.startsWith('D'));
    expect(named.filter((row) => !(row in DRIVER_ROWS))).toEqual([]);
    const simulated = [...filesByRow(SIMULATOR_TESTS).keys()].filter((row) => row.startsWith('S'));
    expect(simulated.filter((row) => !(row in SIMULATOR_ROWS))).toEqual([]);
  });
});

/** On a real pool the report names what was not tried there, and why. */
if (isRealPool()) {
  describe('not on a real pool', () => {
    for (const [row, title] of simulatorOnlyRows())
      it(`${row} ${title}`, (context) => {
        expect(isRealPool()).toBe(true);
        context.skip('simulator only');
      });
  });
}
